import { readFileSync } from "node:fs";
import type { IdMapping } from "./index.js";

/** A range of subordinate ids that belongs to a user: subuid(5), subgid(5). */
export interface SubidRange {
  readonly start: number;
  readonly size: number;
}

/** The ranges of a user, given by name or by id, in /etc/subuid or /etc/subgid. None where the file is not there. */
export function readSubids(file: string, user: { name: string; id: number }): SubidRange[] {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return content.split("\n").flatMap((line) => {
    const [, owner, start, size] = /^([^:]+):(\d+):(\d+)$/.exec(line) ?? [];
    const mine = owner === user.name || owner === String(user.id);
    return mine && Number(size) > 0 ? [{ start: Number(start), size: Number(size) }] : [];
  });
}

/** The caller as root inside, and the subordinate ids behind: what podman and rootless Docker map. */
export function rootAndSubids(id: number, ranges: readonly SubidRange[]): IdMapping[] {
  let inside = 1;
  const mappings: IdMapping[] = [{ inside: 0, outside: id, size: 1 }];
  for (const { start, size } of ranges) {
    mappings.push({ inside, outside: start, size });
    inside += size;
  }
  return mappings;
}
