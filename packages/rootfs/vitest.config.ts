import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "@mini/rootfs", include: ["test/**/*.test.ts"], pool: "forks" },
});
