import { copyFileSync, readdirSync } from "node:fs";
import { defineConfig } from "tsup";

// One CommonJS file starts fastest, without what a reader of it would need. Every package is inside it; the addon lies
// beside it, where nothing has to be searched for it.
const prebuilds = "../../packages/native/prebuilds";

export default defineConfig({
  entry: ["src/cli.ts"],
  format: ["cjs"],
  target: "node20",
  platform: "node",
  clean: true,
  minifyWhitespace: true,
  minifySyntax: true,
  noExternal: [/^@mini\//],
  // Without the dashes Node would obey an --env-file that is meant for the container's command (test/node.test.ts).
  banner: { js: "#!/usr/bin/env -S node --" },
  esbuildPlugins: [
    {
      name: "the addon beside it",
      setup: (build) =>
        build.onResolve({ filter: /^@mini\/native\/addon$/ }, () => ({
          path: "./addon.node",
          external: true,
        })),
    },
  ],
  async onSuccess() {
    const directory = `${prebuilds}/${process.platform}-${process.arch}`;
    for (const name of readdirSync(directory)) copyFileSync(`${directory}/${name}`, "dist/addon.node");
  },
});
