import { type ArgsOf, type Call, type calls, parametersOf } from "./call.js";
import type { Arg, Base64, WithPid } from "./parameter.js";
import { sizeOf } from "./struct.js";

/** What every step has besides its call. */
interface Rest {
  /** Keeps the descriptor that the call returns under this name, for later steps: `{ fd: name }`. */
  readonly fd?: string;
  /** The one error that is as good as success here, by name: `mkdirat` with `allow: "EEXIST"`. */
  readonly allow?: "EEXIST" | "EPERM";
  /** The primitive it comes from, for `explain`. */
  readonly by?: string;
}

/** One system call, written down: the kernel's name, and the arguments in the order of the man page. */
export type Step = {
  [C in Call]: { readonly call: C; readonly args: ArgsOf<(typeof calls)[C]> } & Rest;
}[Call];

/**
 * A step that the parent makes while the child waits: a system call, or a program to run to its end, such as
 * newuidmap(1). In its strings `{ pid: "… <pid> …" }`, and in an argument of `run` that is `"<pid>"`, the child's
 * process id is put in.
 */
export type ParentStep = Step | Run;

/** Runs a program in the parent; a status other than 0 ends the child and becomes the error. */
export interface Run {
  readonly run: readonly [file: string, ...args: string[]];
  readonly by?: string;
}

/** Writes a step as strace(1) would; a slot is written by its name. */
export function describe(step: ParentStep): string {
  if ("run" in step) return `run(${step.run.map((word) => JSON.stringify(word)).join(", ")})`;
  const args: readonly Arg[] = step.args as readonly Arg[];
  const parameters = parametersOf(step.call);
  const written = args.map((arg, index) => parameters[index]?.print(arg, args) ?? String(arg));
  return `${step.call}(${written.join(", ")})`;
}

/** Throws a TypeError that names the first thing in `step` which no kernel could be asked. */
export function validate(step: ParentStep): void {
  if ("run" in step) {
    if (
      step.run.length === 0 ||
      !step.run.every((word) => typeof word === "string" && !word.includes("\0"))
    ) {
      throw new TypeError(`run: has to be a file and its arguments, not ${show(step.run)}`);
    }
    return;
  }
  const parameters = parametersOf(step.call);
  if (parameters === undefined) throw new TypeError(`${show(step.call)} is not a call that a step can make`);
  const args: readonly unknown[] = step.args;
  const needed = parameters.filter((parameter) => !parameter.optional).length;
  if (!Array.isArray(args) || args.length < needed || args.length > parameters.length) {
    throw new TypeError(`${step.call}: takes ${needed} arguments, not ${show(args)}`);
  }
  for (const [index, arg] of args.entries()) {
    const parameter = parameters[index];
    if (parameter !== undefined && !parameter.accepts(arg)) {
      throw new TypeError(
        `${step.call}: argument ${index + 1} has to be ${parameter.wants}, not ${show(arg)}`,
      );
    }
  }
  checkLength(step);
}

// A length that reaches beyond what it measures would hand the kernel Node's memory.
function checkLength(step: Step): void {
  const [length, most] = lengths(step);
  if (
    length !== undefined &&
    Number(length) !== most &&
    (step.call !== "write" || !(Number(length) <= most))
  ) {
    throw new TypeError(`${describe(step)}: the length has to be ${most}, not ${show(length)}`);
  }
}

function lengths(step: Step): [length: number | string | undefined, most: number] {
  switch (step.call) {
    case "openat2":
    case "mount_setattr":
      return [
        step.args.at(-1) as number | string,
        sizeOf[step.call === "openat2" ? "open_how" : "mount_attr"],
      ];
    case "rt_sigaction":
    case "rt_sigprocmask":
      return [step.args[3], sizeOf.sigset];
    case "setgroups":
      return [step.args[0], 0];
    case "sethostname":
    case "setdomainname":
      return [step.args[1], byteLength(step.args[0])];
    case "read":
    case "write":
      return [step.args[2], byteLength(step.args[1])];
    default:
      return [undefined, 0];
  }
}

function byteLength(value: string | WithPid | Base64): number {
  if (typeof value === "string") return new TextEncoder().encode(value).length;
  return "pid" in value ? new TextEncoder().encode(value.pid).length : atob(value.base64).length;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
