import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "@mini/uts", include: ["test/**/*.test.ts"], pool: "forks" },
});
