// Every call of the kernel headers stands here once, unless it hangs on an argument (default.ts has these) or is left to ENOSYS:
// the kernel has it no more, or it is newer than this list. A test sees to that.

/** Names of calls, by what they are for. */
const files = `
  access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat
  faccessat2 fadvise64 fadvise64_64 arm_fadvise64_64 fallocate fchdir fchmod fchmodat fchmodat2 fchown
  fchown32 fchownat fcntl fcntl64 fdatasync flock fstat fstat64 fstatat64 fstatfs fstatfs64 fsync
  ftruncate ftruncate64 futimesat getcwd getdents getdents64 ioctl lchown lchown32 link linkat lseek
  _llseek lstat lstat64 mkdir mkdirat mknod mknodat name_to_handle_at newfstatat open openat openat2
  pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv
  rename renameat renameat2 rmdir sendfile sendfile64 splice stat stat64 statfs statfs64 statx symlink
  symlinkat sync sync_file_range sync_file_range2 arm_sync_file_range syncfs tee truncate truncate64
  umask unlink unlinkat utime utimensat utimensat_time64 utimes vmsplice write writev cachestat`;
const attributes = `
  fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat lgetxattr listxattr listxattrat
  llistxattr lremovexattr lsetxattr removexattr removexattrat setxattr setxattrat`;
const waiting = `
  _newselect epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait
  epoll_wait_old eventfd eventfd2 fanotify_mark inotify_add_watch inotify_init inotify_init1
  inotify_rm_watch poll ppoll ppoll_time64 pselect6 pselect6_time64 select signalfd signalfd4
  timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64`;
const asynchronous =
  "io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit";
const memory = `
  brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap
  mmap2 mprotect mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect
  remap_file_pages`;
const processes = `
  capget capset execve execveat exit exit_group fork get_robust_list get_thread_area getcpu getpgid
  getpgrp getpid getppid getpriority getrlimit getrusage getsid gettid ioprio_get ioprio_set kill
  pidfd_open pidfd_send_signal prctl prlimit64 process_mrelease process_vm_readv process_vm_writev
  ptrace rseq sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
  sched_getparam sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64
  sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield set_robust_list
  set_thread_area set_tid_address setpgid setpriority setrlimit setsid tgkill times tkill ugetrlimit
  vfork wait4 waitid waitpid`;
const users = `
  getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getresgid getresgid32
  getresuid getresuid32 getuid getuid32 setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32
  setgroups setgroups32 setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid
  setreuid32 setuid setuid32`;
const signals = `
  alarm getitimer pause restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo
  rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo setitimer
  sigaltstack sigprocmask sigreturn`;
const time = `
  adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime
  clock_gettime64 clock_nanosleep clock_nanosleep_time64 gettimeofday nanosleep time timer_create
  timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64`;
const sockets = `
  accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg
  recvmmsg_time64 recvmsg send sendmmsg sendmsg sendto setsockopt shutdown socketcall socketpair`;
const ipc = `
  futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake ipc mq_getsetattr mq_notify
  mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink msgctl
  msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64 shmat shmctl shmdt shmget`;
const kernel = `
  arch_prctl getrandom landlock_add_rule landlock_create_ruleset landlock_restrict_self listmount
  modify_ldt seccomp statmount sysinfo uname uretprobe breakpoint cacheflush set_tls`;

/** What reaches out of a container, or what no program needs any more and the kernel still has. */
export const refused = `
  add_key get_tls io_uring_enter io_uring_register io_uring_setup kexec_file_load kexec_load keyctl
  migrate_pages move_pages nice oldfstat oldlstat oldolduname oldstat olduname pciconfig_iobase
  pciconfig_read pciconfig_write pivot_root readdir request_key sgetmask sigaction signal sigpending
  sigsuspend ssetmask swapoff swapon sysfs userfaultfd uselib ustat usr26 usr32 vm86 vm86old`;

/** What needs a capability in the whole machine, if the profile lets it through at all; several lists may name a call. */
export const byCapability: Readonly<Record<string, string>> = {
  CAP_DAC_READ_SEARCH: "open_by_handle_at",
  CAP_SYS_ADMIN: `
  bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr
  lsm_list_modules lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open quotactl
  quotactl_fd setdomainname sethostname setns syslog umount umount2 unshare`,
  CAP_SYS_BOOT: "reboot",
  CAP_SYS_CHROOT: "chroot",
  CAP_SYS_MODULE: "delete_module finit_module init_module",
  CAP_SYS_PACCT: "acct",
  CAP_SYS_PTRACE: "kcmp pidfd_getfd process_madvise",
  CAP_SYS_RAWIO: "ioperm iopl",
  CAP_SYS_TIME: "clock_settime clock_settime64 settimeofday stime",
  CAP_SYS_TTY_CONFIG: "vhangup",
  CAP_SYS_NICE: "get_mempolicy mbind set_mempolicy set_mempolicy_home_node",
  CAP_SYSLOG: "syslog",
  CAP_BPF: "bpf",
  CAP_PERFMON: "perf_event_open",
};

export const allowed = [
  files,
  attributes,
  waiting,
  asynchronous,
  memory,
  processes,
  users,
  signals,
  time,
  sockets,
  ipc,
  kernel,
];
