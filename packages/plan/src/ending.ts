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

export function exec(command: Command): Step {
  return { call: "execve", args: [command.file, argv(command), environment(command)] };
}

/**
 * Until its first execve the child's /proc/self/exe is the host's node, so an entry point `#!/proc/self/exe` in somebody
 * else's root would run it (CVE-2019-5736). A plan that changes the root first becomes a sealed program of 1 KB.
 */
export function trampoline(plan: Plan, command: Command, report: number): Step {
  const args = [roleOf(plan), String(report), command.file, ...argv(command)];
  return { call: "execveat", args: [{ fd: "trampoline" }, "", args, environment(command), k.AT_EMPTY_PATH] };
}

/** What the trampoline or the init then does. */
export function afterTrampoline(plan: Plan, command: Command, report: number): Step[] {
  const by = roleOf(plan);
  return [
    { call: "fcntl", args: [report, k.F_SETFD, k.FD_CLOEXEC], by },
    { ...exec(command), by },
  ];
}

function roleOf(plan: Plan): "init" | "trampoline" {
  return plan.init === true ? "init" : "trampoline";
}

function argv({ file, args = [], argv0 = file }: Command): string[] {
  return [argv0, ...args];
}

function environment({ env = {} }: Command): string[] {
  return Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
}
