import { defineConfig } from "tsup";

// One CommonJS file starts fastest. Every package is inside it; the addon is found where it was built.
export default defineConfig({
  entry: ["src/cli.ts"],
  format: ["cjs"],
  target: "node20",
  platform: "node",
  clean: true,
  noExternal: [/^@mini\/(?!native\/addon)/],
  external: ["@mini/native/addon"],
  banner: { js: "#!/usr/bin/env node" },
});
