// The structures that calls take by pointer. A field left out is 0. What the kernel reads of them is in layout.ts.

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

/** The header of capset(2): the calling thread, in version 3. */
export interface CapHeader {
  readonly struct: "cap_user_header";
}

/** The three sets of capset(2): the bit 1 << number for each capability, up to 2⁵³. */
export interface CapData {
  readonly struct: "cap_user_data";
  readonly effective: number;
  readonly permitted: number;
  readonly inheritable: number;
}

/** rlimit64, prlimit(2); null is RLIM64_INFINITY. */
export interface Rlimit {
  readonly struct: "rlimit64";
  readonly rlim_cur: number | null;
  readonly rlim_max: number | null;
}

/** A program of classic BPF, seccomp(2): struct sock_filter, 8 bytes each. */
export interface SockFprog {
  readonly struct: "sock_fprog";
  /** In base64, little endian. */
  readonly filter: string;
}

/** landlock_create_ruleset(2) */
export interface LandlockRuleset {
  readonly struct: "landlock_ruleset_attr";
  readonly handled_access_fs: number;
  /** Since ABI 4; left out, the kernel is not told of it. */
  readonly handled_access_net?: number;
}

/** landlock_add_rule(2). The descriptor is a number, which a dup3 before it has put there. */
export interface LandlockPathBeneath {
  readonly struct: "landlock_path_beneath_attr";
  readonly allowed_access: number;
  readonly parent_fd: number;
}

/** landlock_add_rule(2) */
export interface LandlockNetPort {
  readonly struct: "landlock_net_port_attr";
  readonly allowed_access: number;
  readonly port: number;
}

export type Struct =
  | OpenHow
  | MountAttr
  | Ifreq
  | Sigaction
  | Sigset
  | Gids
  | CapHeader
  | CapData
  | Rlimit
  | SockFprog
  | LandlockRuleset
  | LandlockPathBeneath
  | LandlockNetPort;
