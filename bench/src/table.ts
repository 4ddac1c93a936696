import { archiveTargets } from "./archives.js";
import { footprintsOf, numberOf, type Report, summaryOf } from "./report.js";
import type { Result } from "./worker.js";

/** One line a row: milliseconds from the call to the end of /bin/true. */
export function printLatency(megabytes: number, result: Result): string {
  const lines = Object.keys(result).flatMap((row) => {
    const summary = summaryOf(result, row);
    if (summary === undefined) return [];
    const [p50, p90, p99] = [summary.p50, summary.p90, summary.p99].map((value) =>
      value.toFixed(2).padStart(9),
    );
    return [`  ${row.padEnd(26)}${p50}${p90}${p99}`];
  });
  return [
    `start to end of /bin/true, from a parent of ${megabytes} MB, in ms`,
    `  ${"".padEnd(26)}      p50      p90      p99`,
    ...lines,
  ].join("\n");
}

/** A figure, and what it should be. */
export interface Target {
  readonly what: string;
  readonly value: number | undefined;
  readonly unit?: string;
  /** Without one it is a figure to compare with. */
  readonly target?: string;
  readonly met?: (value: number) => boolean;
}

const atMost = (most: number) => ({ target: `≤ ${most}`, met: (value: number) => value <= most });
const atLeast = (least: number) => ({ target: `≥ ${least}`, met: (value: number) => value >= least });

/** The targets of the project, each beside what this run has measured. */
export function printTargets(report: Report): string {
  return printTable(targets(report));
}

/** A line for each target. */
export function printTable(list: readonly Target[]): string {
  const lines = list.map(({ what, target = "", value, met, unit = "×" }) => {
    const shown = value === undefined ? "not measured" : `${value.toPrecision(3)} ${unit}`;
    const mark = value === undefined || met === undefined ? " " : met(value) ? "✓" : "✗";
    return `${mark} ${what.padEnd(58)} ${shown.padStart(14)}   ${target}`.trimEnd();
  });
  return lines.join("\n");
}

function targets(report: Report): Target[] {
  const p50 = (megabytes: number, row: string) => summaryOf(report.latency[megabytes], row)?.p50;
  const p99 = (megabytes: number, row: string) => summaryOf(report.latency[megabytes], row)?.p99;
  const command = (name: string) => report.commands[name]?.p50;
  const isolated = "mini, isolated";
  const node = command("node -e 0");
  const growth = footprintsOf(report.growth, isolated);
  const grown = (key: "rssBytes" | "descriptors" | "threads" | "children") =>
    difference(growth?.at(-1)?.[key], growth?.[1]?.[key]);
  return [
    {
      what: "isolated against child_process, 50 MB, p50",
      value: ratio(p50(50, isolated), p50(50, "child_process")),
      ...atMost(0.55),
    },
    {
      what: "isolated against child_process, 1 GB, p50",
      value: ratio(p50(1000, isolated), p50(1000, "child_process")),
      ...atMost(0.02),
    },
    {
      what: "… with a network besides, 50 MB, p50",
      value: ratio(p50(50, `${isolated}, network`), p50(50, "child_process")),
      ...atMost(1.3),
    },
    {
      what: "isolated against the limit in C, 50 MB, p50",
      value: ratio(p50(50, isolated), p50(50, "limit, isolated")),
      ...atMost(1.2),
    },
    {
      what: "… prepared",
      value: ratio(p50(50, `${isolated}, prepared`), p50(50, "limit, isolated")),
    },
    {
      what: "isolated against the limit in C, 50 MB, p99",
      value: ratio(p99(50, isolated), p99(50, "limit, isolated")),
      ...atMost(1.5),
    },
    {
      what: "isolated against bwrap, 50 MB, p50",
      value: ratio(p50(50, isolated), p50(50, "bwrap")),
      ...atMost(0.22),
    },
    {
      what: "isolated against bwrap, 1 GB, p50",
      value: ratio(p50(1000, isolated), p50(1000, "bwrap")),
      ...atMost(0.02),
    },
    {
      what: "starts a second, 8 under way, 1 GB, against child_process",
      value: ratio(numberOf(report.throughput[8], isolated), numberOf(report.throughput[8], "child_process")),
      ...atLeast(60),
    },
    {
      what: "event loop's delay while starting, 1 GB, p99",
      value: summaryOf(report.stall, isolated)?.p99,
      ...atMost(1),
      unit: "ms",
    },
    {
      what: "  the same with child_process",
      value: summaryOf(report.stall, "child_process")?.p99,

      unit: "ms",
    },
    {
      what: "growth over 18,000 starts: memory",
      value: scaled(grown("rssBytes"), 2 ** -20),
      ...atMost(5),
      unit: "MB",
    },
    { what: "growth over 18,000 starts: descriptors", value: grown("descriptors"), ...atMost(0), unit: "" },
    { what: "growth over 18,000 starts: threads", value: grown("threads"), ...atMost(0), unit: "" },
    { what: "growth over 18,000 starts: children", value: grown("children"), ...atMost(0), unit: "" },
    {
      what: "mocker run true beyond node -e 0, p50",
      value: difference(command("mocker run true"), node),
      ...atMost(12),
      unit: "ms",
    },
    {
      what: "mocker run --rootfs beyond node -e 0, p50",
      value: difference(command("mocker run --rootfs"), node),
      ...atMost(12),
      unit: "ms",
    },
    ...Object.entries(report.commands).map(([name, { p50 }]) => ({
      what: `  ${name}`,
      value: p50,

      unit: "ms",
    })),
    ...(report.archives === undefined ? [] : archiveTargets(report.archives)),
  ];
}

function ratio(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}
function difference(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}
function scaled(a: number | undefined, by: number): number | undefined {
  return a === undefined ? undefined : a * by;
}
