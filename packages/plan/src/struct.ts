import { flags, makesFile, mode, nameOf, openFlags, quote, signalName } from "./names.js";

// The structures that calls take by pointer: where their fields lie, and how strace(1) writes them.
// A field left out is 0.

/** open_how, openat2(2) */
export interface OpenHow {
  readonly struct: "open_how";
  readonly flags: number;
  readonly mode?: number;
  readonly resolve?: number;
}

/** mount_attr, mount_setattr(2) */
export interface MountAttr {
  readonly struct: "mount_attr";
  readonly attr_set?: number;
  readonly attr_clr?: number;
  /** One of MS_PRIVATE, MS_SLAVE, MS_SHARED and MS_UNBINDABLE; left out, it stays what it is. */
  readonly propagation?: number;
}

/** The part of ifreq that sets flags, netdevice(7) */
export interface Ifreq {
  readonly struct: "ifreq";
  readonly ifr_name: string;
  readonly ifr_flags: number;
}

/** The kernel's sigaction, rt_sigaction(2), in its one form that makes sense here: SIG_DFL. */
export interface Sigaction {
  readonly struct: "sigaction";
  readonly sa_handler: "SIG_DFL";
}

/** A set of signals, sigsetops(3), by their numbers. */
export interface Sigset {
  readonly struct: "sigset";
  readonly signals: readonly number[];
}

/** A list of group ids, setgroups(2) */
export interface Gids {
  readonly struct: "gids";
  readonly gids: readonly number[];
}

export type Struct = OpenHow | MountAttr | Ifreq | Sigaction | Sigset | Gids;

/** The sizes in bytes that the kernel is told, and checks. */
export const sizeOf = { open_how: 24, mount_attr: 32, sigset: 8 } as const;

const fields: Readonly<Record<Struct["struct"], readonly string[]>> = {
  open_how: ["flags", "mode", "resolve"],
  mount_attr: ["attr_set", "attr_clr", "propagation"],
  ifreq: ["ifr_name", "ifr_flags"],
  sigaction: ["sa_handler"],
  sigset: ["signals"],
  gids: ["gids"],
};

/** Whether `value` is this structure, with fields that it can hold. */
export function acceptsStruct(value: unknown, name: Struct["struct"]): value is Struct {
  if (typeof value !== "object" || value === null || (value as Partial<Struct>).struct !== name) return false;
  if (!Object.keys(value).every((key) => key === "struct" || fields[name].includes(key))) return false;
  const given = value as Struct;
  switch (given.struct) {
    case "open_how":
      return isUpTo(given.flags) && isUpTo(given.mode ?? 0, 0o7777) && isUpTo(given.resolve ?? 0);
    case "mount_attr":
      return [given.attr_set, given.attr_clr, given.propagation].every((field) => isUpTo(field ?? 0));
    case "ifreq":
      return /^[!-.0-~]{1,15}$/.test(given.ifr_name) && isUpTo(given.ifr_flags, 0xffff);
    case "sigaction":
      return given.sa_handler === "SIG_DFL";
    case "sigset":
      return (
        Array.isArray(given.signals) && given.signals.every((signal) => signal >= 1 && isUpTo(signal, 64))
      );
    case "gids":
      return Array.isArray(given.gids) && given.gids.every((gid) => isUpTo(gid, 0xffff_fffe));
  }
}

function isUpTo(value: unknown, most = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

/** The bytes that the kernel reads. */
export function bytesOf(value: Struct): Uint8Array {
  switch (value.struct) {
    case "open_how":
      return words(value.flags, value.mode, value.resolve);
    case "mount_attr":
      return words(value.attr_set, value.attr_clr, value.propagation, 0);
    case "ifreq": {
      const bytes = new Uint8Array(40);
      bytes.set(new TextEncoder().encode(value.ifr_name));
      new DataView(bytes.buffer).setUint16(16, value.ifr_flags, true);
      return bytes;
    }
    case "sigaction": // SIG_DFL, no flags, no restorer, an empty mask
      return new Uint8Array(32);
    case "sigset":
      return words(value.signals.reduce((bits, signal) => bits | (1n << BigInt(signal - 1)), 0n));
    case "gids":
      return new Uint8Array(Uint32Array.from(value.gids).buffer);
  }
}

function words(...values: (number | bigint | undefined)[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, (value) => BigInt(value ?? 0)).buffer);
}

/** As strace writes it. */
export function describeStruct(value: Struct): string {
  switch (value.struct) {
    case "open_how":
      return `{flags=${openFlags(value.flags)}${modeField(value)}, resolve=${flags(value.resolve ?? 0, "RESOLVE_")}}`;
    case "mount_attr":
      return `{attr_set=${flags(value.attr_set ?? 0, "MOUNT_ATTR_")}, attr_clr=${flags(value.attr_clr ?? 0, "MOUNT_ATTR_")}, propagation=${nameOf(value.propagation ?? 0, "MS_")}, userns_fd=0}`;
    case "ifreq":
      return `{ifr_name=${quote(value.ifr_name)}, ifr_flags=${flags(value.ifr_flags, "IFF_")}}`;
    case "sigaction":
      return `{sa_handler=${value.sa_handler}, sa_mask=[], sa_flags=0}`;
    case "sigset":
      return sigset(value.signals);
    case "gids":
      return `[${value.gids.join(", ")}]`;
  }
}

function modeField({ flags, mode: permissions = 0 }: OpenHow): string {
  return makesFile(flags) || permissions !== 0 ? `, mode=${mode(permissions)}` : "";
}

// Where most of the 64 signals are in it, strace writes those that are not.
function sigset(signals: readonly number[]): string {
  const inverted = new Set(signals).size >= 42;
  const written: string[] = [];
  for (let signal = 1; signal <= 64; signal++)
    if (signals.includes(signal) !== inverted) written.push(signalName(signal));
  return `${inverted ? "~" : ""}[${written.join(" ")}]`;
}
