import { type ArgsOf, type Call, type calls, parametersOf } from "./call.js";
import type { Arg } from "./parameter.js";

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
  const args = step.args as readonly Arg[];
  const written = parametersOf(step.call)
    .slice(0, args.length)
    .flatMap((parameter, index) => parameter.print(args[index] as Arg, args) ?? []);
  return `${step.call}(${written.join(", ")})`;
}
