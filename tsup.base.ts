import type { Options } from "tsup";

/** How every package is built: ESM, CommonJS and types for Node 20. */
export function library(...entry: string[]): Options {
  return {
    entry,
    format: ["esm", "cjs"],
    target: "node20",
    platform: "node",
    dts: true,
    clean: true,
    sourcemap: true,
    splitting: false,
  };
}
