import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "@mini/cgroup", include: ["test/**/*.test.ts"], pool: "forks" },
});
