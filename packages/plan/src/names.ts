import * as constants from "./constants.js";

// How strace(1) writes numbers: sets of flags, and single values, by the kernel's names.

const table = Object.entries(constants) as [string, number][];

/** The flags of a prefix in the order in which strace prints them, where that is not by value. */
const order: Readonly<Record<string, readonly string[]>> = {
  O_: [
    "O_CREAT",
    "O_EXCL",
    "O_NOCTTY",
    "O_TRUNC",
    "O_APPEND",
    "O_NONBLOCK",
    "O_SYNC",
    "O_DSYNC",
    "O_DIRECT",
    "O_NOFOLLOW",
    "O_NOATIME",
    "O_CLOEXEC",
    "O_PATH",
    "O_TMPFILE",
    "O_DIRECTORY",
  ],
  SOCK_: ["SOCK_CLOEXEC", "SOCK_NONBLOCK"],
};

/** `3` of `MS_` is `MS_RDONLY|MS_NOSUID`; what has no name is left as a hexadecimal number. */
export function flags(value: number, ...prefixes: [string, ...string[]]): string {
  const names: string[] = [];
  let rest = BigInt(value);
  for (const [name, bit] of prefixes.flatMap((prefix) => bitsOf(prefix))) {
    if ((rest & bit) === bit) {
      names.push(name);
      rest &= ~bit;
    }
  }
  if (rest === 0n) return names.join("|") || "0";
  const unnamed = `0x${rest.toString(16)}`;
  return names.length === 0 ? `${unnamed} /* ${prefixes[0]}??? */` : `${names.join("|")}|${unnamed}`;
}

function bitsOf(prefix: string): [string, bigint][] {
  const wanted = order[prefix];
  const known = table.filter(
    ([name, bit]) => name.startsWith(prefix) && bit > 0 && (wanted?.includes(name) ?? true),
  );
  known.sort(([a, x], [b, y]) => (wanted === undefined ? x - y : wanted.indexOf(a) - wanted.indexOf(b)));
  return known.map(([name, bit]) => [name, BigInt(bit)]);
}

/** The flags of open(2): first how it is accessed, then the rest. */
export function openFlags(value: number): string {
  const access = ["O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"][value & 3] ?? "";
  const rest = value - (value & 3);
  return rest === 0 ? access : `${access}|${flags(rest, "O_").replace(/ \/\*.*/, "")}`;
}

/** Whether open(2) makes a file with these flags, and so looks at a mode. */
export function makesFile(value: number): boolean {
  return (value & constants.O_CREAT) !== 0 || (value & constants.O_TMPFILE) === constants.O_TMPFILE;
}

/** The one constant of `prefix` that has this value, if it has a name. */
export function knownName(value: number, prefix: string): string | undefined {
  let names = byValue.get(prefix);
  if (names === undefined) {
    // "SIG" is not SIG_BLOCK's prefix: those are values of another argument. Of two names the first is meant.
    const mine = table.filter(
      ([name]) =>
        name.startsWith(prefix) &&
        name[prefix.length] !== "_" &&
        !inner.some((longer) => longer !== prefix && name.startsWith(longer)),
    );
    names = new Map(mine.reverse().map(([name, number]) => [number, name]));
    byValue.set(prefix, names);
  }
  return names.get(value);
}

// Values of another argument than those with the prefix that is the beginning of theirs.
const inner = ["PR_CAP_AMBIENT_"];

// Looked up for each step of each start.
const byValue = new Map<string, ReadonlyMap<number, string>>();

/** The same, and where it has none the number as strace writes it. */
export function nameOf(value: number, prefix: string): string {
  return knownName(value, prefix) ?? `${value === 0 ? "0" : `0x${value.toString(16)}`} /* ${prefix}??? */`;
}

/** A signal in a set: `CHLD`, `RT_1`. */
export function signalName(signal: number): string {
  if (signal < 32) return knownName(signal, "SIG")?.slice(3) ?? String(signal);
  return signal === 32 ? "RTMIN" : `RT_${signal - 32}`;
}

/** Permissions as strace writes them: three digits of octal at the least. */
export function mode(value: number): string {
  const text = value.toString(8).padStart(3, "0");
  return text.startsWith("0") ? text : `0${text}`;
}

/** A string of C, quoted and escaped as strace does it; each byte of UTF-8 by itself. */
export function quote(text: string | Uint8Array): string {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  let out = "";
  for (const [index, byte] of bytes.entries()) {
    const next = bytes[index + 1];
    const digitFollows = next !== undefined && next >= 0x30 && next <= 0x37;
    out +=
      escapes[byte] ?? (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : octal(byte, digitFollows));
  }
  return `"${out}"`;
}

const escapes: Readonly<Record<number, string>> = {
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  34: '\\"',
  92: "\\\\",
};

// A shorter escape would swallow the digit behind it.
function octal(byte: number, padded: boolean): string {
  return `\\${byte.toString(8).padStart(padded ? 3 : 1, "0")}`;
}
