import type { Step } from "../src/index.js";
import * as k from "../src/index.js";

/** Steps of every call, harmless where they are made, and what strace 6.1 printed for each. */
export const written: readonly (readonly [step: Step, text: string])[] = [
  [
    {
      call: "capset",
      args: [
        { struct: "cap_user_header" },
        {
          struct: "cap_user_data",
          effective: 1,
          permitted: 2 ** k.CAP_CHECKPOINT_RESTORE + 3,
          inheritable: 0,
        },
      ],
    },
    "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_CHOWN, permitted=1<<CAP_CHOWN|1<<CAP_DAC_OVERRIDE|1<<CAP_CHECKPOINT_RESTORE, inheritable=0})",
  ],
  [{ call: "chdir", args: ["/nonexistent"] }, 'chdir("/nonexistent")'],
  [
    { call: "chdir", args: ['/a\u00018\u00017\t\n\v\f\r"\\é\u007f'] },
    String.raw`chdir("/a\18\0017\t\n\v\f\r\"\\\303\251\177")`,
  ],
  [{ call: "close", args: [100] }, "close(100)"],
  [{ call: "close_range", args: [100, 0xffff_ffff, 0] }, "close_range(100, 4294967295, 0)"],
  [
    { call: "close_range", args: [100, 101, k.CLOSE_RANGE_CLOEXEC | k.CLOSE_RANGE_UNSHARE] },
    "close_range(100, 101, CLOSE_RANGE_UNSHARE|CLOSE_RANGE_CLOEXEC)",
  ],
  [{ call: "close_range", args: [100, 101, 16] }, "close_range(100, 101, 0x10 /* CLOSE_RANGE_??? */)"],
  [{ call: "dup3", args: [100, 101, 0] }, "dup3(100, 101, 0)"],
  [{ call: "dup3", args: [100, 101, k.O_CLOEXEC] }, "dup3(100, 101, O_CLOEXEC)"],
  [
    { call: "execve", args: ["/nonexistent/a", ["a", "b c\n"], ["A=1", "B=é"]] },
    String.raw`execve("/nonexistent/a", ["a", "b c\n"], ["A=1", "B=\303\251"])`,
  ],
  [{ call: "execve", args: ["/nonexistent/a", [], []] }, 'execve("/nonexistent/a", [], [])'],
  [
    { call: "execveat", args: [100, "", ["a"], ["A=1"], k.AT_EMPTY_PATH] },
    'execveat(100, "", ["a"], ["A=1"], AT_EMPTY_PATH)',
  ],
  [{ call: "fchdir", args: [100] }, "fchdir(100)"],
  [{ call: "fcntl", args: [100, k.F_SETFD, 0] }, "fcntl(100, F_SETFD, 0)"],
  [{ call: "fcntl", args: [100, k.F_SETFD, k.FD_CLOEXEC] }, "fcntl(100, F_SETFD, FD_CLOEXEC)"],
  [{ call: "fcntl", args: [100, k.F_DUPFD_CLOEXEC, 64] }, "fcntl(100, F_DUPFD_CLOEXEC, 64)"],
  [
    {
      call: "ioctl",
      args: [100, k.SIOCSIFFLAGS, { struct: "ifreq", ifr_name: "lo", ifr_flags: k.IFF_UP | k.IFF_RUNNING }],
    },
    'ioctl(100, SIOCSIFFLAGS, {ifr_name="lo", ifr_flags=IFF_UP|IFF_RUNNING})',
  ],
  [
    { call: "keyctl", args: [k.KEYCTL_JOIN_SESSION_KEYRING, null] },
    "keyctl(KEYCTL_JOIN_SESSION_KEYRING, NULL)",
  ],
  [
    {
      call: "landlock_create_ruleset",
      args: [
        {
          struct: "landlock_ruleset_attr",
          handled_access_fs: k.LANDLOCK_ACCESS_FS_EXECUTE | k.LANDLOCK_ACCESS_FS_MAKE_REG,
        },
        8,
        0,
      ],
    },
    "landlock_create_ruleset({handled_access_fs=LANDLOCK_ACCESS_FS_EXECUTE|LANDLOCK_ACCESS_FS_MAKE_REG}, 8, 0)",
  ],
  [
    {
      call: "landlock_add_rule",
      args: [
        100,
        k.LANDLOCK_RULE_PATH_BENEATH,
        {
          struct: "landlock_path_beneath_attr",
          allowed_access: k.LANDLOCK_ACCESS_FS_READ_DIR,
          parent_fd: 101,
        },
        0,
      ],
    },
    "landlock_add_rule(100, LANDLOCK_RULE_PATH_BENEATH, {allowed_access=LANDLOCK_ACCESS_FS_READ_DIR, parent_fd=101}, 0)",
  ],
  [{ call: "landlock_restrict_self", args: [100, 0] }, "landlock_restrict_self(100, 0)"],
  [{ call: "mkdirat", args: [100, "a", 0o755] }, 'mkdirat(100, "a", 0755)'],
  [{ call: "mkdirat", args: [100, "a", 0o1777] }, 'mkdirat(100, "a", 01777)'],
  [{ call: "mkdirat", args: [100, "a", 0o7] }, 'mkdirat(100, "a", 007)'],
  [{ call: "mkdirat", args: [100, "a", 0] }, 'mkdirat(100, "a", 000)'],
  [
    { call: "mknodat", args: [100, "null", k.S_IFCHR | 0o666, 0x103] },
    'mknodat(100, "null", S_IFCHR|0666, makedev(0x1, 0x3))',
  ],
  [
    { call: "mknodat", args: [100, "disk", k.S_IFBLK | 0o600, 0x12345678] },
    'mknodat(100, "disk", S_IFBLK|0600, makedev(0x456, 0x12378))',
  ],
  [
    { call: "mknodat", args: [100, "zero", k.S_IFCHR | 0o666, 0] },
    'mknodat(100, "zero", S_IFCHR|0666, makedev(0, 0))',
  ],
  [{ call: "mknodat", args: [100, "file", k.S_IFREG | 0o644, 0] }, 'mknodat(100, "file", S_IFREG|0644)'],
  [{ call: "mknodat", args: [100, "file", k.S_IFREG | 0o644] }, 'mknodat(100, "file", S_IFREG|0644)'],
  [{ call: "mknodat", args: [100, "file", 0o644] }, 'mknodat(100, "file", 0644)'],
  [
    { call: "mknodat", args: [100, "file", k.S_IFREG | 0o7755] },
    'mknodat(100, "file", S_IFREG|S_ISUID|S_ISGID|S_ISVTX|0755)',
  ],
  [{ call: "mknodat", args: [100, "fifo", k.S_IFIFO | 0o600] }, 'mknodat(100, "fifo", S_IFIFO|0600)'],
  [
    { call: "mount", args: [null, "/", null, k.MS_REC | k.MS_PRIVATE, null] },
    'mount(NULL, "/", NULL, MS_REC|MS_PRIVATE, NULL)',
  ],
  [
    {
      call: "mount",
      args: ["tmpfs", "/nonexistent", "tmpfs", k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC, "size=1,mode=0755"],
    },
    'mount("tmpfs", "/nonexistent", "tmpfs", MS_NOSUID|MS_NODEV|MS_NOEXEC, "size=1,mode=0755")',
  ],
  [
    { call: "mount", args: ["/nonexistent/a", "/nonexistent/b", null, k.MS_BIND, null] },
    'mount("/nonexistent/a", "/nonexistent/b", NULL, MS_BIND, NULL)',
  ],
  [
    {
      call: "mount",
      args: [null, "/nonexistent", null, k.MS_REMOUNT | k.MS_RDONLY | k.MS_NOATIME, "size=1"],
    },
    'mount(NULL, "/nonexistent", NULL, MS_RDONLY|MS_REMOUNT|MS_NOATIME, "size=1")',
  ],
  [
    {
      call: "mount",
      args: [
        "a",
        "/nonexistent",
        "b",
        k.MS_SYNCHRONOUS |
          k.MS_DIRSYNC |
          k.MS_NOSYMFOLLOW |
          k.MS_NODIRATIME |
          k.MS_SILENT |
          k.MS_POSIXACL |
          k.MS_RELATIME |
          k.MS_I_VERSION |
          k.MS_STRICTATIME |
          k.MS_LAZYTIME,
        null,
      ],
    },
    'mount("a", "/nonexistent", "b", MS_SYNCHRONOUS|MS_DIRSYNC|MS_NOSYMFOLLOW|MS_NODIRATIME|MS_SILENT|MS_POSIXACL|MS_RELATIME|MS_I_VERSION|MS_STRICTATIME|MS_LAZYTIME, NULL)',
  ],
  [
    { call: "mount", args: ["a", "/nonexistent", "b", 0x200, null] },
    'mount("a", "/nonexistent", "b", 0x200 /* MS_??? */, NULL)',
  ],
  [
    {
      call: "mount_setattr",
      args: [
        100,
        "",
        k.AT_EMPTY_PATH | k.AT_RECURSIVE,
        { struct: "mount_attr", attr_set: k.MOUNT_ATTR_RDONLY },
        32,
      ],
    },
    'mount_setattr(100, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY, attr_clr=0, propagation=0 /* MS_??? */, userns_fd=0}, 32)',
  ],
  [
    {
      call: "mount_setattr",
      args: [
        k.AT_FDCWD,
        "/nonexistent",
        k.AT_SYMLINK_NOFOLLOW | k.AT_NO_AUTOMOUNT,
        {
          struct: "mount_attr",
          attr_set:
            k.MOUNT_ATTR_NOSUID |
            k.MOUNT_ATTR_NODEV |
            k.MOUNT_ATTR_NOEXEC |
            k.MOUNT_ATTR_NOATIME |
            k.MOUNT_ATTR_NODIRATIME,
          attr_clr: k.MOUNT_ATTR_NOSYMFOLLOW | k.MOUNT_ATTR_STRICTATIME,
          propagation: k.MS_SLAVE,
        },
        32,
      ],
    },
    'mount_setattr(AT_FDCWD, "/nonexistent", AT_SYMLINK_NOFOLLOW|AT_NO_AUTOMOUNT, {attr_set=MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC|MOUNT_ATTR_NOATIME|MOUNT_ATTR_NODIRATIME, attr_clr=MOUNT_ATTR_STRICTATIME|MOUNT_ATTR_NOSYMFOLLOW, propagation=MS_SLAVE, userns_fd=0}, 32)',
  ],
  [
    { call: "move_mount", args: [100, "", 101, "", k.MOVE_MOUNT_F_EMPTY_PATH | k.MOVE_MOUNT_T_EMPTY_PATH] },
    'move_mount(100, "", 101, "", MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH)',
  ],
  [
    { call: "move_mount", args: [100, "", k.AT_FDCWD, "/nonexistent", 0x1ff & ~0x88] },
    'move_mount(100, "", AT_FDCWD, "/nonexistent", MOVE_MOUNT_F_SYMLINKS|MOVE_MOUNT_F_AUTOMOUNTS|MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_SYMLINKS|MOVE_MOUNT_T_AUTOMOUNTS|MOVE_MOUNT_T_EMPTY_PATH|MOVE_MOUNT_SET_GROUP)',
  ],
  [
    {
      call: "open_tree",
      args: [
        k.AT_FDCWD,
        "/nonexistent",
        k.OPEN_TREE_CLONE | k.OPEN_TREE_CLOEXEC | k.AT_EMPTY_PATH | k.AT_RECURSIVE,
      ],
    },
    'open_tree(AT_FDCWD, "/nonexistent", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH|AT_RECURSIVE)',
  ],
  [{ call: "openat", args: [k.AT_FDCWD, "/nonexistent", 0] }, 'openat(AT_FDCWD, "/nonexistent", O_RDONLY)'],
  [
    {
      call: "openat",
      args: [k.AT_FDCWD, "/nonexistent", k.O_PATH | k.O_CLOEXEC | k.O_DIRECTORY | k.O_NOFOLLOW, 0o644],
    },
    'openat(AT_FDCWD, "/nonexistent", O_RDONLY|O_NOFOLLOW|O_CLOEXEC|O_PATH|O_DIRECTORY)',
  ],
  [
    {
      call: "openat",
      args: [
        100,
        "a",
        k.O_WRONLY | k.O_CREAT | k.O_EXCL | k.O_NOCTTY | k.O_TRUNC | k.O_APPEND | k.O_NONBLOCK | k.O_CLOEXEC,
        0o600,
      ],
    },
    'openat(100, "a", O_WRONLY|O_CREAT|O_EXCL|O_NOCTTY|O_TRUNC|O_APPEND|O_NONBLOCK|O_CLOEXEC, 0600)',
  ],
  [
    { call: "openat", args: [100, "a", k.O_RDWR | k.O_SYNC | k.O_DIRECT | k.O_NOATIME | k.O_CLOEXEC] },
    'openat(100, "a", O_RDWR|O_SYNC|O_DIRECT|O_NOATIME|O_CLOEXEC)',
  ],
  [{ call: "openat", args: [100, "a", k.O_RDWR | k.O_DSYNC] }, 'openat(100, "a", O_RDWR|O_DSYNC)'],
  [
    { call: "openat", args: [100, "a", k.O_RDWR | k.O_TMPFILE, 0o600] },
    'openat(100, "a", O_RDWR|O_TMPFILE, 0600)',
  ],
  [
    { call: "openat", args: [100, "a", k.O_ACCMODE | k.O_CREAT, 0] },
    'openat(100, "a", O_ACCMODE|O_CREAT, 000)',
  ],
  [
    {
      call: "openat2",
      args: [100, "a", { struct: "open_how", flags: k.O_PATH | k.O_CLOEXEC, resolve: k.RESOLVE_IN_ROOT }, 24],
    },
    'openat2(100, "a", {flags=O_RDONLY|O_CLOEXEC|O_PATH, resolve=RESOLVE_IN_ROOT}, 24)',
  ],
  [
    {
      call: "openat2",
      args: [100, "a", { struct: "open_how", flags: k.O_WRONLY | k.O_CREAT, resolve: 0x3f }, 24],
    },
    'openat2(100, "a", {flags=O_WRONLY|O_CREAT, mode=000, resolve=RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS|RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH|RESOLVE_IN_ROOT|RESOLVE_CACHED}, 24)',
  ],
  [
    { call: "openat2", args: [100, "a", { struct: "open_how", flags: 0, mode: 0o644 }, 24] },
    'openat2(100, "a", {flags=O_RDONLY, mode=0644, resolve=0}, 24)',
  ],
  [{ call: "pivot_root", args: [".", "."] }, 'pivot_root(".", ".")'],
  [{ call: "prctl", args: [k.PR_SET_PDEATHSIG, k.SIGKILL] }, "prctl(PR_SET_PDEATHSIG, SIGKILL)"],
  [{ call: "prctl", args: [k.PR_SET_PDEATHSIG, k.SIGINT] }, "prctl(PR_SET_PDEATHSIG, SIGINT)"],
  [{ call: "prctl", args: [k.PR_SET_PDEATHSIG, 0] }, "prctl(PR_SET_PDEATHSIG, 0)"],
  [{ call: "prctl", args: [k.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0] }, "prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)"],
  [{ call: "prctl", args: [k.PR_SET_KEEPCAPS, 1] }, "prctl(PR_SET_KEEPCAPS, 1)"],
  [{ call: "prctl", args: [k.PR_SET_CHILD_SUBREAPER, 1] }, "prctl(PR_SET_CHILD_SUBREAPER, 1)"],
  [
    {
      call: "prlimit64",
      args: [0, k.RLIMIT_NOFILE, { struct: "rlimit64", rlim_cur: 1024, rlim_max: 4096 }, null],
    },
    "prlimit64(0, RLIMIT_NOFILE, {rlim_cur=1024, rlim_max=4*1024}, NULL)",
  ],
  [
    {
      call: "prlimit64",
      args: [0, k.RLIMIT_FSIZE, { struct: "rlimit64", rlim_cur: 2000, rlim_max: null }, null],
    },
    "prlimit64(0, RLIMIT_FSIZE, {rlim_cur=2000, rlim_max=RLIM64_INFINITY}, NULL)",
  ],
  [{ call: "prctl", args: [k.PR_CAPBSET_DROP, k.CAP_SYS_ADMIN] }, "prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN)"],
  [
    { call: "prctl", args: [k.PR_SET_SECUREBITS, k.SECBIT_NOROOT | k.SECBIT_NOROOT_LOCKED] },
    "prctl(PR_SET_SECUREBITS, SECBIT_NOROOT|SECBIT_NOROOT_LOCKED)",
  ],
  [
    { call: "prctl", args: [k.PR_CAP_AMBIENT, k.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0] },
    "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)",
  ],
  [
    { call: "prctl", args: [k.PR_CAP_AMBIENT, k.PR_CAP_AMBIENT_RAISE, k.CAP_CHOWN, 0, 0] },
    "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0)",
  ],
  [
    {
      call: "seccomp",
      // return SECCOMP_RET_ALLOW
      args: [
        k.SECCOMP_SET_MODE_FILTER,
        k.SECCOMP_FILTER_FLAG_LOG,
        { struct: "sock_fprog", filter: "BgAAAAAA/38=" },
      ],
    },
    "seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, {len=1, filter=[...]})",
  ],
  [{ call: "read", args: [90, "\0", 1] }, String.raw`read(90, "\0", 1)`],
  [
    { call: "rt_sigaction", args: [k.SIGPIPE, { struct: "sigaction", sa_handler: "SIG_DFL" }, null, 8] },
    "rt_sigaction(SIGPIPE, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, NULL, 8)",
  ],
  [
    { call: "rt_sigprocmask", args: [k.SIG_SETMASK, { struct: "sigset", signals: [] }, null, 8] },
    "rt_sigprocmask(SIG_SETMASK, [], NULL, 8)",
  ],
  [
    {
      call: "rt_sigprocmask",
      args: [k.SIG_BLOCK, { struct: "sigset", signals: [k.SIGCHLD, 64, k.SIGHUP, 32, 34] }, null, 8],
    },
    "rt_sigprocmask(SIG_BLOCK, [HUP CHLD RTMIN RT_2 RT_32], NULL, 8)",
  ],
  [
    {
      call: "rt_sigprocmask",
      args: [k.SIG_UNBLOCK, { struct: "sigset", signals: signalsWithout(k.SIGINT, k.SIGIO) }, null, 8],
    },
    "rt_sigprocmask(SIG_UNBLOCK, ~[INT IO], NULL, 8)",
  ],
  [{ call: "setdomainname", args: ["é", 2] }, String.raw`setdomainname("\303\251", 2)`],
  [{ call: "setgroups", args: [2, { struct: "gids", gids: [5, 1000] }] }, "setgroups(2, [5, 1000])"],
  [{ call: "setgroups", args: [0, null] }, "setgroups(0, NULL)"],
  [{ call: "setgroups", args: [0, { struct: "gids", gids: [] }] }, "setgroups(0, [])"],
  [{ call: "sethostname", args: ["box", 3] }, 'sethostname("box", 3)'],
  [{ call: "setresgid", args: [-1, 0xffff_ffff, 5] }, "setresgid(-1, -1, 5)"],
  [{ call: "setresuid", args: [4_000_000_000, 0, 0] }, "setresuid(4000000000, 0, 0)"],
  [{ call: "setsid", args: [] }, "setsid()"],
  [
    { call: "socket", args: [k.AF_INET, k.SOCK_DGRAM | k.SOCK_CLOEXEC | k.SOCK_NONBLOCK, k.IPPROTO_IP] },
    "socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_IP)",
  ],
  [{ call: "socket", args: [k.AF_INET, k.SOCK_DGRAM, 0] }, "socket(AF_INET, SOCK_DGRAM, IPPROTO_IP)"],
  [{ call: "symlinkat", args: ["/proc/self/fd", 100, "fd"] }, 'symlinkat("/proc/self/fd", 100, "fd")'],
  [{ call: "umask", args: [0] }, "umask(000)"],
  [{ call: "umask", args: [0o22] }, "umask(022)"],
  [{ call: "umask", args: [0o777] }, "umask(0777)"],
  [{ call: "umount2", args: ["/nonexistent", 0] }, 'umount2("/nonexistent", 0)'],
  [
    { call: "umount2", args: ["/nonexistent", 15] },
    'umount2("/nonexistent", MNT_FORCE|MNT_DETACH|MNT_EXPIRE|UMOUNT_NOFOLLOW)',
  ],
  [{ call: "unlinkat", args: [100, "a", k.AT_REMOVEDIR] }, 'unlinkat(100, "a", AT_REMOVEDIR)'],
  [{ call: "unlinkat", args: [100, "a", 0] }, 'unlinkat(100, "a", 0)'],
  [{ call: "write", args: [100, "a\0b\n", 4] }, String.raw`write(100, "a\0b\n", 4)`],
  [{ call: "write", args: [100, { base64: "AP8x" }, 3] }, String.raw`write(100, "\0\3771", 3)`],
];

function signalsWithout(...left: number[]): number[] {
  return Array.from({ length: 64 }, (_, index) => index + 1).filter((signal) => !left.includes(signal));
}
