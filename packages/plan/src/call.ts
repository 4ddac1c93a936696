import { F_SETFD, PR_SET_PDEATHSIG } from "./constants.js";
import { flags, nameOf } from "./names.js";
import {
  type Arg,
  bytes,
  dirfd,
  fd,
  integer,
  integerBy,
  nothing,
  octal,
  one,
  open,
  optional,
  type Parameter,
  set,
  strings,
  struct,
  text,
  textOrNull,
} from "./parameter.js";
import type { Ifreq, MountAttr, OpenHow, Sigaction, Sigset } from "./struct.js";

/**
 * The vocabulary: every call that a step can make, with its arguments in the order of its man page.
 *
 * `@mini/native` compiles in the same list (src/calls.h); a test holds the two against each other.
 * Calls that would reach into the memory which the child shares with Node are not here (HOUSE: rooms).
 */
export const calls = {
  chdir: [text],
  close: [fd],
  close_range: [integer, integer, set("CLOSE_RANGE_")],
  dup3: [fd, integer, set("O_")],
  execve: [text, strings, strings],
  execveat: [dirfd, text, strings, strings, set("AT_")],
  fchdir: [fd],
  fcntl: [fd, one("F_"), integerBy(fcntlArgument)],
  ioctl: [fd, one("SIOC"), struct<Ifreq>("ifreq")],
  mkdirat: [dirfd, text, octal],
  mknodat: [dirfd, text, integerBy(fileType), optional(integerBy(device))],
  mount: [textOrNull, text, textOrNull, set("MS_"), textOrNull],
  mount_setattr: [dirfd, text, set("AT_"), struct<MountAttr>("mount_attr"), integer],
  move_mount: [dirfd, text, dirfd, text, set("MOVE_MOUNT_")],
  open_tree: [dirfd, text, set("OPEN_TREE_", "AT_")],
  openat: [dirfd, text, open, optional(octal)],
  openat2: [dirfd, text, struct<OpenHow>("open_how"), integer],
  pivot_root: [text, text],
  prctl: [one("PR_"), integerBy(prctlArgument), optional(integer), optional(integer), optional(integer)],
  read: [fd, bytes, integer],
  rt_sigaction: [one("SIG"), struct<Sigaction>("sigaction"), nothing, integer],
  rt_sigprocmask: [one("SIG_"), struct<Sigset>("sigset"), nothing, integer],
  setdomainname: [text, integer],
  setgroups: [integer, nothing],
  sethostname: [text, integer],
  setresgid: [integer, integer, integer],
  setresuid: [integer, integer, integer],
  setsid: [],
  socket: [one("AF_"), integerBy(socketType), integerBy(() => "IPPROTO_IP")],
  symlinkat: [text, dirfd, text],
  umask: [octal],
  umount2: [text, set("MNT_", "UMOUNT_")],
  unlinkat: [dirfd, text, set("AT_")],
  write: [fd, bytes, integer],
} as const;

/** The name of a call in the vocabulary. */
export type Call = keyof typeof calls;

/** The arguments that a call takes, as a tuple. */
export type ArgsOf<P> = P extends readonly [infer Head, ...infer Rest]
  ? Head extends Parameter<infer T, infer O>
    ? O extends true
      ? readonly [T?, ...ArgsOf<Rest>]
      : readonly [T, ...ArgsOf<Rest>]
    : never
  : readonly [];

/** The parameters of a call, without their types: for whoever walks over any step. */
export function parametersOf(call: Call): readonly Parameter[] {
  return calls[call] as readonly unknown[] as readonly Parameter[];
}

function fcntlArgument(value: number, [, command]: readonly Arg[]): string {
  return command === F_SETFD ? flags(value, "FD_") : String(value);
}

function prctlArgument(value: number, [option]: readonly Arg[]): string {
  return option === PR_SET_PDEATHSIG && value !== 0 ? nameOf(value, "SIG") : String(value);
}

// Pairs, because the formatter rewrites octal keys of objects, and wrongly.
const fileTypes: ReadonlyMap<number, string> = new Map([
  [0o100000, "S_IFREG"],
  [0o060000, "S_IFBLK"],
  [0o020000, "S_IFCHR"],
  [0o010000, "S_IFIFO"],
]);

function fileType(value: number): string {
  return `${fileTypes.get(value & 0o170000) ?? "0"}|0${(value & 0o7777).toString(8)}`;
}

/** makedev(3), for the numbers below 256 that devices of containers have. */
function device(value: number): string {
  return value === 0
    ? "0"
    : `makedev(0x${((value >> 8) & 0xfff).toString(16)}, 0x${(value & 0xff).toString(16)})`;
}

function socketType(value: number): string {
  const flag = value & ~0xf;
  return flag === 0
    ? nameOf(value & 0xf, "SOCK_")
    : `${nameOf(value & 0xf, "SOCK_")}|${flags(flag, "SOCK_")}`;
}
