import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "@mini/net", include: ["test/**/*.test.ts"], pool: "forks" },
});
