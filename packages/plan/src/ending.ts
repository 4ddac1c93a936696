import type { Command } from "./command.js";
import * as k from "./constants.js";
import type { Plan } from "./plan.js";
import type { Step } from "./step.js";

// How the child ends: who it becomes, what of Node's is undone, and what it executes.

export function credentials({ uid, gid, groups }: Command): Step[] {
  const steps: Step[] = [];
  // Groups first: once the uid has changed, groups can no longer be dropped.
  if (groups !== undefined) steps.push(setgroups(groups));
  // Unasked, as child_process does it: nobody but root can, and who is not root keeps what it has.
  else if (uid !== undefined || gid !== undefined) steps.push({ ...setgroups([]), allow: "EPERM" });
  if (gid !== undefined) steps.push({ call: "setresgid", args: [gid, gid, gid] });
  if (uid !== undefined) steps.push({ call: "setresuid", args: [uid, uid, uid] });
  return steps;
}

function setgroups(gids: readonly number[]): Step {
  return { call: "setgroups", args: [gids.length, gids.length === 0 ? null : { struct: "gids", gids }] };
}

export function lifetime(plan: Plan, command: Command): Step[] {
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

/** What Node has done to signals, undone. All are blocked until here. */
export function signals(plan: Plan): Step[] {
  // Node ignores SIGPIPE and SIGXFSZ, and what is ignored stays ignored across execve.
  const ignored: Step[] = [k.SIGPIPE, k.SIGXFSZ].map((signal) => ({
    call: "rt_sigaction",
    args: [signal, { struct: "sigaction", sa_handler: "SIG_DFL" }, null, 8],
  }));
  // PID 1 loses an unblocked signal that it has no handler for (pid_namespaces(7)): the init wants those of its start too.
  if (plan.init === true) return ignored;
  return [
    ...ignored,
    { call: "rt_sigprocmask", args: [k.SIG_SETMASK, { struct: "sigset", signals: [] }, null, 8] },
  ];
}

/** The child's last step, and what the trampoline or the init then does. */
export function ending(
  plan: Plan,
  command: Command,
  report: number | undefined,
): { last: Step; after: Step[] } {
  const argv = [command.argv0 ?? command.file, ...(command.args ?? [])];
  const envp = environment(command);
  const execve: Step = { call: "execve", args: [command.file, argv, envp] };
  if (report === undefined) return { last: execve, after: [] };
  const by = plan.init === true ? "init" : "trampoline";
  const args = [by, String(report), command.file, ...argv];
  return {
    last: { call: "execveat", args: [{ fd: "trampoline" }, "", args, envp, k.AT_EMPTY_PATH] },
    after: [
      { call: "fcntl", args: [report, k.F_SETFD, k.FD_CLOEXEC], by },
      { ...execve, by },
    ],
  };
}

function environment({ env = {} }: Command): string[] {
  return Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
}
