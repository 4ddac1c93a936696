import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "@mini/pid", include: ["test/**/*.test.ts"], pool: "forks" },
});
