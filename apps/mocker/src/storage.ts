import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { homedir, release, totalmem } from "node:os";
import { join } from "node:path";
import type { Storage } from "@mini/rootfs";

// Where a container's writes go: memory; but before Linux 6.6 the tmpfs of an ordinary user has no `user.*` attributes, and
// overlayfs keeps its marks in those. Then it is a directory on disk, below the caller's home, which containers do not show.

/** Where the writes of a container that is made now will go. Makes nothing yet. */
export function storageFor(rootless: boolean, size: number | undefined, kernel = release()): Storage {
  if (!rootless || !isBefore(kernel, 6, 6)) return { size: size ?? Math.floor(totalmem() / 10) };
  return { directory: ownDirectory() };
}

/** Makes the directory, after sweeping those that killed runs have left. Returns what removes it again. */
export function makeStorage(storage: Storage): () => void {
  if (!("directory" in storage)) return () => {};
  sweep(stateDirectory());
  mkdirSync(storage.directory, { recursive: true, mode: 0o700 });
  return () => leave(storage.directory);
}

/** Removes a run's own directory, and the one that holds those of all runs, if it was the last. */
export function leave(directory: string): void {
  remove(directory);
  try {
    rmdirSync(stateDirectory());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "ENOENT") throw error;
  }
}

/** A directory of this run's alone, by whose name sweep() knows whether the run has ended. */
export function ownDirectory(suffix = ""): string {
  return join(stateDirectory(), `${process.pid}-${startTime(process.pid)}${suffix}`);
}

/** Removes the directories of runs whose process is gone; a pid that is somebody else's now has another start time. */
export function sweep(state: string): void {
  for (const name of existsSync(state) ? readdirSync(state) : []) {
    const [pid, started] = name.split("-").map(Number);
    if (pid === undefined || started === undefined || startTime(pid) === started) continue;
    remove(join(state, name));
  }
}

/** Where mocker keeps what has to be on disk: containers do not show it. */
export function stateDirectory(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), ".local/state"), "mocker");
}

/** Removes a tree of this user's. */
export function remove(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    open(directory);
    rmSync(directory, { recursive: true, force: true });
  }
}

// overlayfs leaves work/<n>/work without any permission, for its owner too, and a root file system has directories in which
// not even their owner may write.
function open(directory: string): void {
  chmodSync(directory, 0o700);
  for (const entry of readdirSync(directory, { withFileTypes: true }))
    if (entry.isDirectory()) open(join(directory, entry.name));
}

/** When a process began, in clock ticks since the boot: field 22 of /proc/<pid>/stat (proc(5)). NaN where there is none. */
function startTime(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  } catch {
    return Number.NaN;
  }
}

function isBefore(kernel: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = kernel.split(".").map(Number);
  return a < major || (a === major && b < minor);
}
