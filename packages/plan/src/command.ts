/** What is executed in the end, and what it is given. */
export interface Command {
  /** A path, as the container will see it. */
  readonly file: string;
  /** The arguments, without argv[0]. */
  readonly args?: readonly string[];
  /** argv[0]; `file` unless given. */
  readonly argv0?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where it starts, as it sees it: the caller's directory unless given, and `/` of a new root. */
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Supplementary groups. Unless given, a command with a `uid` or `gid` has none, and another keeps the caller's. */
  readonly groups?: readonly number[];
  /** A session of its own, and a life beyond the parent's. */
  readonly detached?: boolean;
  /** The child reports a failure through a pipe as well: for emulators under which it does not share memory. */
  readonly report?: boolean;
  /**
   * What becomes descriptor 0, 1, 2, …: a descriptor of the parent, the name of a slot that the spawner fills, or `null`
   * for none.
   */
  readonly stdio?: Stdio;
}

export type Stdio = readonly (number | string | null)[];

/** Slots that the spawner fills before the child starts, besides those named in `stdio`. */
export const givenSlots = ["ready", "report", "trampoline"] as const;
export type GivenSlot = (typeof givenSlots)[number];
