import { flags, nameOf, openFlags } from "./names.js";

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

export type Struct = OpenHow | MountAttr | Ifreq | Sigaction | Sigset;

/** The size of each structure in bytes, as the kernel checks it. */
export const sizeOf = { open_how: 24, mount_attr: 32, ifreq: 40, sigaction: 32, sigset: 8 } as const;

/** The bytes that the kernel reads. */
export function bytesOf(value: Struct): Uint8Array {
  const bytes = new Uint8Array(sizeOf[value.struct]);
  const view = new DataView(bytes.buffer);
  const u64 = (offset: number, number = 0) => view.setBigUint64(offset, BigInt(number), true);
  switch (value.struct) {
    case "open_how":
      u64(0, value.flags);
      u64(8, value.mode);
      u64(16, value.resolve);
      break;
    case "mount_attr":
      u64(0, value.attr_set);
      u64(8, value.attr_clr);
      u64(16, value.propagation);
      break;
    case "ifreq":
      bytes.set(new TextEncoder().encode(value.ifr_name).subarray(0, 15));
      view.setInt16(16, value.ifr_flags, true);
      break;
    case "sigaction": // SIG_DFL, no flags, an empty mask: nothing but zeros
      break;
    case "sigset":
      for (const signal of value.signals) {
        const byte = (signal - 1) >> 3;
        bytes[byte] = (bytes[byte] ?? 0) | (1 << ((signal - 1) & 7));
      }
  }
  return bytes;
}

/** As strace writes it. */
export function describeStruct(value: Struct): string {
  switch (value.struct) {
    case "open_how":
      return `{flags=${openFlags(value.flags)}, resolve=${flags(value.resolve ?? 0, "RESOLVE_")}}`;
    case "mount_attr":
      return `{attr_set=${flags(value.attr_set ?? 0, "MOUNT_ATTR_")}, attr_clr=${flags(value.attr_clr ?? 0, "MOUNT_ATTR_")}, propagation=${flags(value.propagation ?? 0, "MS_")}, userns_fd=0}`;
    case "ifreq":
      return `{ifr_name=${JSON.stringify(value.ifr_name)}, ifr_flags=${flags(value.ifr_flags, "IFF_")}}`;
    case "sigaction":
      return `{sa_handler=${value.sa_handler}, sa_mask=[], sa_flags=0}`;
    case "sigset":
      return `[${value.signals.map((signal) => nameOf(signal, "SIG").replace("SIG", "")).join(" ")}]`;
  }
}
