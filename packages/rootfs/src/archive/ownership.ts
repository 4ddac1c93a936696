import { checkOptions } from "@mini/plan";

/** So many ids from `inside` on, which are the archive's, become those from `outside` on; as `user` of @mini/user has it. */
export interface IdRange {
  readonly inside: number;
  readonly outside: number;
  readonly size: number;
}

/**
 * To whom the files belong: to those whom the archive names, by number ("keep"); to the caller ("squash"); or to the ids that
 * a map has for the archive's.
 */
export type ArchiveOwnership =
  | "keep"
  | "squash"
  | { readonly uids: readonly IdRange[]; readonly gids: readonly IdRange[] };

type Raw = "keep" | "squash" | { readonly uid: readonly number[]; readonly gid: readonly number[] };

const IDS = 2 ** 32 - 1; // the last one means "none" to chown(2)

/** For the addon; without one, what fits the caller. Throws a TypeError for what is none. */
export function rawOwnership(of: string, given: ArchiveOwnership | undefined): Raw {
  if (given === undefined) return process.geteuid?.() === 0 ? "keep" : "squash";
  if (given === "keep" || given === "squash") return given;
  if (typeof given !== "object" || given === null)
    throw new TypeError(`${of}: ownership has to be "keep", "squash" or a map`);
  checkOptions(`${of}: ownership`, given, { uids: "objects", gids: "objects" }, ["uids", "gids"]);
  return { uid: numbers(of, given.uids), gid: numbers(of, given.gids) };
}

function numbers(of: string, ranges: readonly IdRange[]): number[] {
  return ranges.flatMap((range) => {
    const kinds = { inside: "number", outside: "number", size: "number" } as const;
    checkOptions(`${of}: ownership`, range, kinds, ["inside", "outside", "size"]);
    const { inside, outside, size } = range;
    for (const start of [inside, outside])
      if (!isNatural(start) || !isNatural(size) || size === 0 || start + size > IDS)
        throw new TypeError(`${of}: no range of ids: ${JSON.stringify(range)}`);
    return [inside, outside, size];
  });
}

function isNatural(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < IDS;
}
