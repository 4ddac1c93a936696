import * as plan from "@mini/plan";
import { architectures } from "./architecture.js";
import { actions, flags, operators, type Profile, type Rule } from "./profile.js";

// A profile comes from a file, and what it says wrong would be a hole or a refusal that nobody understands: every error names
// the path of the fault in the JSON.

const { nearest } = plan;
const MOST = 2n ** 64n - 1n;

/** The names that `includes` and `excludes` have for machines in Docker's profiles. */
const arches =
  "amd64 arm arm64 loongarch64 mips mips64 mips64n32 mips3l64n32 mipsel mipsel64 ppc ppc64 ppc64le riscv64 s390 s390x x32 x86";

/** The names of the capabilities, capabilities(7). */
export const capabilities = Object.keys(plan).filter((name) => name.startsWith("CAP_"));

type Check = (value: unknown, path: string) => void;

/** Throws a TypeError that names the first thing wrong with a profile by its JSON path: `syscalls[3].args[0].op: …`. */
export function checkProfile(profile: Profile): void {
  object(profile, "the profile", {
    defaultAction: oneOf(Object.keys(actions), "an action"),
    defaultErrnoRet: optional(errno),
    defaultErrno: optional(string),
    architectures: optional(list(oneOf(architectures, "an architecture"))),
    archMap: optional(list(archMap)),
    flags: optional(list(oneOf(Object.keys(flags), "a flag that a profile can have"))),
    listenerPath: optional(string),
    listenerMetadata: optional(string),
    syscalls: optional(list(rule)),
  });
  const { architectures: named, archMap: mapped, defaultAction, defaultErrnoRet, defaultErrno } = profile;
  if (named?.length && mapped?.length)
    fault("archMap", "there is architectures already, and one of them is enough");
  numbered(defaultAction, ["defaultErrnoRet", defaultErrnoRet], ["defaultErrno", defaultErrno]);
}

function archMap(value: unknown, path: string): void {
  const architecture = oneOf(architectures, "an architecture");
  object(value, path, { architecture, subArchitectures: optional(list(architecture)) });
}

function rule(value: unknown, path: string): void {
  object(value, path, {
    names: optional(list(string)),
    name: optional(string),
    action: oneOf(Object.keys(actions), "an action"),
    errnoRet: optional(errno),
    errno: optional(string),
    args: optional(list(argument)),
    includes: optional(circumstances),
    excludes: optional(circumstances),
    comment: optional(string),
  });
  const { names, name, action, errnoRet, errno: named } = value as Rule;
  if (names?.length && name) fault(`${path}.name`, "there is names already, and one of them is enough");
  if (!names?.length && !name) fault(`${path}.names`, "there has to be at least one");
  numbered(action, [`${path}.errnoRet`, errnoRet], [`${path}.errno`, named]);
}

function argument(value: unknown, path: string): void {
  object(value, path, {
    index: (index, at) => {
      if (!isInteger(index) || index > 5) fault(at, `has to be 0 to 5, not ${shown(index)}`);
    },
    value: integer,
    valueTwo: optional(integer),
    op: oneOf(operators, "an operator"),
  });
}

function circumstances(value: unknown, path: string): void {
  object(value, path, {
    caps: optional(list(oneOf(capabilities, "a capability"))),
    arches: optional(list(oneOf(arches.split(" "), "an architecture"))),
    minKernel: optional((kernel, at) => {
      if (typeof kernel !== "string" || !/^\d+\.\d+$/.test(kernel))
        fault(at, `has to be a version such as "4.8", not ${shown(kernel)}`);
    }),
  });
}

/** Of an answer: that it has a number only where the kernel has a place for it, and a name only beside the number. */
function numbered(
  action: string,
  [key, given]: readonly [string, unknown],
  [named, name]: readonly [string, unknown],
): void {
  const isGiven = given !== undefined && given !== null;
  if (isGiven && action !== "SCMP_ACT_ERRNO" && action !== "SCMP_ACT_TRACE") fault(key, `${action} has none`);
  if (name !== undefined && !isGiven) fault(named, `is the name of a number, and ${key} is missing`);
}

function object(value: unknown, path: string, known: Readonly<Record<string, Check>>): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    fault(path, `has to be an object, not ${shown(value)}`);
  const given = value as Readonly<Record<string, unknown>>;
  const at = (key: string) => (path === "the profile" ? key : `${path}.${key}`);
  for (const key in given)
    if (!Object.hasOwn(known, key)) fault(at(key), unknown("a key", key, Object.keys(known)));
  for (const key in known) known[key]?.(given[key], at(key));
}

const optional =
  (check: Check): Check =>
  (value, path) => {
    if (value !== undefined && value !== null) check(value, path);
  };

const list =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) fault(path, `has to be an array, not ${shown(value)}`);
    for (const [index, item] of (value as unknown[]).entries()) check(item, `${path}[${index}]`);
  };

const oneOf =
  (known: readonly string[], what: string): Check =>
  (value, path) => {
    if (value === undefined) fault(path, "is missing");
    if (typeof value !== "string") fault(path, `has to be ${what}, not ${shown(value)}`);
    if (!known.includes(value as string)) fault(path, unknown(what, value as string, known));
  };

function string(value: unknown, path: string): void {
  if (typeof value !== "string") fault(path, `has to be a string, not ${shown(value)}`);
}

/** MAX_ERRNO, seccomp(2). SCMP_ACT_TRACE hands on as much. */
function errno(value: unknown, path: string): void {
  if (!isInteger(value) || value > 4095) fault(path, `has to be 0 to 4095, not ${shown(value)}`);
}

function integer(value: unknown, path: string): void {
  const isText = typeof value === "string" && /^\d{1,20}$/.test(value) && BigInt(value) <= MOST;
  if (isText || isInteger(value)) return;
  const large = typeof value === "number" && value > Number.MAX_SAFE_INTEGER;
  fault(
    path,
    large
      ? `${value} is more than a number holds exactly: write it as a string, or read the file with parse()`
      : `has to be an integer of 64 bits, not ${shown(value)}`,
  );
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function unknown(what: string, value: string, known: readonly string[]): string {
  const near = nearest(value, known);
  return `${JSON.stringify(value)} is not ${what}${near === undefined ? "" : `: did you mean ${JSON.stringify(near)}?`}`;
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

function fault(path: string, message: string): never {
  throw new TypeError(`seccomp: ${path}: ${message}`);
}
