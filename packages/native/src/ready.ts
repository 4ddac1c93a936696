import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { type Command, checkPlan, compose, type Program, program, type Stdio } from "@mini/plan";
import { binding, type Listener } from "./binding.js";
import { Child, signalNumber, unknownSignal } from "./child.js";
import { type Encoded, encode } from "./encode.js";
import { failureOf, StepError } from "./error.js";
import { findCommand } from "./lookup.js";
import { check, type SpawnOptions } from "./options.js";
import { unwire, type Wiring, wire } from "./stdio.js";

// Everything that goes before a start, apart from what each one needs anew: its pipes and its Child.

interface Ready {
  readonly planned: Program;
  readonly encoded: Encoded;
}

/** Checks and encodes; each call of what it returns starts one. */
export function ready(file: string, args: readonly string[], options: SpawnOptions): () => Child {
  check(file, args, options);
  const [name, ...words] = options.shell ? shellLine(options.shell, file, args) : [file, ...args];
  const { plan = compose() } = options;
  checkPlan(plan, "spawn"); // null too: what was to be a plan must not become no isolation
  const env = options.env ? environment(options.env) : process.env;
  const killSignal = signalNumber(options.killSignal ?? "SIGTERM");
  if (killSignal === 0) throw unknownSignal(0); // it would end nothing
  const { uid, gid, groups, detached, stdio } = options;
  const argv0 = options.argv0 ?? name;
  const argv = [argv0, ...words];
  const cwd = options.cwd ? pathOf(options.cwd) : undefined;
  const found = findCommand(name, env.PATH, plan.views, cwd);
  const command: Command = {
    file: found ?? name,
    args: words,
    argv0,
    env,
    report: !binding.sharesMemory(),
    ...(cwd !== undefined && { cwd }),
    ...(uid != null && { uid }),
    ...(gid != null && { gid }),
    ...(groups != null && { groups }),
    ...(detached != null && { detached }),
  };
  const made = remember((stdio: Stdio): Ready => {
    const planned = program(plan, { ...command, stdio });
    return { planned, encoded: encode(planned) };
  });
  return () => {
    let wiring: Wiring;
    try {
      wiring = wire(stdio);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return failing(new Child(name, argv, []), error); // EMFILE
    }
    try {
      const { planned, encoded } = made(wiring.stdio);
      const child = new Child(name, argv, wiring.streams);
      if (found === undefined) {
        unwire({ ...wiring, streams: [] });
        return failing(child, notFound(planned));
      }
      start(child, planned, encoded, wiring);
      endWith(child, options, killSignal);
      return child;
    } catch (error) {
      unwire(wiring);
      throw error;
    }
  };
}

// The last answer, for as long as the question is the same: descriptors of the caller's may have become others.
function remember<T>(make: (stdio: Stdio) => T): (stdio: Stdio) => T {
  let last: { stdio: Stdio; made: T } | undefined;
  return (stdio) => {
    const same = last?.stdio.length === stdio.length && stdio.every((source, i) => source === last?.stdio[i]);
    if (!last || !same) last = { stdio, made: make(stdio) };
    return last.made;
  };
}

function start(child: Child, planned: Program, encoded: Encoded, wiring: Wiring): void {
  const open = [...wiring.open].flatMap(([slot, fd]) => [encoded.slots.get(slot) ?? -1, fd]);
  const listener: Listener = (...event) => {
    if (event[0] === 0) child._running(event[1], event[2]);
    else if (event[0] === 1) {
      const [, side, step, errno, text] = event;
      child._failed(withCommand(child, new StepError(failureOf(side, step, errno, text), planned)));
    } else {
      const [, code, signal, userMs, systemMs, maxRssBytes] = event;
      child._ended(code, signal, { userMs, systemMs, maxRssBytes: maxRssBytes < 0 ? null : maxRssBytes });
    }
  };
  // PID 1 of a container ignores a signal that it has no handler for (pid_namespaces(7)), but for this one.
  const disposal = planned.namespaces.includes("pid") ? "SIGKILL" : "SIGTERM";
  child._started(binding.start(encoded.bytes, encoded.given, open, listener), disposal);
}

// A name that PATH does not have fails as the execve that it would have come to.
function notFound(planned: Program): StepError {
  const last =
    planned.after.length > 0
      ? ({ side: "after", step: planned.after.length - 1 } as const)
      : ({ side: "child", step: planned.child.length - 1 } as const);
  return new StepError({ ...last, errno: constants.errno.ENOENT, text: "" }, planned);
}

type SystemError = Error & { errno: number };

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "syscall" in error;
}

function failing(child: Child, error: SystemError): Child {
  process.nextTick(() => child._failed(withCommand(child, error)));
  return child;
}

function withCommand<E extends SystemError>(child: Child, error: E): E {
  return Object.assign(error, { path: child.spawnfile, spawnargs: child.spawnargs.slice(1) });
}

function endWith(child: Child, { timeout, signal }: SpawnOptions, killSignal: number): void {
  if (timeout) {
    const timer = setTimeout(() => child.kill(killSignal), timeout);
    child.once("exit", () => clearTimeout(timer));
    child.once("close", () => clearTimeout(timer)); // of a start that failed
  }
  if (!signal) return;
  const abort = () => {
    if (!child.kill(killSignal)) return;
    const cause = signal.reason as unknown;
    const error = new Error("The operation was aborted", cause === undefined ? undefined : { cause });
    child.emit("error", Object.assign(error, { name: "AbortError", code: "ABORT_ERR" }));
  };
  if (signal.aborted) process.nextTick(abort);
  else {
    signal.addEventListener("abort", abort, { once: true });
    child.once("exit", () => signal.removeEventListener("abort", abort));
    child.once("close", () => signal.removeEventListener("abort", abort));
  }
}

function shellLine(shell: true | string, file: string, args: readonly string[]): [string, ...string[]] {
  return [shell === true ? "/bin/sh" : shell, "-c", [file, ...args].join(" ")];
}

// With what it inherits, as child_process has it.
function environment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const all: Record<string, string> = {};
  for (const name in env) if (env[name] !== undefined) all[name] = `${env[name]}`;
  return all;
}

function pathOf(cwd: string | URL): string {
  return typeof cwd === "string" ? cwd : fileURLToPath(cwd);
}
