import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "@mini/mount", include: ["test/**/*.test.ts"], pool: "forks" },
});
