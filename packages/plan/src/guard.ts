import {
  O_ACCMODE,
  O_TRUNC,
  PR_CAP_AMBIENT,
  PR_CAPBSET_DROP,
  PR_SET_CHILD_SUBREAPER,
  PR_SET_KEEPCAPS,
  PR_SET_NO_NEW_PRIVS,
  PR_SET_PDEATHSIG,
  PR_SET_SECUREBITS,
} from "./constants.js";
import { makesFile } from "./names.js";
import type { Arg, WithPid } from "./parameter.js";
import type { Namespace, Plan } from "./plan.js";
import { describe, type Step } from "./step.js";

// What no plan may do: change the host, or the memory that the child shares with Node until it executes.

const guards: Partial<Record<Step["call"], Namespace>> = {
  ioctl: "network",
  mkdirat: "mount",
  mknodat: "mount",
  mount: "mount",
  mount_setattr: "mount",
  move_mount: "mount",
  open_tree: "mount",
  pivot_root: "mount",
  setdomainname: "uts",
  sethostname: "uts",
  symlinkat: "mount",
  umount2: "mount",
  unlinkat: "mount",
};

/** The namespace without which this call would change the host. */
function guardOf(step: Step): Namespace | undefined {
  if (step.call === "openat" && changesFiles(step.args[2]) && !concerns("self", step.args[1])) return "mount";
  if (step.call === "openat2" && changesFiles(step.args[2].flags)) return "mount";
  return guards[step.call];
}

function changesFiles(flags: number): boolean {
  return (flags & O_ACCMODE) !== 0 || (flags & O_TRUNC) !== 0 || makesFile(flags);
}

/** Files of proc(5) in which a process is told something about itself alone. */
const own = ["gid_map", "oom_score_adj", "projid_map", "setgroups", "timens_offsets", "uid_map"];

function concerns(process: "self" | "<pid>", path: string | WithPid): boolean {
  const name = typeof path === "string" ? path : path.pid;
  return own.some((file) => name === `/proc/${process}/${file}`);
}

// Options that concern the process alone. PR_SET_DUMPABLE and PR_SET_MM, among others, concern its memory.
const ownOptions = [
  PR_CAP_AMBIENT,
  PR_CAPBSET_DROP,
  PR_SET_SECUREBITS,
  PR_SET_CHILD_SUBREAPER,
  PR_SET_KEEPCAPS,
  PR_SET_NO_NEW_PRIVS,
  PR_SET_PDEATHSIG,
];

/** Throws a TypeError for a step of the child that would reach out of the container. */
export function refuse(step: Step, plan: Plan): void {
  const guard = guardOf(step);
  if (guard !== undefined && !plan.namespaces.includes(guard)) {
    throw new TypeError(`${describe(step)} would change the host: the plan has no ${guard} namespace`);
  }
  if (step.call === "prctl" && !ownOptions.includes(step.args[0])) {
    throw new TypeError(
      `${describe(step)} would reach Node itself: until execve the child shares its memory, and this is a property of memory`,
    );
  }
  if (step.args.some((arg) => isWithPid(arg))) {
    throw new TypeError(`${describe(step)}: the child does not know its <pid>, only the parent's steps do`);
  }
}

/** Throws a TypeError for a step of the parent that would change more than its child: Node is in none of the namespaces. */
export function refuseInParent(step: Step): void {
  if (isHarmless(step)) return;
  throw new TypeError(
    `${describe(step)} would change the host: the parent is in none of the plan's namespaces, and all that it may open is /proc/<pid>/{${own.join(",")},status,ns/…}`,
  );
}

// The parent's thread is one of Node's own: its directory, ids, signals and descriptors are nothing for a plan.
function isHarmless(step: Step): boolean {
  switch (step.call) {
    case "openat":
      return isOfChild(step.args[1]) && (!changesFiles(step.args[2]) || concerns("<pid>", step.args[1]));
    case "close":
    case "read":
    case "write":
      // A slot, not a descriptor of Node's; and not the child's pidfd, by which its end is seen.
      return typeof step.args[0] === "object" && step.args[0].fd !== "child" && step.fd !== "child";
    default:
      return false;
  }
}

// What else there is to open may be a fifo, and the parent would wait there for ever.
function isOfChild(path: string | WithPid): boolean {
  return (
    concerns("<pid>", path) ||
    (typeof path !== "string" && /^\/proc\/<pid>\/(status|ns\/\w+)$/.test(path.pid))
  );
}

function isWithPid(arg: Arg | undefined): boolean {
  return typeof arg === "object" && arg !== null && "pid" in arg;
}
