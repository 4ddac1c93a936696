import { O_CREAT, O_RDWR, O_WRONLY, PR_SET_DUMPABLE, PR_SET_MM, SIOCSIFFLAGS } from "./constants.js";
import { nameOf } from "./names.js";
import type { Namespace, Plan } from "./plan.js";
import { describe, type Step } from "./step.js";

// What no plan may do: change the host, or the memory that the child shares with Node until it executes.

const guards: Partial<Record<Step["call"], Namespace>> = {
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
export function guardOf(step: Step): Namespace | undefined {
  if (step.call === "ioctl" && step.args[1] === SIOCSIFFLAGS) return "network";
  if (step.call === "openat" && writesFiles(step.args[1], step.args[2])) return "mount";
  return guards[step.call];
}

// What a process writes below /proc/self concerns itself alone: its uid map, its oom_score_adj.
function writesFiles(path: string | { pid: string }, flags: number): boolean {
  if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) === 0) return false;
  return typeof path !== "string" || !path.startsWith("/proc/self/") || path.includes("..");
}

/** Throws a TypeError for a step of the parent that would change more of the host than its child. */
export function refuseInParent(step: Step): void {
  const aboutTheChild = step.call === "openat" && typeof step.args[1] === "object";
  if (guardOf(step) !== undefined && !aboutTheChild) {
    throw new TypeError(
      `${describe(step)} would change the host: the parent is in none of the plan's namespaces`,
    );
  }
}

/** Throws a TypeError for a step of the child that would reach out of the container. */
export function refuse(step: Step, plan: Plan): void {
  const guard = guardOf(step);
  if (guard !== undefined && !plan.namespaces.includes(guard)) {
    throw new TypeError(`${describe(step)} would change the host: the plan has no ${guard} namespace`);
  }
  if (step.call === "prctl" && (step.args[0] === PR_SET_DUMPABLE || step.args[0] === PR_SET_MM)) {
    const option = nameOf(step.args[0], "PR_");
    throw new TypeError(
      `${describe(step)} would reach Node itself: until execve the child shares its memory, and ${option} is a property of memory`,
    );
  }
}
