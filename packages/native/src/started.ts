import type { Readable, Writable } from "node:stream";
import type { Child } from "./child.js";
import type { StdioOptions } from "./stdio.js";

/** A child whose streams are known from `stdio`: there where they are piped, null where they are not. */
export type Started<S extends StdioOptions> = Child & {
  readonly stdin: End<At<S, 0>, Writable>;
  readonly stdout: End<At<S, 1>, Readable>;
  readonly stderr: End<At<S, 2>, Readable>;
};

/** What `stdio` says of a descriptor: a pipe where its list ends before it. */
type At<S, Target extends 0 | 1 | 2> = S extends readonly unknown[]
  ? number extends S["length"]
    ? S[number] | "pipe" // of unknown length
    : `${Target}` extends keyof S
      ? S[Target]
      : "pipe"
  : S;

type End<Entry, Stream> = Entry extends "pipe" | "overlapped" | null | undefined ? Stream : null;
