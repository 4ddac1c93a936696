import { constants } from "node:os";
import { describe, type ParentStep, type Program } from "@mini/plan";
import { type Side, sides } from "./binding.js";

/** Where and why a start failed, as the addon reports it. */
export interface Failure {
  readonly side: Side;
  readonly step: number;
  /** Positive, as errno(3) has it. */
  readonly errno: number;
  /** What a program that the parent ran wrote to its standard error. */
  readonly text: string;
}

/** A system call that failed, with the properties that errors of node:fs have. */
export class StepError extends Error {
  override readonly name = "StepError";
  /** "ENOENT" */
  readonly code: string;
  /** Negative, as libuv and node:fs have it. */
  readonly errno: number;
  /** The kernel's name of the call: "mount". */
  readonly syscall: string;
  /** The step that failed; undefined when clone3 itself did. Not enumerable: a log would show the whole environment. */
  declare readonly step: ParentStep | undefined;
  /** How many steps that side had to make. */
  readonly steps: number;
  /** "clone", "parent", "child", or "after" for what follows the child's execveat. */
  readonly side: Side;
  /** As in the errors of node:child_process: the command. */
  path?: string;
  spawnargs?: readonly string[];

  constructor(failure: Failure, program: Program) {
    const steps = stepsOf(program, failure.side);
    const index = failure.side === "after" ? program.child.length + failure.step : failure.step;
    const step = failure.side === "clone" ? undefined : steps[index];
    const code = errorName(failure.errno);
    const where = failure.side === "parent" ? " of the parent" : "";
    const said = failure.text === "" ? "" : `: ${failure.text}`;
    super(
      step === undefined
        ? `${code}: clone3(${program.namespaces.join(", ") || "no namespaces"})${said}`
        : `${code}: ${short(step)}, step ${index + 1} of ${steps.length}${where}${said}`,
    );
    this.code = code;
    this.errno = -failure.errno;
    Object.defineProperty(this, "step", { value: step });
    this.steps = steps.length;
    this.side = failure.side;
    this.syscall = step === undefined ? "clone3" : "run" in step ? "run" : step.call;
  }
}

/** The error of a system call outside of any program, in the form of those of node:fs. */
export function systemError(errno: number, syscall: string): Error & { errno: number } {
  const code = errorName(errno);
  return Object.assign(new Error(`${code}: ${syscall}`), { code, errno: -errno, syscall });
}

export function failureOf(side: number, step: number, errno: number, text: string): Failure {
  return { side: sides[side] ?? "clone", step, errno, text };
}

function stepsOf(program: Program, side: Side): readonly ParentStep[] {
  if (side === "parent") return program.parent;
  return side === "clone" ? [] : [...program.child, ...program.after];
}

// Not util.getSystemErrorName: libuv has no name for ENOEXEC, among others.
function errorName(errno: number): string {
  const named = Object.entries(constants.errno).find(([, number]) => number === errno);
  return named?.[0] ?? `errno ${errno}`;
}

// As strace writes it without -v: an environment would drown the rest.
function short(step: ParentStep): string {
  if ("run" in step || step.call !== "execve") return describe(step);
  const [file, argv, envp] = step.args;
  const shown = describe({ call: "execve", args: [file, argv, []] });
  return shown.replace(/\[\]\)$/, `/* ${envp.length} vars */)`);
}
