import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/!(testing)", "apps/*", "examples", "docs"],
    reporters: ["default", "./scripts/totals-reporter.mjs"],
  },
});
