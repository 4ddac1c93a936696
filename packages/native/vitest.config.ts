import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "@mini/native", include: ["test/**/*.test.ts"], pool: "forks", testTimeout: 30_000 },
});
