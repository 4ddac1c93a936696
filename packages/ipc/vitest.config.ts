import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "@mini/ipc", include: ["test/**/*.test.ts"], pool: "forks" },
});
