import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/main.ts", "src/worker.ts", "src/archiveworker.ts"],
  format: ["esm"],
  target: "node20",
  platform: "node",
  clean: true,
  external: [/^@mini\//, "tar", "tar-fs"],
});
