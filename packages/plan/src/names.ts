import * as constants from "./constants.js";

// How strace(1) writes numbers: sets of flags, and single values, by the kernel's names.

const table = Object.entries(constants) as [string, number][];

/** The flags of a prefix in the order in which strace prints them, where that is not by value. */
const order: Readonly<Record<string, readonly string[]>> = {
  O_: ["O_CREAT", "O_EXCL", "O_TRUNC", "O_NONBLOCK", "O_CLOEXEC", "O_PATH", "O_DIRECTORY", "O_NOFOLLOW"],
};

/** `3` of `MS_` is `MS_RDONLY|MS_NOSUID`; what has no name is left as a hexadecimal number. */
export function flags(value: number, ...prefixes: string[]): string {
  const known = prefixes.flatMap((prefix) => bitsOf(prefix));
  const names: string[] = [];
  let rest = BigInt(value);
  for (const [name, bit] of known) {
    if (bit !== 0n && (rest & bit) === bit) {
      names.push(name);
      rest &= ~bit;
    }
  }
  if (rest !== 0n) names.push(`0x${rest.toString(16)}`);
  return names.join("|") || "0";
}

function bitsOf(prefix: string): [string, bigint][] {
  const known = table.filter(([name]) => name.startsWith(prefix));
  const wanted = order[prefix];
  if (wanted === undefined) known.sort(([, a], [, b]) => a - b);
  else known.sort(([a], [b]) => wanted.indexOf(a) - wanted.indexOf(b));
  return known.map(([name, bit]) => [name, BigInt(bit)]);
}

/** The flags of open(2): first how it is accessed, then the rest. */
export function openFlags(value: number): string {
  const access = ["O_RDONLY", "O_WRONLY", "O_RDWR"][value & 3] ?? "O_ACCMODE";
  const rest = value & ~3;
  return rest === 0 ? access : `${access}|${flags(rest, "O_")}`;
}

/** The one constant of `prefix` that has this value, or the number. */
export function nameOf(value: number, prefix: string): string {
  const found = table.find(([name, number]) => name.startsWith(prefix) && number === value);
  return found?.[0] ?? String(value);
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
    const digitFollows = next !== undefined && next >= 0x30 && next <= 0x39;
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
