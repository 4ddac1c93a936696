import type { ExtractOptions } from "../../../src/index.ts";

/** What a path in the destination has to be: `=content`, `→target`, `/` for a directory (`/0755` with its mode), `fifo`, `device 1:7`; null for nothing. */
export type Inside = Readonly<Record<string, string | null>>;

/** Where an archive would like to write to. */
export interface Aim {
  /** The absolute path of the canary. `../canary` is the same, seen from the destination. */
  readonly canary: string;
}

/** An archive that means harm, and what becomes of it. */
export interface Hostile {
  /** The CVE or the category, and what is tried. */
  readonly name: string;
  /** Entry by entry, each with its extended headers, so that they can be spread over several archives. */
  readonly entries: (aim: Aim) => readonly Buffer[];
  /** What an earlier archive has put there: the layer below. */
  readonly lower?: (aim: Aim) => readonly Buffer[];
  readonly options?: ExtractOptions;
  /** The code of the error, */
  readonly error?: string;
  /** of that when it is unpacked once more over what it has left, where it is another one, */
  readonly again?: string;
  /** or what is inside afterwards: as root, */
  readonly inside?: (aim: Aim) => Inside;
  /** and what differs from that as an ordinary user. */
  readonly asUser?: (aim: Aim) => Inside;
  /** What the result says was left out, as root. */
  readonly skipped?: readonly string[];
}

/** A path as it is below the destination: without the leading slash. */
export const below = (path: string) => path.replace(/^\/+/, "");
