import type { RunOptions } from "../options.js";
import type { Caller } from "./caller.js";

/** What has been read so far. */
export interface Draft extends Omit<RunOptions, "command"> {
  /** `mocker explain` prints JSON. */
  readonly json: boolean;
}

interface Common {
  readonly name: string;
  readonly short?: string;
  /** Another name, which help does not show. */
  readonly alias?: string;
  readonly group:
    | "Root file system"
    | "Files"
    | "Environment"
    | "Isolation"
    | "Process"
    | "Content"
    | "Archive"
    | "Output";
  readonly description: string;
  /** The subcommand that alone has it; otherwise `run` and `explain` do. */
  readonly only?: "explain";
}

/** An option that is on or off. */
export interface Switch<D = Draft> extends Common {
  readonly turn: (on: boolean, draft: D) => Partial<D>;
}

/** An option with a value. */
export interface Valued<D = Draft> extends Common {
  /** What stands for the value in help. */
  readonly argument: string;
  /** What shells complete: paths of this machine, names of variables, or these words. */
  readonly completes?: "directory" | "file" | "variable" | readonly string[];
  /** What it changes in a draft. Throws a UsageError for a value that makes no sense. */
  readonly set: (value: string, draft: D, caller: Caller) => Partial<D>;
}

/** An option of a subcommand whose options are read into a draft. */
export type Flag<D = Draft> = Switch<D> | Valued<D>;

/** A draft in which nothing was asked for. */
export const empty: Draft = {
  rootfs: undefined,
  hostname: "container",
  volumes: [],
  tmpfs: [],
  env: {},
  workdir: undefined,
  user: undefined,
  readOnly: false,
  network: "none",
  init: false,
  name: undefined,
  storageSize: undefined,
  verbosity: "normal",
  json: false,
};
