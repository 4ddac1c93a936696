import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "@mini/plan", include: ["test/**/*.test.ts"], pool: "forks" },
});
