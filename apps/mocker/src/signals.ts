import { readFileSync } from "node:fs";
import { constants } from "node:os";
import type { Child } from "@mini/native";

export interface Circumstances {
  /** The command's name. */
  name: string;
  /** PID 1 is the init, and signals reach the command as they would outside. */
  init: boolean;
  /** The container has a terminal, and mocker is in the process group that the terminal signals too. */
  terminal: boolean;
  say(line: string): void;
}

// A key pressed on the terminal is a signal to its whole foreground group: the command has it already.
const keys = ["SIGINT", "SIGQUIT"] as const;
const others = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const;

// pnpm passes Ctrl-C on to a script that has received it already, a millisecond later.
const ECHO_MS = 100;

/** Passes signals on to the container until the returned function is called. */
export function forwardSignals(child: Child, circumstances: Circumstances): () => void {
  const { terminal, init } = circumstances;
  const handlers = new Map<NodeJS.Signals, () => void>();
  const warn = once((signal: string) => circumstances.say(ignored(signal, circumstances.name)));

  for (const signal of others) {
    handlers.set(signal, () => {
      child.kill(signal);
      if (!init && !handles(child, signal)) warn(signal);
    });
  }
  let last = Number.NEGATIVE_INFINITY;
  for (const signal of keys) {
    handlers.set(signal, () => {
      if (!terminal) child.kill(signal);
      const now = performance.now();
      if (now - last < ECHO_MS) return;
      const again = last > Number.NEGATIVE_INFINITY;
      last = now;
      if (init || handles(child, signal)) return;
      if (again) child.kill("SIGKILL");
      else warn(signal);
    });
  }
  // PID 1 would go on and mocker alone would stop: then it does not either. Under an init the command stops, and mocker with it.
  if (!init) handlers.set("SIGTSTP", () => warn("SIGTSTP"));

  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}

function ignored(signal: string, name: string): string {
  const key =
    { SIGINT: "Ctrl-C again kills it", SIGTSTP: "it cannot be stopped" }[signal] ?? "SIGKILL ends it";
  return `mocker: ${name} is PID 1 and has no handler for ${signal}, so the kernel ignores it there (pid_namespaces(7)): ${key}; with --init it would work`;
}

/** Whether the container's first process has a handler for a signal, by SigCgt of proc(5). */
function handles(child: Child, signal: NodeJS.Signals): boolean {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    const caught = BigInt(`0x${/^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
    return (caught & (1n << BigInt(constants.signals[signal] - 1))) !== 0n;
  } catch {
    return true; // it has ended meanwhile
  }
}

function once(warn: (signal: string) => void): (signal: string) => void {
  let said = false;
  return (signal) => {
    if (!said) warn(signal);
    said = true;
  };
}
