import type { Plan } from "@mini/plan";
import type { StdioOptions } from "./stdio.js";

/** What `spawn` takes: the options of node:child_process, and `plan`; `S` is what its `stdio` is known to be. */
export interface SpawnOptions<S extends StdioOptions = StdioOptions> {
  /** What to isolate. Without one the command is an ordinary child. */
  plan?: Plan;
  /** The working directory, as the command sees it. Without one: the caller's, or `/` of a new root. */
  cwd?: string | URL;
  /** The environment; `process.env` unless given. */
  env?: Readonly<Record<string, string | undefined>>;
  /** argv[0]; the command's name unless given. */
  argv0?: string;
  stdio?: S;
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
  /** Nothing on Linux, as with child_process. */
  windowsHide?: boolean;
  /** Nothing on Linux, as with child_process. */
  windowsVerbatimArguments?: boolean;
  /** Refused: it belongs to the ipc channel, which is Node's own. */
  serialization?: never;
}

// What setTimeout can count: beyond, it fires at once.
const LONGEST = 2 ** 31 - 1;

/** Throws a TypeError that names the first thing that makes no sense, with the code that child_process has for it. */
export function check(file: unknown, args: readonly unknown[], options: SpawnOptions): void {
  if (typeof file !== "string") throw invalid("file", "a name or a path", file);
  if (file === "") throw invalid("file", "a name or a path", file, "ERR_INVALID_ARG_VALUE");
  for (const arg of args) if (typeof arg !== "string") throw invalid("args", "an array of strings", arg);
  for (const word of [file, ...args]) withoutNull("args", word);
  if (!isObject(options)) throw invalid("options", "an object", options);
  for (const [name, wants, holds] of kinds) {
    const value = options[name];
    if (value !== undefined && value !== null && !holds(value)) throw invalid(name, wants, value);
  }
  for (const name of ["cwd", "argv0", "shell"] as const) withoutNull(name, options[name]);
  const { timeout } = options;
  if (timeout !== undefined && timeout !== null && !isTimeout(timeout))
    throw invalid("timeout", "milliseconds", timeout, "ERR_OUT_OF_RANGE");
  for (const [name, value] of Object.entries(options.env ?? {})) {
    withoutNull(`env.${name}`, name);
    withoutNull(`env.${name}`, `${value}`);
  }
  if (options.serialization !== undefined)
    throw refused("serialization is not offered: it belongs to the ipc channel, which is Node's own");
}

type Kind = readonly [name: keyof SpawnOptions, wants: string, holds: (value: unknown) => boolean];

const kinds: readonly Kind[] = [
  ["cwd", "a path or a file: URL", (value) => typeof value === "string" || value instanceof URL],
  ["env", "an object", isObject],
  ["argv0", "a string", (value) => typeof value === "string"],
  ["detached", "true or false", (value) => typeof value === "boolean"],
  ["uid", "an id", isId],
  ["gid", "an id", isId],
  ["groups", "an array of ids", (value) => Array.isArray(value) && value.every(isId)],
  ["shell", "true, false or a path", (value) => typeof value === "boolean" || typeof value === "string"],
  ["killSignal", "a signal", (value) => typeof value === "string" || typeof value === "number"],
  // Not instanceof: it may come from another realm, or be a polyfill's.
  ["signal", "an AbortSignal", (value) => isObject(value) && "aborted" in value],
];

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isTimeout(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= LONGEST;
}

// 2³² - 1 is what the kernel reads as "leave it": setresuid(2)
function isId(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 0xffff_ffff;
}

function withoutNull(name: string, value: unknown): void {
  if (typeof value === "string" && value.includes("\0"))
    throw invalid(name, "without null bytes", value, "ERR_INVALID_ARG_VALUE");
}

export function invalid(
  name: string,
  wants: string,
  value: unknown,
  code = "ERR_INVALID_ARG_TYPE",
): TypeError {
  return Object.assign(new TypeError(`${name} has to be ${wants}, not ${shown(value)}`), { code });
}

/** Something of child_process that is not offered. */
export function refused(message: string): TypeError {
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_VALUE" });
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value); // JSON has no undefined, function or symbol
}
