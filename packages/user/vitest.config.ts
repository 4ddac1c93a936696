import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "@mini/user", include: ["test/**/*.test.ts"], pool: "forks" },
});
