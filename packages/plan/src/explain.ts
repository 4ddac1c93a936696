import type { Command } from "./command.js";
import { flags } from "./names.js";
import type { Plan } from "./plan.js";
import { type Program, program } from "./program.js";
import { describe, type ParentStep } from "./step.js";

/**
 * What strace(1) would print if `command` were started under `plan`: one line a call, under the name of the primitive
 * that it comes from, the parent's steps apart.
 */
export function explain(plan: Plan, command: string | Command): string {
  const planned = program(plan, typeof command === "string" ? { file: command } : command);
  const parent =
    planned.parent.length === 0
      ? []
      : ["# In the parent, while the child waits", ...grouped(planned.parent), ""];
  const after = grouped(planned.after);
  // The init makes a process for the command, which then does the last step.
  if (plan.init === true) after.splice(-1, 0, ...initCalls);
  return [...parent, "# In the child", ...clone(planned), ...grouped(planned.child), ...after, ""].join("\n");
}

// packages/native/src/init.c, between its fcntl and the execve. Signals that the C library keeps for itself are blocked too.
const initCalls = [
  'prctl(PR_SET_NAME, "init")',
  "rt_sigprocmask(SIG_SETMASK, ~[], NULL, 8)",
  "clone(child_stack=NULL, flags=CLONE_VFORK|SIGCHLD)",
  "rt_sigprocmask(SIG_SETMASK, [], NULL, 8)",
];

function clone({ flags: value }: Program): string[] {
  return ["", "# clone", `clone3({flags=${flags(value, "CLONE_")}, exit_signal=SIGCHLD})`];
}

function grouped(steps: readonly ParentStep[]): string[] {
  const lines: string[] = [];
  let current: string | undefined;
  for (const step of steps) {
    if (step.by !== current) lines.push("", `# ${step.by ?? "the plan"}`);
    current = step.by;
    lines.push("fd" in step && step.fd !== undefined ? `${describe(step)} = ${step.fd}` : describe(step));
  }
  return lines;
}
