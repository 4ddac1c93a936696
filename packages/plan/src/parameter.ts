import { AT_FDCWD } from "./constants.js";
import { acceptsStruct, describeStruct } from "./layout.js";
import { flags, knownName, mode as modeOf, nameOf, openFlags, quote } from "./names.js";
import type { Struct } from "./struct.js";

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
  /** Undefined where strace leaves the argument out, because the kernel does not look at it. */
  print(value: T, all: readonly Arg[]): string | undefined;
  /** A string here is a number in digits, not a pointer to text. */
  readonly numeric: boolean;
  readonly optional: Optional;
}

function parameter<T extends Arg>(
  wants: string,
  accepts: (value: unknown) => boolean,
  print: Parameter<T>["print"],
  numeric = false,
): Parameter<T, false> {
  return { wants, accepts: accepts as (value: unknown) => value is T, print, numeric, optional: false };
}

/** May be left out, with all that follow it; the kernel is given 0. */
export function optional<T extends Arg>(of: Parameter<T, false>): Parameter<T, true> {
  return { ...of, optional: true };
}

export function has<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === "object" && value !== null && key in value;
}

// Exactly that: an object that could be read as two things would be checked as the one and encoded as the other.
function isOnly<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return has(value, key) && Object.keys(value).length === 1 && Object.hasOwn(value, key);
}

// A NUL would end the string early, in the kernel's eyes and not in the reader's.
const isString = (value: unknown): value is string => typeof value === "string" && !value.includes("\0");
const isText = (value: unknown): boolean => isString(value) || (isOnly(value, "pid") && isString(value.pid));
const printText = (value: string | WithPid | null) =>
  value === null ? "NULL" : quote(typeof value === "string" ? value : value.pid);

/** A path or another string, without NUL. */
export const text = parameter<string | WithPid>("a string without NUL", isText, printText);
export const textOrNull = parameter<string | null>(
  "a string without NUL, or null",
  (v) => v === null || isString(v),
  printText,
);
export const strings = parameter<readonly string[]>(
  "an array of strings without NUL",
  (v) => Array.isArray(v) && v.every(isString),
  (v) => `[${v.map((item) => quote(item)).join(", ")}]`,
);
export const nothing = parameter<null>(
  "null",
  (v) => v === null,
  () => "NULL",
);

const isBase64 = (value: unknown): boolean =>
  typeof value === "string" && value.length % 4 === 0 && /^[A-Za-z\d+/]*={0,2}$/.test(value);

/** What write(2) is given: text, or base64. */
export const bytes = parameter<string | Base64>(
  "a string or { base64 }",
  (v) => typeof v === "string" || (isOnly(v, "base64") && isBase64(v.base64)),
  (v) => quote(typeof v === "string" ? v : Uint8Array.from(atob(v.base64), (c) => c.charCodeAt(0))),
);

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isWord = (value: unknown): boolean =>
  Number.isSafeInteger(value) ||
  (typeof value === "string" && /^-?\d{1,20}$/.test(value) && fitsWord(BigInt(value)));
const fitsWord = (value: bigint): boolean => value >= -(2n ** 63n) && value < 2n ** 64n;

/** A number of up to 64 bits; as digits in a string where it is beyond 2⁵³. */
export const integer = parameter<number | string>("an integer", isWord, String, true);

const isFd = (value: unknown) => isCount(value) || (isOnly(value, "fd") && typeof value.fd === "string");
const printFd = (value: number | Slot) => (typeof value === "number" ? String(value) : value.fd);

/** A descriptor: a number that was inherited, or a slot. */
export const fd = parameter<number | Slot>("a descriptor", isFd, printFd);
/** A descriptor of a directory, or AT_FDCWD. */
export const dirfd = parameter<number | Slot>(
  "a descriptor or AT_FDCWD",
  (v) => v === AT_FDCWD || isFd(v),
  (v) => (v === AT_FDCWD ? "AT_FDCWD" : printFd(v)),
);

/** The process that makes the call. */
export const self = parameter<number>("0, which is the child itself", (v) => v === 0, String);

const NO_ID = 0xffff_ffff;
/** A user or group id; -1, which is 2³² - 1, leaves it as it is (setresuid(2)). */
export const id = parameter<number>(
  "an id",
  (v) => v === -1 || (isCount(v) && (v as number) <= NO_ID),
  (v) => (v === NO_ID ? "-1" : String(v)),
);

/** The bits of a file's mode or of umask(2). */
export const octal = parameter<number>(
  "permissions from 0 to 0o7777",
  (v) => isCount(v) && (v as number) <= 0o7777,
  modeOf,
);

/** A set of flags with one of these prefixes. */
export function set(...prefixes: [string, ...string[]]): Parameter<number, false> {
  return parameter<number>("a set of flags", isCount, (v) => flags(v, ...prefixes));
}

/** The flags of open(2). */
export const open = parameter<number>("a set of flags", isCount, openFlags);

/** One of the constants with this prefix that the language knows. */
export function one(prefix: string): Parameter<number, false> {
  const known = (value: unknown) => typeof value === "number" && knownName(value, prefix) !== undefined;
  return parameter<number>(`a constant ${prefix}… that steps can use`, known, (v) => nameOf(v, prefix));
}

/** A number from 0 whose meaning hangs on the arguments before it. */
export function numberBy(print: Parameter<number>["print"]): Parameter<number, false> {
  return parameter<number>("an integer from 0", isCount, print);
}

/** A pointer to a structure. */
export function struct<S extends Struct>(name: S["struct"]): Parameter<S, false> {
  return parameter<S>(`{ struct: "${name}" } with its fields`, (v) => acceptsStruct(v, name), describeStruct);
}

/** A pointer to one of two structures. */
export function structs<S extends Struct>(first: S["struct"], second: S["struct"]): Parameter<S, false> {
  return parameter<S>(
    `{ struct: "${first}" } or { struct: "${second}" } with its fields`,
    (v) => acceptsStruct(v, first) || acceptsStruct(v, second),
    describeStruct,
  );
}

/** A pointer to a structure, or to nothing. */
export function structOrNull<S extends Struct>(name: S["struct"]): Parameter<S | null, false> {
  const { wants, accepts, print } = struct<S>(name);
  return parameter<S | null>(
    `${wants}, or null`,
    (v) => v === null || accepts(v),
    (v, all) => (v === null ? "NULL" : print(v, all)),
  );
}
