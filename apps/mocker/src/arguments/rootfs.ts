import { accessSync, constants } from "node:fs";
import { UsageError } from "../error.js";
import type { RunOptions } from "../options.js";
import type { Caller } from "./caller.js";
import { hostFile } from "./path.js";

/** `dir`, used in place, or `dir:O`, with a layer over it that takes what is written. */
export function parseRootfs(value: string, caller: Caller): NonNullable<RunOptions["rootfs"]> {
  const overlay = value.endsWith(":O");
  const { path, stats } = hostFile("--rootfs", overlay ? value.slice(0, -2) : value, caller);
  if (!stats.isDirectory()) {
    throw new UsageError(`--rootfs "${path}" is no directory: unpack it first, and name the directory`);
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
