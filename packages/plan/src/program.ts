import * as k from "./constants.js";
import { refuse, refuseInParent } from "./guard.js";
import type { Arg, Slot } from "./parameter.js";
import type { Namespace, Plan } from "./plan.js";
import { describe, type ParentStep, type Step, validate } from "./step.js";

/** What is executed in the end, and what it is given. */
export interface Command {
  /** A path, as the container will see it. */
  readonly file: string;
  /** The arguments, without argv[0]. */
  readonly args?: readonly string[];
  /** argv[0]; `file` unless given. */
  readonly argv0?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** A session of its own, and a life beyond the parent's. */
  readonly detached?: boolean;
  /** The child reports a failure through a pipe as well: for emulators under which it does not share memory. */
  readonly report?: boolean;
  /**
   * What becomes descriptor 0, 1, 2, …: a descriptor of the parent, the name of a slot that the spawner fills, or `null`
   * for none.
   */
  readonly stdio?: Stdio;
}

export type Stdio = readonly (number | string | null)[];

/** All that will happen, in order: `clone3` with `flags`, the parent's steps, the child's, and those after its execveat. */
export interface Program {
  readonly namespaces: readonly Namespace[];
  /** clone3(2)'s flags. */
  readonly flags: number;
  readonly parent: readonly ParentStep[];
  readonly child: readonly Step[];
  /** What the trampoline or the init does, once the child no longer shares Node's memory; empty where neither is needed. */
  readonly after: readonly Step[];
}

/** Slots that the spawner fills before the child starts, besides those named in `stdio`. */
export const givenSlots = ["ready", "report", "trampoline"] as const;
type GivenSlot = (typeof givenSlots)[number];

const cloneFlags: Readonly<Record<Namespace, number>> = {
  cgroup: k.CLONE_NEWCGROUP,
  ipc: k.CLONE_NEWIPC,
  mount: k.CLONE_NEWNS,
  network: k.CLONE_NEWNET,
  pid: k.CLONE_NEWPID,
  user: k.CLONE_NEWUSER,
  uts: k.CLONE_NEWUTS,
};

/**
 * Everything that starting `command` under `plan` will do. Throws a TypeError that names the step which would change the
 * host, or which no kernel could be asked.
 */
export function program(plan: Plan, command: Command): Program {
  const stdio = command.stdio ?? [0, 1, 2];
  const ending = plan.init === true || changesRoot(plan) ? "trampoline" : "execve";
  if (plan.init === true && !plan.namespaces.includes("pid")) {
    throw new TypeError("an init is PID 1, and the plan has no pid namespace");
  }
  const mine = (steps: readonly Step[]): Step[] => steps.map((step) => ({ by: "spawn", ...step }));
  const last = ending === "execve" ? exec(command) : trampoline(plan, command, stdio.length);
  const child: Step[] = [
    ...mine([{ call: "prctl", args: [k.PR_SET_PDEATHSIG, k.SIGKILL] }]),
    ...mine(descriptors(stdio, given(plan, command, ending))),
    ...mine(plan.parent === undefined ? [] : waiting),
    ...mine(surroundings(plan, command)),
    ...plan.steps,
    ...mine(workdir(plan, command.cwd)),
    ...mine(credentials(command)),
    ...mine(lifetime(plan, command)),
    ...mine(signals),
    ...mine([last]),
  ];
  const parent = plan.parent ?? [];
  check(plan, parent, child, stdio);
  return {
    namespaces: plan.namespaces,
    flags: plan.namespaces.reduce((sum, name) => sum + cloneFlag(name), shared),
    parent,
    child,
    after: ending === "execve" ? [] : after(plan, command, stdio.length),
  };
}

// Nothing is copied, the caller's thread stands still until execve, and its pid and pidfd are known before it runs.
const shared = k.CLONE_VM + k.CLONE_VFORK + k.CLONE_PIDFD + k.CLONE_PARENT_SETTID + k.CLONE_CLEAR_SIGHAND;

function cloneFlag(name: Namespace): number {
  const flag = cloneFlags[name];
  if (flag === undefined) throw new TypeError(`${JSON.stringify(name)} is not a namespace`);
  return flag;
}

function changesRoot(plan: Plan): boolean {
  return plan.steps.some((step) => step.call === "pivot_root");
}

/** The slots of the spawner that this program uses, in the order in which they follow stdio. */
function given(plan: Plan, command: Command, ending: "trampoline" | "execve"): GivenSlot[] {
  const slots: GivenSlot[] = [];
  if (ending === "trampoline") slots.push("report", "trampoline");
  else if (command.report === true) slots.push("report");
  if (plan.parent !== undefined) slots.push("ready");
  return slots;
}

// The child says that it is there, and waits until the parent has made its steps. Should the parent die, so does the
// child: PR_SET_PDEATHSIG is set already.
const waiting: readonly Step[] = [
  { call: "write", args: [{ fd: "ready" }, "\0", 1] },
  { call: "read", args: [{ fd: "ready" }, "\0", 1] },
];

function surroundings(plan: Plan, command: Command): Step[] {
  const steps: Step[] = [];
  if (plan.namespaces.includes("mount")) {
    // systemd mounts / shared, and a copy of a shared mount still tells the original of its changes.
    steps.push({ call: "mount", args: [null, "/", null, k.MS_REC | k.MS_PRIVATE, null] });
  }
  if (command.cwd === undefined && movesAbout(plan) && !changesRoot(plan)) {
    steps.push({
      call: "openat",
      args: [k.AT_FDCWD, ".", k.O_PATH | k.O_CLOEXEC | k.O_DIRECTORY],
      fd: "cwd",
    });
  }
  // The directory in which targets are resolved: this one, until the plan opens another.
  if (needsRoot(plan, command)) {
    steps.push({
      call: "openat",
      args: [k.AT_FDCWD, "/", k.O_PATH | k.O_CLOEXEC | k.O_DIRECTORY],
      fd: "root",
    });
  }
  return steps;
}

function needsRoot(plan: Plan, command: Command): boolean {
  const opened = plan.steps.findIndex((step) => step.fd === "root");
  const used = plan.steps.findIndex((step) => uses(step, "root"));
  if (used === -1) return opened === -1 && command.cwd !== undefined && changesRoot(plan);
  return opened === -1 || used <= opened;
}

function uses(step: Step, slot: string): boolean {
  return (step.args as readonly Arg[]).some((arg) => slotOf(arg) === slot);
}

function slotOf(arg: Arg): string | undefined {
  return typeof arg === "object" && arg !== null && "fd" in arg ? arg.fd : undefined;
}

/** Mounting over a directory by its descriptor leaves the child in it; `pivot` leaves it in `/`. */
function movesAbout({ steps }: Plan): boolean {
  const last = steps.findLastIndex(({ call }) => call === "pivot_root");
  return steps.slice(last + 1).some(({ call }) => call === "fchdir");
}

function workdir(plan: Plan, cwd: string | undefined): Step[] {
  if (cwd === undefined) {
    if (!movesAbout(plan)) return [];
    return changesRoot(plan) ? [{ call: "chdir", args: ["/"] }] : [{ call: "fchdir", args: [{ fd: "cwd" }] }];
  }
  if (!changesRoot(plan)) return [{ call: "chdir", args: [cwd] }];
  // A working directory /proc/self/fd/N would lead out through a descriptor of the host (CVE-2024-21626).
  const resolve = k.RESOLVE_IN_ROOT | k.RESOLVE_NO_MAGICLINKS;
  const how = { struct: "open_how", flags: k.O_PATH | k.O_DIRECTORY | k.O_CLOEXEC, resolve } as const;
  return [
    { call: "openat2", args: [{ fd: "root" }, cwd, how, 24], fd: "cwd" },
    { call: "fchdir", args: [{ fd: "cwd" }] },
  ];
}

function credentials({ uid, gid }: Command): Step[] {
  const steps: Step[] = [];
  // Groups first: once the uid has changed, groups can no longer be dropped.
  if (uid !== undefined || gid !== undefined)
    steps.push({ call: "setgroups", args: [0, null], allow: "EPERM" });
  if (gid !== undefined) steps.push({ call: "setresgid", args: [gid, gid, gid] });
  if (uid !== undefined) steps.push({ call: "setresuid", args: [uid, uid, uid] });
  return steps;
}

function lifetime(plan: Plan, command: Command): Step[] {
  if (command.detached === true) {
    return [
      { call: "setsid", args: [] },
      { call: "prctl", args: [k.PR_SET_PDEATHSIG, 0] },
    ];
  }
  // A change of uid or gid clears it (prctl(2)), so it is set again.
  const cleared =
    command.uid !== undefined ||
    command.gid !== undefined ||
    plan.steps.some(({ call }) => call === "setresuid" || call === "setresgid");
  return cleared ? [{ call: "prctl", args: [k.PR_SET_PDEATHSIG, k.SIGKILL] }] : [];
}

/** The spawner's descriptors lie at 64 and above; what is put in place below overwrites none of them. */
const low = 64;

/**
 * stdio takes its places, the spawner's own descriptors follow, and all else is closed before the first step of the plan:
 * Node's own, those of starts under way beside this one, and what other code opened without O_CLOEXEC.
 */
function descriptors(stdio: Stdio, slots: readonly GivenSlot[]): Step[] {
  const aside: Step[] = [];
  const place: Step[] = [];
  const end = stdio.length + slots.length;
  // A source that lies where a target will be is moved out of the way before anything is put there.
  const source = (from: number | string, target: number): number | Slot => {
    const fd = typeof from === "string" ? { fd: from } : from;
    if (typeof from === "string" ? end <= low : from >= end) return fd;
    const name = `aside ${target}`;
    aside.push({ call: "fcntl", args: [fd, k.F_DUPFD_CLOEXEC, end], fd: name });
    return { fd: name };
  };
  for (const [target, from] of stdio.entries()) {
    // Node marks 0, 1 and 2 close-on-exec; here "onto itself" means "keep it open", as for posix_spawn(3).
    if (from === null) place.push({ call: "close_range", args: [target, target, 0] });
    else if (from === target) place.push({ call: "fcntl", args: [from, k.F_SETFD, 0] });
    else place.push({ call: "dup3", args: [source(from, target), target, 0] });
  }
  for (const [index, slot] of slots.entries()) {
    const target = stdio.length + index;
    // The trampoline is told where the report is, and takes it along.
    const flag = slot === "report" && slots.includes("trampoline") ? 0 : k.O_CLOEXEC;
    place.push({ call: "dup3", args: [source(slot, target), target, flag], fd: slot });
  }
  return [...aside, ...place, { call: "close_range", args: [end, 0xffff_ffff, 0] }];
}

// Node ignores SIGPIPE and SIGXFSZ, and what is ignored stays ignored across execve. All signals are blocked until here.
const signals: readonly Step[] = [
  { call: "rt_sigaction", args: [k.SIGPIPE, { struct: "sigaction", sa_handler: "SIG_DFL" }, null, 8] },
  { call: "rt_sigaction", args: [k.SIGXFSZ, { struct: "sigaction", sa_handler: "SIG_DFL" }, null, 8] },
  { call: "rt_sigprocmask", args: [k.SIG_SETMASK, { struct: "sigset", signals: [] }, null, 8] },
];

function exec(command: Command): Step {
  return { call: "execve", args: [command.file, argv(command), environment(command)] };
}

function argv({ file, args = [], argv0 = file }: Command): string[] {
  return [argv0, ...args];
}

function environment({ env = {} }: Command): string[] {
  return Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
}

/**
 * Until its first execve the child's /proc/self/exe is the host's node, so an entry point `#!/proc/self/exe` in somebody
 * else's root would run it (CVE-2019-5736). A plan that changes the root first becomes a sealed program of 1 KB.
 */
function trampoline(plan: Plan, command: Command, report: number): Step {
  const name = plan.init === true ? "init" : "trampoline";
  const args = [name, String(report), command.file, ...argv(command)];
  return { call: "execveat", args: [{ fd: "trampoline" }, "", args, environment(command), k.AT_EMPTY_PATH] };
}

function after(plan: Plan, command: Command, report: number): Step[] {
  const keep: Step = { call: "fcntl", args: [report, k.F_SETFD, k.FD_CLOEXEC], by: "trampoline" };
  return [keep, { ...exec(command), by: plan.init === true ? "init" : "trampoline" }];
}

function check(plan: Plan, parent: readonly ParentStep[], child: readonly Step[], stdio: Stdio): void {
  const open = new Set<string>([
    "child",
    ...givenSlots,
    ...stdio.filter((source) => typeof source === "string"),
  ]);
  for (const step of parent) {
    validate(step);
    if ("run" in step) continue;
    refuseInParent(step);
    checkSlots(step, open);
  }
  for (const step of child) {
    validate(step);
    refuse(step, plan);
    checkSlots(step, open);
  }
}

function checkSlots(step: Step, open: Set<string>): void {
  for (const arg of step.args as readonly Arg[]) {
    const slot = slotOf(arg);
    if (slot !== undefined && !open.has(slot)) {
      throw new TypeError(
        `${describe(step)}: no step before it keeps a descriptor as ${JSON.stringify(slot)}`,
      );
    }
  }
  if (step.fd !== undefined) open.add(step.fd);
}
