import { realpathSync, type Stats, statSync } from "node:fs";
import { posix } from "node:path";
import { getSystemErrorMap } from "node:util";
import { show, UsageError } from "../error.js";
import type { Caller } from "./caller.js";

/** A file or directory of the host: its own path, without symbolic links. Throws with the kernel's reason. */
export function hostFile(flag: string, path: string, caller: Caller): { path: string; stats: Stats } {
  if (path === "") throw new UsageError(`${flag} "" is no path: name a file or directory of this machine`);
  try {
    // Not normalised first: the kernel follows a symbolic link before it goes up by `..`.
    const found = realpathSync.native(path.startsWith("/") ? path : `${caller.directory()}/${path}`);
    return { path: found, stats: statSync(found) };
  } catch (error) {
    throw new UsageError(`${flag} ${show(path)} ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  const { code, errno = 0 } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "does not exist: check the path, or make it first";
  const [, message] = getSystemErrorMap().get(errno) ?? [];
  return `cannot be looked at (${message ?? code}): check the path and its permissions`;
}

/** A path of the container where something is mounted, normalised. */
export function mountTarget(flag: string, path: string): string {
  const fault = faultOf(path);
  if (fault !== undefined) {
    throw new UsageError(
      `${flag} ${show(path)} is no mount point: it ${fault}; give an absolute path of the container, as in /data`,
    );
  }
  return posix.normalize(path).replace(/\/$/, "");
}

function faultOf(path: string): string | undefined {
  if (path === "") return "is empty";
  if (!path.startsWith("/")) return "is relative";
  if (path.split("/").includes("..")) return 'contains ".."';
  return posix.normalize(path) === "/" ? "is the root itself" : undefined;
}
