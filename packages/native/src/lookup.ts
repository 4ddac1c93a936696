import { accessSync, constants, lstatSync, readlinkSync, type Stats, statSync } from "node:fs";
import { posix } from "node:path";
import type { View } from "@mini/plan";

/** What execvp(3) searches when the environment has no PATH. */
const DEFAULT_PATH = "/bin:/usr/bin";

/**
 * The path of a command, found in PATH as execvp(3) does it: the first that can be executed, or else the first that exists.
 * A name with a slash is one already. `views` say what of the host the container will see; without any, it is the host's,
 * and what in PATH is relative starts at `cwd`.
 */
export function findCommand(
  file: string,
  path = DEFAULT_PATH,
  views: readonly View[] = [],
  cwd = ".",
): string | undefined {
  if (file.includes("/")) return file;
  if (file === "") return undefined;
  const sight = new Sight(views);
  let denied: string | undefined;
  for (const directory of path.split(":")) {
    const candidate = `${directory || "."}/${file}`;
    const path = candidate.startsWith("/") ? candidate : `${cwd}/${candidate}`;
    const found = views.length === 0 ? onHost(path) : sight.find(candidate);
    if (found === "executable") return candidate;
    if (found === "exists") denied ??= candidate;
  }
  return denied;
}

type Found = "executable" | "exists" | undefined;

function onHost(path: string): Found {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? "executable" : undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? "exists" : undefined;
  }
}

/**
 * Where on the host a file of the container lies, each symbolic link on the way read as the container would read it.
 * Undefined where there is nothing, or nothing of the host's.
 */
export function hostPath(path: string, views: readonly View[]): string | undefined {
  return new Sight(views).hostPath(path);
}

/** The container's files, before there is a container. Looks at each of the host's once. */
class Sight {
  readonly #views: readonly View[];
  readonly #stats = new Map<string, Stats | undefined>();

  constructor(views: readonly View[]) {
    this.#views = views.map(({ target, source }) => ({ target: posix.resolve(target), source }));
  }

  find(path: string): Found {
    const host = this.hostPath(path);
    const stats = host === undefined ? undefined : this.#lstat(host);
    if (stats === undefined || !stats.isFile()) return undefined;
    return (stats.mode & 0o111) === 0 ? "exists" : "executable";
  }

  hostPath(path: string): string | undefined {
    let resolved = "/";
    const rest = path.split("/");
    let links = 0;
    while (rest.length > 0) {
      const name = rest.shift() ?? "";
      if (name === "" || name === ".") continue;
      const next = posix.join(resolved, name); // `..` of / is /
      const host = this.#viewed(next, this.#views);
      const stats = host === undefined ? undefined : this.#lstat(host);
      if (host === undefined || stats === undefined) return undefined;
      if (!stats.isSymbolicLink()) {
        resolved = next;
        continue;
      }
      if (++links > 40) return undefined; // as path_resolution(7) has it
      const target = readlinkSync(host);
      if (target.startsWith("/")) resolved = "/";
      rest.unshift(...target.split("/"));
    }
    return this.#viewed(resolved, this.#views);
  }

  // The last mount over a path is the one that is seen.
  #viewed(path: string, views: readonly View[]): string | undefined {
    const view = views.findLast(({ target }) => isBelow(target, path));
    if (view === undefined) return path; // the root is the host's
    const { target, source } = view;
    if (source === null) return undefined;
    const below = path.slice(target === "/" ? 0 : target.length);
    const files = (typeof source === "string" ? [source] : source).map((layer) => posix.join(layer, below));
    // What becomes the root is a directory of the host's tree, with what was mounted in that before; targets that come
    // after the first root are its own.
    const before = views.slice(
      0,
      views.findIndex((other) => other.target === "/"),
    );
    const seen = target === "/" ? files.map((file) => this.#viewed(file, before)) : files;
    if (seen.length === 1) return seen[0];
    return seen.find((file) => file !== undefined && this.#lstat(file) !== undefined) ?? seen[0];
  }

  // What cannot be looked at cannot be run: the start itself will say why.
  #lstat(path: string): Stats | undefined {
    if (this.#stats.has(path)) return this.#stats.get(path);
    let stats: Stats | undefined;
    try {
      stats = lstatSync(path, { throwIfNoEntry: false });
    } catch {
      stats = undefined;
    }
    this.#stats.set(path, stats);
    return stats;
  }
}

function isBelow(target: string, path: string): boolean {
  return target === "/" || path === target || path.startsWith(`${target}/`);
}
