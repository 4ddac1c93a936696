import { defineConfig } from "tsup";

// One CommonJS file starts fastest, and every package but the addon's is inside it.
export default defineConfig({
  entry: ["src/cli.ts"],
  format: ["cjs"],
  target: "node20",
  platform: "node",
  clean: true,
  noExternal: [/^@mini\/(?!native)/],
  banner: { js: "#!/usr/bin/env node" },
});
