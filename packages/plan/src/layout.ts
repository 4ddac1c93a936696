import { _LINUX_CAPABILITY_VERSION_3 } from "./constants.js";
import { flags, makesFile, mode, nameOf, openFlags, quote, signalName } from "./names.js";
import type { OpenHow, Struct } from "./struct.js";

// Of each structure: which values it can hold, what the kernel reads, and how strace(1) writes it.

/** The sizes in bytes that the kernel is told, and checks. */
export const sizeOf = { open_how: 24, mount_attr: 32, sigset: 8 } as const;

interface Layout<S> {
  readonly fields: readonly string[];
  holds(value: S): boolean;
  bytes(value: S): Uint8Array;
  print(value: S): string;
}

const layouts: { readonly [N in Struct["struct"]]: Layout<Extract<Struct, { struct: N }>> } = {
  open_how: {
    fields: ["flags", "mode", "resolve"],
    holds: ({ flags, mode = 0, resolve = 0 }) => isUpTo(flags) && isUpTo(mode, 0o7777) && isUpTo(resolve),
    bytes: ({ flags, mode, resolve }) => words(flags, mode, resolve),
    print: (how) =>
      `{flags=${openFlags(how.flags)}${modeField(how)}, resolve=${flags(how.resolve ?? 0, "RESOLVE_")}}`,
  },
  mount_attr: {
    fields: ["attr_set", "attr_clr", "propagation"],
    holds: ({ attr_set = 0, attr_clr = 0, propagation = 0 }) =>
      [attr_set, attr_clr, propagation].every((field) => isUpTo(field)),
    bytes: ({ attr_set, attr_clr, propagation }) => words(attr_set, attr_clr, propagation, 0),
    print: ({ attr_set = 0, attr_clr = 0, propagation = 0 }) =>
      `{attr_set=${flags(attr_set, "MOUNT_ATTR_")}, attr_clr=${flags(attr_clr, "MOUNT_ATTR_")}, propagation=${nameOf(propagation, "MS_")}, userns_fd=0}`,
  },
  ifreq: {
    fields: ["ifr_name", "ifr_flags"],
    holds: ({ ifr_name, ifr_flags }) => /^[!-.0-~]{1,15}$/.test(ifr_name) && isUpTo(ifr_flags, 0xffff),
    bytes: ({ ifr_name, ifr_flags }) => {
      const bytes = new Uint8Array(40);
      bytes.set(new TextEncoder().encode(ifr_name));
      new DataView(bytes.buffer).setUint16(16, ifr_flags, true);
      return bytes;
    },
    print: ({ ifr_name, ifr_flags }) =>
      `{ifr_name=${quote(ifr_name)}, ifr_flags=${flags(ifr_flags, "IFF_")}}`,
  },
  sigaction: {
    fields: ["sa_handler"],
    holds: ({ sa_handler }) => sa_handler === "SIG_DFL",
    bytes: () => new Uint8Array(32), // SIG_DFL, no flags, no restorer, an empty mask
    print: ({ sa_handler }) => `{sa_handler=${sa_handler}, sa_mask=[], sa_flags=0}`,
  },
  sigset: {
    fields: ["signals"],
    holds: ({ signals }) =>
      Array.isArray(signals) && signals.every((signal) => signal >= 1 && isUpTo(signal, 64)),
    bytes: ({ signals }) => words(signals.reduce((bits, signal) => bits | (1n << BigInt(signal - 1)), 0n)),
    print: ({ signals }) => sigset(signals),
  },
  gids: {
    fields: ["gids"],
    holds: ({ gids }) => Array.isArray(gids) && gids.every((gid) => isUpTo(gid, 0xffff_fffe)),
    bytes: ({ gids }) => new Uint8Array(Uint32Array.from(gids).buffer),
    print: ({ gids }) => `[${gids.join(", ")}]`,
  },
  cap_user_header: {
    fields: [],
    holds: () => true,
    bytes: () => new Uint8Array(Uint32Array.of(_LINUX_CAPABILITY_VERSION_3, 0).buffer), // 0: the caller
    print: () => "{version=_LINUX_CAPABILITY_VERSION_3, pid=0}",
  },
  cap_user_data: {
    fields: ["effective", "permitted", "inheritable"],
    holds: ({ effective, permitted, inheritable }) =>
      [effective, permitted, inheritable].every((set) => isUpTo(set)),
    bytes: ({ effective, permitted, inheritable }) => {
      const sets = [effective, permitted, inheritable];
      return new Uint8Array(Uint32Array.from([...sets.map(low), ...sets.map(high)]).buffer);
    },
    print: ({ effective, permitted, inheritable }) =>
      `{effective=${capabilities(effective)}, permitted=${capabilities(permitted)}, inheritable=${capabilities(inheritable)}}`,
  },
  rlimit64: {
    fields: ["rlim_cur", "rlim_max"],
    holds: ({ rlim_cur, rlim_max }) => [rlim_cur, rlim_max].every((limit) => limit === null || isUpTo(limit)),
    bytes: ({ rlim_cur, rlim_max }) => words(rlim_cur ?? RLIM64_INFINITY, rlim_max ?? RLIM64_INFINITY),
    print: ({ rlim_cur, rlim_max }) => `{rlim_cur=${limit(rlim_cur)}, rlim_max=${limit(rlim_max)}}`,
  },
  sock_fprog: {
    fields: ["filter"],
    holds: ({ filter }) => isFilter(filter),
    bytes: ({ filter }) => Uint8Array.from(atob(filter), (c) => c.charCodeAt(0)), // without what points to them
    print: ({ filter }) => `{len=${atob(filter).length / INSTRUCTION}, filter=[...]}`, // hundreds of lines
  },
  landlock_ruleset_attr: {
    fields: ["handled_access_fs", "handled_access_net"],
    holds: ({ handled_access_fs, handled_access_net = 0 }) =>
      isUpTo(handled_access_fs) && isUpTo(handled_access_net),
    bytes: ({ handled_access_fs, handled_access_net }) =>
      handled_access_net === undefined
        ? words(handled_access_fs)
        : words(handled_access_fs, handled_access_net),
    print: ({ handled_access_fs: fs, handled_access_net: net }) =>
      `{handled_access_fs=${flags(fs, "LANDLOCK_ACCESS_FS_")}${net === undefined ? "" : `, handled_access_net=${flags(net, "LANDLOCK_ACCESS_NET_")}`}}`,
  },
  landlock_path_beneath_attr: {
    fields: ["allowed_access", "parent_fd"],
    holds: ({ allowed_access, parent_fd }) => isUpTo(allowed_access) && isUpTo(parent_fd, 0x7fff_ffff),
    bytes: ({ allowed_access, parent_fd }) => {
      const bytes = new Uint8Array(16); // of which the kernel reads 12: it is packed
      bytes.set(words(allowed_access));
      new DataView(bytes.buffer).setInt32(8, parent_fd, true);
      return bytes;
    },
    print: ({ allowed_access, parent_fd }) =>
      `{allowed_access=${flags(allowed_access, "LANDLOCK_ACCESS_FS_")}, parent_fd=${parent_fd}}`,
  },
  landlock_net_port_attr: {
    fields: ["allowed_access", "port"],
    holds: ({ allowed_access, port }) => isUpTo(allowed_access) && isUpTo(port, 0xffff),
    bytes: ({ allowed_access, port }) => words(allowed_access, port),
    print: ({ allowed_access, port }) =>
      `{allowed_access=${flags(allowed_access, "LANDLOCK_ACCESS_NET_")}, port=${port}}`,
  },
};

// That the function fits the structure is what the table is made of.
function layoutOf(name: Struct["struct"]): Layout<Struct> {
  return layouts[name] as Layout<never> as Layout<Struct>;
}

/** Whether `value` is this structure, with fields that it can hold. */
export function acceptsStruct(value: unknown, name: Struct["struct"]): value is Struct {
  if (typeof value !== "object" || value === null || (value as Partial<Struct>).struct !== name) return false;
  const { fields, holds } = layoutOf(name);
  return (
    Object.keys(value).every((key) => key === "struct" || fields.includes(key)) && holds(value as Struct)
  );
}

/** The bytes that the kernel reads. */
export function bytesOf(value: Struct): Uint8Array {
  return layoutOf(value.struct).bytes(value);
}

/** As strace writes it. */
export function describeStruct(value: Struct): string {
  return layoutOf(value.struct).print(value);
}

function isUpTo(value: unknown, most = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

function words(...values: (number | bigint | undefined)[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, (value) => BigInt(value ?? 0)).buffer);
}

const low = (set: number): number => set % 2 ** 32;
const high = (set: number): number => Math.floor(set / 2 ** 32);
const RLIM64_INFINITY = 2n ** 64n - 1n;

// As strace does it: in KiB where it is a whole number of them.
function limit(value: number | null): string {
  if (value === null) return "RLIM64_INFINITY";
  return value > 1024 && value % 1024 === 0 ? `${value / 1024}*1024` : String(value);
}

function capabilities(set: number): string {
  const names: string[] = [];
  for (let number = 0; number < 53; number++)
    if (Math.floor(set / 2 ** number) % 2 === 1) names.push(`1<<${nameOf(number, "CAP_")}`);
  return names.join("|") || "0";
}

const INSTRUCTION = 8;
const MOST_INSTRUCTIONS = 4096; // BPF_MAXINSNS

function isFilter(filter: unknown): boolean {
  if (typeof filter !== "string" || filter.length % 4 !== 0 || !/^[A-Za-z\d+/]+={0,2}$/.test(filter))
    return false;
  const { length } = atob(filter);
  return length % INSTRUCTION === 0 && length <= MOST_INSTRUCTIONS * INSTRUCTION;
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
