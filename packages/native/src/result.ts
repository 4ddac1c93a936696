import type { Child } from "./child.js";
import type { Input } from "./input.js";
import type { SpawnOptions } from "./options.js";

/** What `run` takes: the options of `spawn`, but for stdio, which it has for itself. */
export interface RunOptions extends Omit<SpawnOptions, "stdio" | "detached"> {
  /** Written to standard input, which is then closed; nothing unless given. A stream that breaks off is an exception. */
  input?: Input;
  /** How much of stdout and of stderr is kept, each; a program that writes more is killed. 64 MiB unless given. */
  maxOutputBytes?: number;
  /** How the output is decoded: "utf8" unless given; "buffer" leaves it as bytes. */
  encoding?: BufferEncoding | "buffer";
}

/** How a program ended. That it failed is a result; that its container could not be made is an exception, a StepError. */
export interface RunResult<Output = string> {
  /** It ended by itself, with status 0. */
  readonly ok: boolean;
  /**
   * Why it ended: by itself, by a signal of somebody else's, or by ours for one of these reasons. Also "timeout" or "aborted"
   * where the program had ended, but not its output: other processes kept that open.
   */
  readonly reason: "exit" | "signal" | "timeout" | "aborted" | "output";
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Output;
  readonly stderr: Output;
  /** From the call to the end, in milliseconds. */
  readonly wallMs: number;
  /** Of the program and the children it waited for, as wait4(2) counts. */
  readonly userMs: number;
  readonly systemMs: number;
  /** The most memory that one of them had; null where the kernel cannot tell, see `Usage`. */
  readonly maxRssBytes: number | null;
}

/** The promise of a result, and the output while it comes. */
export interface Run<Output = string> extends Promise<RunResult<Output>> {
  readonly child: Child;
  /**
   * The lines of stdout, or of stderr, from the first on, as they are written or afterwards. Ends when the program has ended,
   * and throws what the promise is rejected with, which then needs no other handler.
   */
  lines(from?: "stdout" | "stderr"): AsyncIterable<string>;
}
