import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** A line for each file below `directory`: type, permissions, owner, links, size, times and content. Equal means untouched. */
export function treeState(directory: string): string[] {
  const lines: string[] = [];
  walk(directory, ".", lines);
  return lines;
}

function walk(directory: string, path: string, lines: string[]): void {
  const full = join(directory, path);
  const stats = lstatSync(full, { bigint: true });
  const { mode, uid, gid, nlink, size, mtimeNs, ctimeNs, rdev } = stats;
  const content = stats.isSymbolicLink() ? readlinkSync(full) : stats.isFile() ? digest(full) : "";
  lines.push([path, mode.toString(8), uid, gid, nlink, size, rdev, mtimeNs, ctimeNs, content].join(" "));
  if (stats.isDirectory())
    for (const name of readdirSync(full).sort()) walk(directory, join(path, name), lines);
}

function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
