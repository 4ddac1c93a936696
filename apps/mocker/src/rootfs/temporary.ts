import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { RunOptions } from "../options.js";
import { say } from "../print.js";
import { leave, ownDirectory, stateDirectory, sweep } from "../storage.js";
import { unpack } from "./extract.js";
import { Interrupted } from "./interrupt.js";
import { empty } from "./options.js";

/**
 * Unpacks the archive that `--rootfs` names, runs in what it holds, and removes it, whatever comes of it. What runs have left
 * that were killed is removed first.
 */
export async function withUnpacked(
  options: RunOptions,
  run: (options: RunOptions) => Promise<number>,
): Promise<number> {
  const { rootfs, verbosity } = options;
  sweep(stateDirectory());
  const own = ownDirectory("-root");
  mkdirSync(own, { recursive: true, mode: 0o700 });
  try {
    const directory = join(own, "root");
    const manner = { ...empty, quiet: verbosity === "quiet" };
    await unpack(rootfs?.directory ?? "", directory, manner, "/", verbosity === "verbose");
    return await run({ ...options, rootfs: { directory, overlay: false } });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    say(`mocker: ${error.message}`);
    return error.code;
  } finally {
    leave(own);
  }
}
