import type { Plan } from "@mini/plan";
import type { StdioOptions } from "./stdio.js";

/** What `spawn` takes: the options of node:child_process, and `plan`. */
export interface SpawnOptions {
  /** What to isolate. Without one the command is an ordinary child. */
  plan?: Plan;
  /** The working directory, as the command sees it. Without one: the caller's, or `/` of a new root. */
  cwd?: string | URL;
  /** The environment; `process.env` unless given. */
  env?: Readonly<Record<string, string | undefined>>;
  /** argv[0]; the command's name unless given. */
  argv0?: string;
  stdio?: StdioOptions;
  /** A session of its own; it may outlive this process. */
  detached?: boolean;
  uid?: number;
  gid?: number;
  /** Supplementary groups. Unless given, a command with a `uid` or `gid` has none, and another keeps the caller's. */
  groups?: readonly number[];
  /** Runs `file` and `args` as one line of /bin/sh, or of the shell named. */
  shell?: boolean | string;
  /** Milliseconds after which `killSignal` is sent. */
  timeout?: number;
  killSignal?: NodeJS.Signals | number;
  /** Sends `killSignal` when it fires; the child then emits an AbortError. */
  signal?: AbortSignal;
}

/** Throws a TypeError that names the first thing that makes no sense. */
export function check(file: unknown, args: readonly unknown[], options: SpawnOptions): void {
  if (typeof file !== "string" || file === "") throw invalid("file", "a name or a path", file);
  for (const arg of args) if (typeof arg !== "string") throw invalid("args", "an array of strings", arg);
  for (const word of [file, ...args])
    if ((word as string).includes("\0")) throw invalid("args", "without null bytes", word);
  const ids = { uid: options.uid, gid: options.gid };
  for (const [name, value] of Object.entries(ids))
    if (value !== undefined && !isId(value)) throw invalid(name, "an id", value);
  if (options.groups !== undefined && !(Array.isArray(options.groups) && options.groups.every(isId)))
    throw invalid("groups", "an array of ids", options.groups);
  if (options.timeout !== undefined && !(options.timeout >= 0))
    throw invalid("timeout", "milliseconds", options.timeout);
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal))
    throw invalid("signal", "an AbortSignal", options.signal);
  for (const [name, value] of Object.entries(options.env ?? {}))
    if (`${name}${value}`.includes("\0")) throw invalid(`env.${name}`, "without null bytes", value);
  if ("serialization" in options) {
    throw new TypeError("serialization is not offered: it belongs to the ipc channel, which is Node's own");
  }
}

// 2³² - 1 is what the kernel reads as "leave it": setresuid(2)
function isId(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 0xffff_ffff;
}

function invalid(name: string, wants: string, value: unknown): TypeError {
  return Object.assign(new TypeError(`${name} has to be ${wants}, not ${JSON.stringify(value)}`), {
    code: "ERR_INVALID_ARG_TYPE",
  });
}
