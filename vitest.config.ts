import { defineConfig } from "vitest/config";

// With MINI_REPORT the run leaves a report there as well, for scripts/total.mjs.
const report = process.env.MINI_REPORT;

export default defineConfig({
  test: {
    maxWorkers: "100%", // of the processors: vitest leaves one free, which is half of two
    projects: ["packages/!(testing)", "apps/*", "examples", "docs", "bench"],
    reporters: [
      "default",
      "./scripts/totals-reporter.mjs",
      ...(report === undefined ? [] : [["json", { outputFile: report }] as ["json", { outputFile: string }]]),
    ],
  },
});
