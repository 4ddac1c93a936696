import { show, UsageError } from "../error.js";
import type { RunOptions } from "../options.js";
import type { Caller } from "./caller.js";
import { type Draft, empty, type Flag } from "./flag.js";
import { flagsOf } from "./flags.js";
import { later, laterShort } from "./later.js";
import { applyOptions, noSuchOption, readOptions } from "./read.js";

/** What was asked for: the page of help, or a container. */
export type Request =
  | { readonly help: true }
  | { readonly help: false; readonly json: boolean; readonly options: RunOptions };

/** Reads what follows `mocker run` or `mocker explain`. Throws a UsageError for what cannot be done. */
export function parse(subcommand: "run" | "explain", args: readonly string[], caller: Caller): Request {
  const flags = flagsOf(subcommand);
  const { given, rest: command } = readOptions(args, flags, { ends: true, unknown });
  if (given.some(({ name }) => name === "help")) return { help: true };
  const draft = applyOptions(flags, given, empty, caller);
  const { json, ...options } = draft;
  check(draft);
  return { help: false, json, options: { ...options, command: commandOf(subcommand, command) } };
}

function unknown(written: string, flags: readonly Flag[]): UsageError {
  const name = written.replace(/^-+/, "");
  const docker = later.includes(name) && written.startsWith("--") ? name : laterShort.get(name);
  if (docker !== undefined) {
    return new UsageError(`${written} is one of Docker's options that are not there yet: leave it out`);
  }
  return noSuchOption(written, [...flags.map((flag) => flag.name), ...later], "mocker run");
}

function check(options: Draft): void {
  const targets = [...options.volumes, ...options.tmpfs].map(({ target }) => target);
  const twice = targets.find((target, index) => targets.indexOf(target) !== index);
  if (twice !== undefined) {
    throw new UsageError(
      `${show(twice)} is the target of two mounts, and one would hide the other: leave one out`,
    );
  }
  if (options.storageSize !== undefined && options.rootfs?.overlay === false) {
    throw new UsageError(
      `--storage-size bounds what is written beside a root, and ${show(options.rootfs.directory)} is written in place: say --rootfs dir:O`,
    );
  }
}

function commandOf(
  subcommand: string,
  [file, ...args]: readonly string[],
): [file: string, ...args: string[]] {
  if (file === undefined)
    throw new UsageError(`${subcommand} needs a command, as in "mocker ${subcommand} bash"`);
  if (file === "")
    throw new UsageError(`the command "" is empty: name a program, as in "mocker ${subcommand} bash"`);
  return [file, ...args];
}
