import { expect, test } from "vitest";
import { concurrencyPlot, memoryPlot } from "../src/plots.js";
import type { Report } from "../src/report.js";
import { summarize } from "../src/statistics.js";
import { printLatency, printTargets } from "../src/table.js";

const summary = (p50: number) => ({ p50, p90: 2 * p50, p99: 3 * p50, count: 9 });
const report: Report = {
  machine: "a machine & more",
  date: "2026-11-24",
  absent: ["docker: not installed"],
  latency: {
    50: {
      child_process: summary(2),
      "mini, isolated": summary(1),
      "limit, isolated": summary(0.9),
      bwrap: summary(5),
    },
    1000: { child_process: summary(50), "mini, isolated": summary(1), bwrap: summary(60) },
  },
  throughput: { 8: { child_process: 10, "mini, isolated": 1000 } },
  stall: { child_process: summary(10), "mini, isolated": summary(0.1) },
  growth: undefined,
  commands: { "node -e 0": summary(25), "mocker run true": summary(40) },
};

test("a summary has the values at the shares of the sorted list", () => {
  const values = Array.from({ length: 100 }, (_, index) => 99 - index);
  expect(summarize(values)).toEqual({ p50: 50, p90: 90, p99: 99, count: 100 });
});

test("each target stands beside what was measured, and says whether it is met", () => {
  const lines = printTargets(report).split("\n");
  expect(lines[0]).toMatch(/^✓ isolated against child_process, 50 MB, p50 +0\.500 × {3}≤ 0\.55$/);
  expect(lines[1]).toMatch(/^✓ isolated against child_process, 1 GB, p50 +0\.0200 × {3}≤ 0\.02$/);
  expect(lines.find((line) => line.includes("mocker run true beyond"))).toMatch(/^✗ .* 15\.0 ms {3}≤ 12$/);
  expect(lines.find((line) => line.includes("network"))).toMatch(/^ {2}.*not measured/);
});

test("a table has a line for each row", () => {
  expect(printLatency(50, report.latency[50] ?? {})).toContain(
    "child_process                  2.00     4.00     6.00",
  );
});

test("the plots have a line for each series, and name the machine", () => {
  for (const svg of [memoryPlot(report), concurrencyPlot(report)]) {
    expect(svg).toContain("a machine &amp; more");
    expect(svg).toContain("child_process, not isolated</text>");
    expect(svg).not.toContain("NaN");
  }
});
