import {
  F_SETFD,
  PR_CAP_AMBIENT,
  PR_CAP_AMBIENT_CLEAR_ALL,
  PR_CAPBSET_DROP,
  PR_SET_PDEATHSIG,
  PR_SET_SECUREBITS,
  S_IFBLK,
  S_IFCHR,
} from "./constants.js";
import { flags, makesFile, mode, nameOf } from "./names.js";
import {
  type Arg,
  bytes,
  dirfd,
  fd,
  id,
  integer,
  nothing,
  numberBy,
  octal,
  one,
  open,
  optional,
  type Parameter,
  self,
  set,
  strings,
  struct,
  structOrNull,
  structs,
  text,
  textOrNull,
} from "./parameter.js";
import type {
  CapData,
  CapHeader,
  Gids,
  Ifreq,
  LandlockNetPort,
  LandlockPathBeneath,
  LandlockRuleset,
  MountAttr,
  OpenHow,
  Rlimit,
  Sigaction,
  Sigset,
  SockFprog,
} from "./struct.js";

/**
 * The vocabulary: every call that a step can make, with its arguments in the order of its man page.
 *
 * `@mini/native` compiles in the same list (src/calls.h); a test holds the two against each other.
 * Calls that would reach into the memory which the child shares with Node are not here.
 */
export const calls = {
  capset: [struct<CapHeader>("cap_user_header"), struct<CapData>("cap_user_data")],
  chdir: [text],
  close: [fd],
  close_range: [integer, integer, set("CLOSE_RANGE_")],
  dup3: [fd, integer, set("O_")],
  execve: [text, strings, strings],
  execveat: [dirfd, text, strings, strings, set("AT_")],
  fchdir: [fd],
  fcntl: [fd, one("F_"), numberBy(fcntlArgument)],
  ioctl: [fd, one("SIOC"), struct<Ifreq>("ifreq")],
  keyctl: [one("KEYCTL_"), textOrNull],
  landlock_add_rule: [
    fd,
    one("LANDLOCK_RULE_"),
    structs<LandlockPathBeneath | LandlockNetPort>("landlock_path_beneath_attr", "landlock_net_port_attr"),
    integer,
  ],
  landlock_create_ruleset: [struct<LandlockRuleset>("landlock_ruleset_attr"), integer, integer],
  landlock_restrict_self: [fd, integer],
  mkdirat: [dirfd, text, octal],
  mknodat: [dirfd, text, numberBy(fileMode), optional(numberBy(device))],
  mount: [textOrNull, text, textOrNull, set("MS_"), textOrNull],
  mount_setattr: [dirfd, text, set("AT_"), struct<MountAttr>("mount_attr"), integer],
  move_mount: [dirfd, text, dirfd, text, set("MOVE_MOUNT_")],
  open_tree: [dirfd, text, set("OPEN_TREE_", "AT_")],
  openat: [dirfd, text, open, optional(numberBy(openMode))],
  openat2: [dirfd, text, struct<OpenHow>("open_how"), integer],
  pivot_root: [text, text],
  prctl: [
    one("PR_"),
    numberBy(prctlArgument),
    optional(numberBy(ambientArgument)),
    optional(integer),
    optional(integer),
  ],
  prlimit64: [self, one("RLIMIT_"), struct<Rlimit>("rlimit64"), nothing],
  read: [fd, bytes, integer],
  rt_sigaction: [one("SIG"), struct<Sigaction>("sigaction"), nothing, integer],
  rt_sigprocmask: [one("SIG_"), struct<Sigset>("sigset"), nothing, integer],
  seccomp: [one("SECCOMP_SET_"), set("SECCOMP_FILTER_FLAG_"), struct<SockFprog>("sock_fprog")],
  setdomainname: [text, integer],
  setgroups: [integer, structOrNull<Gids>("gids")],
  sethostname: [text, integer],
  setresgid: [id, id, id],
  setresuid: [id, id, id],
  setsid: [],
  socket: [one("AF_"), numberBy(socketType), one("IPPROTO_")],
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
  if (option === PR_SET_PDEATHSIG && value !== 0) return nameOf(value, "SIG");
  if (option === PR_CAPBSET_DROP) return nameOf(value, "CAP_");
  if (option === PR_CAP_AMBIENT) return nameOf(value, "PR_CAP_AMBIENT_");
  return option === PR_SET_SECUREBITS ? flags(value, "SECBIT_") : String(value);
}

function ambientArgument(value: number, [option, which]: readonly Arg[]): string {
  return option === PR_CAP_AMBIENT && which !== PR_CAP_AMBIENT_CLEAR_ALL
    ? nameOf(value, "CAP_")
    : String(value);
}

function openMode(value: number, [, , openFlags]: readonly Arg[]): string | undefined {
  return makesFile(Number(openFlags)) ? mode(value) : undefined;
}

const S_IFMT = 0o170000;

function fileMode(value: number): string {
  const type = value & S_IFMT;
  const rest = value & ~S_IFMT;
  const names = [
    ...(type === 0 ? [] : [nameOf(type, "S_IF")]),
    ...(rest & 0o4000 ? ["S_ISUID"] : []),
    ...(rest & 0o2000 ? ["S_ISGID"] : []),
    ...(rest & 0o1000 ? ["S_ISVTX"] : []),
  ];
  return [...names, mode(rest & 0o777)].join("|");
}

/** makedev(3). Only devices have one. */
function device(value: number, [, , fileMode]: readonly Arg[]): string | undefined {
  const type = Number(fileMode) & S_IFMT;
  if (type !== S_IFCHR && type !== S_IFBLK) return undefined;
  const major = (value >>> 8) & 0xfff;
  const minor = (value & 0xff) | ((value >>> 12) & 0xfff00);
  return `makedev(${hex(major)}, ${hex(minor)})`;
}

function hex(value: number): string {
  return value === 0 ? "0" : `0x${value.toString(16)}`;
}

function socketType(value: number): string {
  const kind = nameOf(value & 0xf, "SOCK_");
  return value > 0xf ? `${kind}|${flags(value & ~0xf, "SOCK_")}` : kind;
}
