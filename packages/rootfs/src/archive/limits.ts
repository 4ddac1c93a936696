import { checkOptions } from "@mini/plan";

/** How much an archive may ask for. Infinity, by name, is no limit. */
export interface Limits {
  /** The sizes of all files together, holes included: 64 GiB. */
  readonly bytes: number;
  /** 4,194,304. */
  readonly entries: number;
  /** Of a path or a link's target, in bytes: 4096. */
  readonly pathLength: number;
  /** How many names a path may have: 256. */
  readonly depth: number;
  /** Bytes unpacked for each byte read, once 100 MiB have been unpacked: 250. */
  readonly ratio: number;
  /** Of a decoder, in bytes: 128 MiB. */
  readonly window: number;
}

const MiB = 1024 * 1024;

const defaults: Limits = {
  bytes: 64 * 1024 * MiB,
  entries: 4 * MiB,
  pathLength: 4096,
  depth: 256,
  ratio: 250,
  window: 128 * MiB,
};

const known = {
  bytes: "number",
  entries: "number",
  pathLength: "number",
  depth: "number",
  ratio: "number",
  window: "number",
} as const;

/** All of them, for those that are given. Throws a TypeError for what is no limit. */
export function completeLimits(of: string, given: Partial<Limits> = {}): Limits {
  checkOptions(`${of}: limits`, given, known);
  for (const [name, value] of Object.entries(given))
    if (value !== undefined && !(value >= 0))
      throw new TypeError(`${of}: limits.${name} has to be a number from 0 on, not ${value}`);
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(set) };
}
