import type { Command } from "./command.js";
import * as k from "./constants.js";
import type { Arg } from "./parameter.js";
import type { Plan } from "./plan.js";
import type { Step } from "./step.js";

// Where the child is: in which mounts, root and working directory.

const directory = k.O_PATH | k.O_CLOEXEC | k.O_DIRECTORY;

export function changesRoot(plan: Plan): boolean {
  return plan.steps.some(({ call }) => call === "pivot_root");
}

/** What comes before the plan's own steps. */
export function surroundings(plan: Plan, command: Command): Step[] {
  const steps: Step[] = [];
  if (plan.namespaces.includes("mount")) {
    // systemd mounts / shared, and a copy of a shared mount still tells the original of its changes.
    steps.push({ call: "mount", args: [null, "/", null, k.MS_REC | k.MS_PRIVATE, null] });
  }
  if (comesBack(plan, command)) steps.push({ call: "openat", args: [k.AT_FDCWD, ".", directory], fd: "cwd" });
  // The directory in which targets are resolved: this one, until the plan opens another.
  if (needsRoot(plan)) steps.push({ call: "openat", args: [k.AT_FDCWD, "/", directory], fd: "root" });
  return steps;
}

/** What comes after them. */
export function workdir(plan: Plan, command: Command): Step[] {
  const { cwd } = command;
  if (!changesRoot(plan)) {
    const back: Step[] = comesBack(plan, command) ? [{ call: "fchdir", args: [{ fd: "cwd" }] }] : [];
    return cwd === undefined ? back : [...back, { call: "chdir", args: [cwd] }];
  }
  if (cwd === undefined) return movesAbout(plan) ? [{ call: "chdir", args: ["/"] }] : [];
  // A working directory /proc/self/fd/N would lead out through a descriptor of the host (CVE-2024-21626).
  const how = { struct: "open_how", flags: directory, resolve: k.RESOLVE_NO_MAGICLINKS } as const;
  const path = cwd.startsWith("/") ? cwd : `/${cwd}`;
  return [
    { call: "openat2", args: [k.AT_FDCWD, path, how, 24], fd: "cwd" },
    { call: "fchdir", args: [{ fd: "cwd" }] },
  ];
}

/** Whether the caller's directory has to be found again: nothing says where else to be, and the steps lead elsewhere. */
function comesBack(plan: Plan, { cwd }: Command): boolean {
  return !changesRoot(plan) && movesAbout(plan) && cwd?.startsWith("/") !== true;
}

/** Mounting over a directory by its descriptor leaves the child in it; `pivot` leaves it in `/`. */
function movesAbout({ steps }: Plan): boolean {
  const last = steps.findLastIndex(({ call }) => call === "pivot_root");
  return steps.slice(last + 1).some(({ call }) => call === "fchdir" || call === "chdir");
}

function needsRoot({ steps }: Plan): boolean {
  const used = steps.findIndex((step) => step.args.some((arg) => slotOf(arg) === "root"));
  const opened = steps.findIndex(({ fd }) => fd === "root");
  return used !== -1 && (opened === -1 || used <= opened);
}

/** The name of the slot, where an argument is one. */
export function slotOf(arg: Arg | undefined): string | undefined {
  return typeof arg === "object" && arg !== null && "fd" in arg ? arg.fd : undefined;
}
