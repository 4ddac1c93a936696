import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";

/** All that an archive can carry of a file. */
export interface Described {
  readonly type: "file" | "directory" | "symlink" | "character" | "block" | "fifo" | "socket";
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** Nanoseconds. */
  readonly mtime: string;
  /** By their names, in base64. */
  readonly xattrs: Readonly<Record<string, string>>;
  readonly size?: number;
  /** SHA-256. */
  readonly content?: string;
  /** Whether it takes less room than its size. */
  readonly holes?: boolean;
  readonly target?: string;
  readonly device?: string;
  /** The first path of its group of hard links. */
  readonly links?: string;
}

export type Tree = Readonly<Record<string, Described>>;

/** What a directory holds, by paths; "." is the directory itself. Python, as Node reads no xattrs. */
export function tree(directory: string): Tree {
  const script = join(import.meta.dirname, "tree.py");
  return JSON.parse(
    execFileSync("python3", [script, directory], { encoding: "utf8", maxBuffer: 1 << 28 }),
  ) as Tree;
}

/** Expects two trees to be equal, but for these fields, and shows the first differences. */
export function expectSame(actual: Tree, expected: Tree, without: readonly (keyof Described)[] = []): void {
  expect(differences(actual, expected, without)).toEqual([]);
}

/** The first differences of two trees, a line each. */
export function differences(
  actual: Tree,
  expected: Tree,
  without: readonly (keyof Described)[] = [],
): string[] {
  const lines: string[] = [];
  for (const path of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const [is, should] = [actual, expected].map((of) => shown(of[path], without));
    if (is !== should) lines.push(`${path}: is ${is}, should be ${should}`);
    if (lines.length === 20) return lines;
  }
  return lines;
}

function shown(entry: Described | undefined, without: readonly string[]): string {
  return JSON.stringify(entry, (key, value) => (without.includes(key) ? undefined : value)) ?? "nothing";
}

/** A tree without some of its paths. */
export function filtered(all: Tree, keep: (path: string, entry: Described) => boolean): Tree {
  return Object.fromEntries(Object.entries(all).filter(([path, entry]) => keep(path, entry)));
}

/** A tree without the xattrs that have such a name. */
export function withoutXattrs(all: Tree, odd: RegExp): Tree {
  const kept = (xattrs: Described["xattrs"]) =>
    Object.fromEntries(Object.entries(xattrs).filter(([name]) => !odd.test(name)));
  return Object.fromEntries(
    Object.entries(all).map(([path, entry]) => [path, { ...entry, xattrs: kept(entry.xattrs) }]),
  );
}
