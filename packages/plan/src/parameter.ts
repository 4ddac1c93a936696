import { AT_FDCWD } from "./constants.js";
import { flags, mode as modeOf, nameOf, openFlags, quote } from "./names.js";
import { describeStruct, type Struct } from "./struct.js";

// What one argument of a call may be, and how strace(1) writes it. The table in call.ts is made of these.

/** A descriptor that an earlier step kept under this name. */
export interface Slot {
  readonly fd: string;
}

/** Bytes that are not text. */
export interface Base64 {
  readonly base64: string;
}

/** In a step of the parent: a string in which `<pid>` stands for the child's process id. */
export interface WithPid {
  readonly pid: string;
}

/** Any argument of any step. An integer beyond 2⁵³ is written as a string of digits. */
export type Arg = string | number | null | Slot | Base64 | WithPid | Struct | readonly string[];

export interface Parameter<T extends Arg = Arg, Optional extends boolean = boolean> {
  /** What is accepted, in words. */
  readonly wants: string;
  accepts(value: unknown): value is T;
  print(value: T, all: readonly Arg[]): string;
  /** A string here is a number in digits, not a pointer to text. */
  readonly numeric: boolean;
  readonly optional: Optional;
}

const INTEGER = "an integer";

function parameter<T extends Arg>(
  wants: string,
  accepts: (value: unknown) => boolean,
  print: (value: T, all: readonly Arg[]) => string,
): Parameter<T, false> {
  return {
    wants,
    accepts: accepts as (value: unknown) => value is T,
    print,
    numeric: wants === INTEGER,
    optional: false,
  };
}

/** May be left out, with all that follow it; the kernel is given 0. */
export function optional<T extends Arg>(of: Parameter<T, false>): Parameter<T, true> {
  return { ...of, optional: true };
}

const isInteger = (value: unknown): boolean =>
  Number.isSafeInteger(value) || (typeof value === "string" && /^-?\d{1,20}$/.test(value));
// A NUL would end the string early, in the kernel's eyes and not in the reader's.
const isText = (value: unknown): boolean =>
  (typeof value === "string" && !value.includes("\0")) || (has(value, "pid") && isText(value.pid));

export function has<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === "object" && value !== null && key in value;
}

const printText = (value: string | WithPid | null) =>
  value === null ? "NULL" : quote(typeof value === "string" ? value : value.pid);

/** A path or another string, without NUL. */
export const text = parameter<string | WithPid>("a string", isText, printText);
export const textOrNull = parameter<string | null>(
  "a string or null",
  (v) => v === null || isText(v),
  printText,
);
export const nothing = parameter<null>(
  "null",
  (v) => v === null,
  () => "NULL",
);
export const integer = parameter<number | string>(INTEGER, isInteger, String);
export const octal = parameter<number>("permissions", isInteger, (v) => modeOf(v));
export const strings = parameter<readonly string[]>(
  "an array of strings",
  (v) => Array.isArray(v) && v.every((item) => typeof item === "string" && isText(item)),
  (v) => `[${v.map((item) => quote(item)).join(", ")}]`,
);

/** What write(2) is given: text, or base64. */
export const bytes = parameter<string | Base64>(
  "a string or { base64 }",
  (v) => typeof v === "string" || (has(v, "base64") && typeof v.base64 === "string"),
  (v) => quote(typeof v === "string" ? v : Uint8Array.from(atob(v.base64), (c) => c.charCodeAt(0))),
);

const isFd = (value: unknown) =>
  Number.isInteger(value) || (has(value, "fd") && typeof value.fd === "string");
const printFd = (value: number | Slot) => (typeof value === "number" ? String(value) : value.fd);

/** A descriptor: a number that was inherited, or a slot. */
export const fd = parameter<number | Slot>("a descriptor", isFd, printFd);
/** A descriptor of a directory, or AT_FDCWD. */
export const dirfd = parameter<number | Slot>("a descriptor", isFd, (v) =>
  v === AT_FDCWD ? "AT_FDCWD" : printFd(v),
);

/** A set of flags with one of these prefixes. */
export function set(...prefixes: string[]): Parameter<number, false> {
  return parameter<number>(INTEGER, isInteger, (v) => flags(v, ...prefixes));
}
/** The flags of open(2). */
export const open = parameter<number>(INTEGER, isInteger, (v) => openFlags(v));
/** One constant with this prefix. */
export function one(prefix: string): Parameter<number, false> {
  return parameter<number>(INTEGER, isInteger, (v) => nameOf(v, prefix));
}
/** An integer whose meaning hangs on the arguments before it. */
export function integerBy(print: (value: number, all: readonly Arg[]) => string): Parameter<number, false> {
  return parameter<number>(INTEGER, isInteger, print);
}

/** A pointer to a structure. */
export function struct<S extends Struct>(name: S["struct"]): Parameter<S, false> {
  return parameter<S>(`{ struct: "${name}" }`, (v) => has(v, "struct") && v.struct === name, describeStruct);
}
