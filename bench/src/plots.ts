import { numberOf, type Report, summaryOf } from "./report.js";

// Two plots, on logarithmic axes, drawn by hand: no library draws so little so small.

interface Series {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const WIDTH = 640;
const HEIGHT = 400;
const MARGIN = { left: 64, right: 150, top: 48, bottom: 64 };

const colours: Readonly<Record<string, string>> = {
  child_process: "#b3541e",
  "mini, isolated": "#1f7a4d",
  bwrap: "#6b5ca5",
};

export function memoryPlot(report: Report): string {
  const rows = ["child_process", "bwrap", "mini, isolated"];
  const series = rows.map((name) => ({
    name: name === "child_process" ? "child_process, not isolated" : name,
    colour: colours[name] ?? "gray",
    points: Object.entries(report.latency).flatMap(([megabytes, result]): [number, number][] => {
      const summary = summaryOf(result, name);
      return summary === undefined ? [] : [[Number(megabytes), summary.p50]];
    }),
  }));
  return plot(
    "From the call to the end of /bin/true (p50)",
    "memory of the parent, MB",
    "ms",
    series,
    report,
  );
}

export function concurrencyPlot(report: Report): string {
  const series = ["child_process", "mini, isolated"].map((name) => ({
    name: name === "child_process" ? "child_process, not isolated" : name,
    colour: colours[name] ?? "gray",
    points: Object.entries(report.throughput).flatMap(([concurrency, result]): [number, number][] => {
      const rate = numberOf(result, name);
      return rate === undefined ? [] : [[Number(concurrency), rate]];
    }),
  }));
  return plot("Starts a second, from a parent of 1 GB", "under way at a time", "1/s", series, report);
}

function plot(
  title: string,
  xName: string,
  yName: string,
  all: readonly Series[],
  { machine, date }: Report,
): string {
  const series = all.filter(({ points }) => points.length > 0);
  const points = series.flatMap(({ points }) => points);
  const x = scale(
    points.map(([value]) => value),
    MARGIN.left,
    WIDTH - MARGIN.right,
  );
  const y = scale(
    points.map(([, value]) => value),
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
  );
  const lines = series.map(({ name, colour, points }) => {
    const path = points.map(([a, b]) => `${x.at(a).toFixed(1)},${y.at(b).toFixed(1)}`).join(" ");
    const [lastX = 0, lastY = 0] = points.at(-1) ?? [];
    const dots = points.map(
      ([a, b]) => `<circle cx="${x.at(a).toFixed(1)}" cy="${y.at(b).toFixed(1)}" r="3" fill="${colour}"/>`,
    );
    const label = `<text x="${(x.at(lastX) + 8).toFixed(1)}" y="${(y.at(lastY) + 4).toFixed(1)}" fill="${colour}">${name}</text>`;
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}${label}`;
  });
  const grid = [
    ...y.ticks.map(
      (tick) =>
        `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y.at(tick)}" y2="${y.at(tick)}" stroke="#8884"/><text x="${MARGIN.left - 8}" y="${y.at(tick) + 4}" text-anchor="end">${tick}</text>`,
    ),
    ...x.ticks.map(
      (tick) =>
        `<line y1="${MARGIN.top}" y2="${HEIGHT - MARGIN.bottom}" x1="${x.at(tick)}" x2="${x.at(tick)}" stroke="#8884"/><text x="${x.at(tick)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${tick}</text>`,
    ),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#808080">
<title>${title}</title>
<text x="${MARGIN.left}" y="24" font-size="15">${title}</text>
${grid.join("\n")}
<text x="${MARGIN.left - 8}" y="${MARGIN.top - 8}" text-anchor="end">${yName}</text>
<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - MARGIN.bottom + 36}" text-anchor="middle">${xName}</text>
${lines.join("\n")}
<text x="8" y="${HEIGHT - 8}" font-size="9">${date}; ${machine.replaceAll("&", "&amp;")}</text>
</svg>
`;
}

function scale(values: readonly number[], from: number, to: number) {
  const low = Math.log10(Math.min(...values)) - 0.1;
  const high = Math.log10(Math.max(...values)) + 0.1;
  const at = (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  const decades = Array.from({ length: 9 }, (_, index) => 10 ** (index - 3));
  const ticks = decades
    .flatMap((decade) => [decade, 2 * decade, 5 * decade])
    .filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high);
  return { at, ticks };
}
