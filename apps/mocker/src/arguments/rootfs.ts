import { accessSync, constants } from "node:fs";
import { UsageError } from "../error.js";
import type { Rootfs } from "../options.js";
import type { Caller } from "./caller.js";
import { hostFile } from "./path.js";

/** `dir`, used in place, or `dir:O`, with a layer over it that takes what is written; or an archive. */
export function parseRootfs(value: string, caller: Caller): Rootfs {
  const overlay = value.endsWith(":O");
  const { path, stats } = hostFile("--rootfs", overlay ? value.slice(0, -2) : value, caller);
  if (stats.isFile() && !overlay) return { directory: path, overlay, archive: true };
  if (stats.isFile()) {
    throw new UsageError(
      `--rootfs "${path}:O" is an archive, which is unpacked for this container alone: leave :O out`,
    );
  }
  if (!stats.isDirectory()) {
    throw new UsageError(`--rootfs "${path}" is neither a directory nor an archive: name one of them`);
  }
  if (path === "/") {
    throw new UsageError(
      '--rootfs "/" is this machine itself: leave --rootfs out, and the root is this machine\'s system, copy on write',
    );
  }
  if (!canEnter(path)) {
    throw new UsageError(
      `--rootfs "${path}" cannot be read by you: check its permissions, or run mocker as its owner`,
    );
  }
  return { directory: path, overlay };
}

function canEnter(directory: string): boolean {
  try {
    accessSync(directory, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
