"use strict";
// Compiles the addon to prebuilds/<platform>-<arch>/ without ever downloading Node headers:
// the four Node-API headers come from the package node-api-headers, and node-gyp's other two
// inputs (common.gypi, config.gypi) are written here. Same result for every Node version.
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const nodedir = path.join(root, "build-headers");
const include = path.join(nodedir, "include", "node");
fs.rmSync(nodedir, { recursive: true, force: true });
fs.mkdirSync(include, { recursive: true });
fs.cpSync(require("node-api-headers").include_dir, include, { recursive: true, dereference: true });
fs.writeFileSync(
  path.join(include, "common.gypi"),
  `{
  "target_defaults": {
    "default_configuration": "Release",
    "configurations": {
      "Release": { "cflags": ["-O2"], "defines": ["NDEBUG"] },
      "Debug": { "cflags": ["-O0", "-g"], "defines": ["DEBUG"] }
    },
    "cflags": ["-fPIC", "-pthread", "-fvisibility=hidden"],
    "ldflags": ["-pthread"]
  }
}
`,
);
fs.writeFileSync(
  path.join(include, "config.gypi"),
  JSON.stringify({ target_defaults: {}, variables: { node_shared: false, openssl_fips: "" } }),
);

const env = { ...process.env };
for (const name of Object.keys(env)) {
  if (/^npm_(config|package_config)_(nodedir|node_gyp)$/i.test(name)) delete env[name];
}
env.npm_config_nodedir = nodedir;
// node-gyp compiles one file after the other unless told otherwise.
env.JOBS ??= "max";
const bin = path.join(root, "node_modules", ".bin", "prebuildify");
const result = spawnSync(bin, ["--napi", "--strip", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env,
});
process.exit(result.status ?? 1);
