import { calls, parametersOf } from "./call.js";
import {
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  LANDLOCK_RULE_NET_PORT,
  MS_BIND,
  MS_MOVE,
  MS_PRIVATE,
  MS_REMOUNT,
  MS_SHARED,
  MS_SLAVE,
  MS_UNBINDABLE,
  PR_CAP_AMBIENT,
  PR_SET_NO_NEW_PRIVS,
  SECCOMP_FILTER_FLAG_NEW_LISTENER,
} from "./constants.js";
import { bytesOf, sizeOf } from "./layout.js";
import { makesFile } from "./names.js";
import { shown } from "./options.js";
import type { Base64, WithPid } from "./parameter.js";
import { describe, type Run, type Step } from "./step.js";

/** Throws a TypeError that names the first thing in `step` which no kernel could be asked. */
export function validate(step: Step): void {
  if (!Object.hasOwn(calls, step.call))
    throw new TypeError(`${shown(step.call ?? step)} is not a call that a step can make`);
  checkArguments(step);
  checkLength(step);
  checkIgnored(step);
  checkRule(step);
  checkResult(step);
}

/** The same for a program that the parent runs. */
export function validateRun({ run }: Run): void {
  const isWord = (word: unknown) => typeof word === "string" && !word.includes("\0");
  if (Array.isArray(run) && run.length > 0 && run.every(isWord)) return;
  throw new TypeError(`run: has to be a file and its arguments, not ${shown(run)}`);
}

function checkArguments(step: Step): void {
  const parameters = parametersOf(step.call);
  const args: readonly unknown[] = step.args;
  const [least, most] = counts(step);
  if (!Array.isArray(args) || args.length < least || args.length > most) {
    const wanted = least === most ? least : `${least} to ${most}`;
    throw new TypeError(`${step.call}: takes ${wanted} arguments, not ${shown(args)}`);
  }
  for (const [index, arg] of args.entries()) {
    const parameter = parameters[index];
    if (parameter !== undefined && !parameter.accepts(arg)) {
      throw new TypeError(
        `${step.call}: argument ${index + 1} has to be ${parameter.wants}, not ${shown(arg)}`,
      );
    }
  }
}

function counts(step: Step): [least: number, most: number] {
  const parameters = parametersOf(step.call);
  // What the man page says has to be 0 is written, so that it reads as strace prints it.
  if (step.call === "prctl") {
    const whole = step.args?.[0] === PR_SET_NO_NEW_PRIVS || step.args?.[0] === PR_CAP_AMBIENT;
    return whole ? [5, 5] : [2, 2];
  }
  if (step.call === "openat" && makesFile(Number(step.args?.[2]))) return [4, 4];
  return [parameters.filter(({ optional }) => !optional).length, parameters.length];
}

// A length that reaches beyond what it measures would hand the kernel Node's memory.
function checkLength(step: Step): void {
  const [length, most] = lengths(step);
  if (length === undefined || Number(length) === most) return;
  throw new TypeError(`${describe(step)}: the length has to be ${most}, not ${shown(length)}`);
}

function lengths(step: Step): [length: number | string | undefined, most: number] {
  switch (step.call) {
    case "openat2":
      return [step.args[3], sizeOf.open_how];
    case "landlock_create_ruleset":
      return [step.args[1], bytesOf(step.args[0]).length];
    case "mount_setattr":
      return [step.args[4], sizeOf.mount_attr];
    case "rt_sigaction":
    case "rt_sigprocmask":
      return [step.args[3], sizeOf.sigset];
    case "setgroups":
      return [step.args[0], step.args[1]?.gids.length ?? 0];
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

const IGNORES_DATA = MS_BIND | MS_MOVE | MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;
const IGNORES_TYPE = IGNORES_DATA | MS_REMOUNT;
const MOST_DATA = 4095;

// What mount(2) does not look at would only deceive a reader; and options beyond a page it cuts off without a word.
function checkIgnored(step: Step): void {
  if (step.call !== "mount") return;
  const [, , type, flags, data] = step.args;
  if (type !== null && (flags & IGNORES_TYPE) !== 0)
    throw new TypeError(`mount: with these flags the type is ignored: it has to be null, not ${shown(type)}`);
  if (data === null) return;
  if ((flags & IGNORES_DATA) !== 0 && (flags & MS_REMOUNT) === 0)
    throw new TypeError(`mount: with these flags the data are ignored: null, not ${shown(data)}`);
  if (byteLength(data) > MOST_DATA)
    throw new TypeError(
      `mount: ${byteLength(data)} bytes of data, the kernel reads ${MOST_DATA}: ${shown(data)}`,
    );
}

function checkRule(step: Step): void {
  if (step.call !== "landlock_add_rule") return;
  const [, type, rule] = step.args;
  if ((type === LANDLOCK_RULE_NET_PORT) !== (rule.struct === "landlock_net_port_attr"))
    throw new TypeError(`${describe(step)}: this type of rule takes another structure`);
}

const opening = ["dup3", "landlock_create_ruleset", "open_tree", "openat", "openat2", "socket"];

function checkResult(step: Step): void {
  if (step.allow !== undefined && step.allow !== "EEXIST" && step.allow !== "EPERM")
    throw new TypeError(`${step.call}: ${shown(step.allow)} is not an error that a step can allow`);
  if (step.fd === undefined) return;
  const duplicates = step.call === "fcntl" && (step.args[1] === F_DUPFD || step.args[1] === F_DUPFD_CLOEXEC);
  const listens = step.call === "seccomp" && (step.args[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER) !== 0;
  if (typeof step.fd === "string" && (duplicates || listens || opening.includes(step.call))) return;
  throw new TypeError(`${describe(step)}: returns no descriptor to keep as ${shown(step.fd)}`);
}
