import { nearest } from "./nearest.js";

// What comes from JavaScript was not checked by a compiler, and an option that is not looked at is a container that is not
// as closed as its author thinks: a name that is not known, and a value of another type, are refused.

const kinds = {
  string: ["a string", (value: unknown) => typeof value === "string"],
  boolean: ["true or false", (value: unknown) => typeof value === "boolean"],
  number: ["a number", (value: unknown) => typeof value === "number"],
  object: ["an object", isObject],
  array: ["an array", Array.isArray],
  strings: ["an array of strings", (value: unknown) => isArrayOf(value, (one) => typeof one === "string")],
  objects: ["an array of objects", (value: unknown) => isArrayOf(value, isObject)],
} as const satisfies Record<string, readonly [wants: string, holds: (value: unknown) => boolean]>;

/** What an option has to be: of a type, an array of one, or one of these words. */
export type Kind = keyof typeof kinds | readonly string[];

/**
 * Throws a TypeError that names the first thing wrong with `options`: what is no object, is not known (with the nearest name
 * that is), is of another type, or is missing though `required`. `of` is whose options they are, in the words of the error.
 */
export function checkOptions<O extends object>(
  of: string,
  options: O,
  known: { readonly [K in keyof O]-?: Kind },
  required: readonly (keyof O & string)[] = [],
): void {
  if (options !== undefined && !isObject(options))
    throw new TypeError(`${of}: options have to be an object, not ${shown(options)}`);
  const given = (options ?? {}) as Readonly<Record<string, unknown>>;
  const kindOf = new Map<string, Kind>(Object.entries(known));
  for (const name in given) {
    const kind = kindOf.get(name);
    if (kind === undefined) throw new TypeError(`${of}: ${unknown(name, [...kindOf.keys()])}`);
    const value = given[name];
    if (value !== undefined && !holds(kind, value))
      throw new TypeError(`${of}: ${name} has to be ${wants(kind)}, not ${shown(value)}`);
  }
  const missing = required.filter((name) => given[name] === undefined);
  if (missing.length > 0)
    throw new TypeError(`${of}: ${list(missing, "and")} ${missing.length > 1 ? "are" : "is"} missing`);
}

function unknown(name: string, known: readonly string[]): string {
  const what = `${JSON.stringify(name)} is not an option`;
  if (known.length === 0) return `${what}, and there are none`;
  const near = nearest(name, known);
  return near === undefined
    ? `${what}: there ${known.length > 1 ? "are" : "is"} ${list(known, "and")}`
    : `${what}: did you mean ${JSON.stringify(near)}?`;
}

function holds(kind: Kind, value: unknown): boolean {
  return typeof kind === "string" ? kinds[kind][1](value) : (kind as readonly unknown[]).includes(value);
}

function wants(kind: Kind): string {
  return typeof kind === "string"
    ? kinds[kind][0]
    : list(
        kind.map((word) => JSON.stringify(word)),
        "or",
      );
}

/** `a`, `a and b`, `a, b and c`. */
function list(words: readonly string[], last: "and" | "or"): string {
  return words.length < 2
    ? words.join()
    : `${words.slice(0, -1).join(", ")} ${last} ${words[words.length - 1]}`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isArrayOf(value: unknown, one: (value: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(one);
}

/** A value in the words of an error: JSON, where it has any. */
export function shown(value: unknown): string {
  if (typeof value === "number") return String(value); // NaN is null in JSON
  try {
    return JSON.stringify(value) ?? String(value); // it has no undefined, function or symbol
  } catch {
    return String(value); // nor a bigint, nor circles
  }
}
