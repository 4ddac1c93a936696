import { parseArgs } from "node:util";
import { nearest } from "@mini/plan";
import { show, UsageError } from "../error.js";
import type { RunOptions } from "../options.js";
import type { Caller } from "./caller.js";
import { type Draft, empty, type Flag } from "./flag.js";
import { flagsOf } from "./flags.js";
import { later, laterShort } from "./later.js";
import { parseSwitch } from "./switch.js";

/** What was asked for: the page of help, or a container. */
export type Request =
  | { readonly help: true }
  | { readonly help: false; readonly json: boolean; readonly options: RunOptions };

/** Reads what follows `mocker run` or `mocker explain`. Throws a UsageError for what cannot be done. */
export function parse(subcommand: "run" | "explain", args: readonly string[], caller: Caller): Request {
  const nul = args.find((arg) => arg.includes("\0"));
  if (nul !== undefined)
    throw new UsageError(`${show(nul)} contains a NUL byte, which no program can be given`);
  const flags = flagsOf(subcommand);
  const { given, command } = read(args, flags);
  if (given.some(({ name }) => name === "help")) return { help: true };
  let draft = empty;
  for (const flag of flags) {
    for (const { value, written } of given.filter(({ name }) => name === flag.name || name === flag.alias)) {
      if ("turn" in flag)
        draft = { ...draft, ...flag.turn(value === undefined || parseSwitch(written, value), draft) };
      else if (value === undefined) throw new UsageError(`${written} needs a value: ${form(flag)}`);
      else draft = { ...draft, ...flag.set(value, draft, caller) };
    }
  }
  const { json, ...options } = draft;
  check(draft);
  return { help: false, json, options: { ...options, command: commandOf(subcommand, command) } };
}

interface Given {
  readonly name: string;
  /** As it was written: "-v" or "--volume". */
  readonly written: string;
  readonly value: string | undefined;
}

/** The options before the command, and the command: from there on all is its own. */
function read(args: readonly string[], flags: readonly Flag[]): { given: Given[]; command: string[] } {
  const options = Object.fromEntries(flags.flatMap(forNode));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const given: Given[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") return { given, command: args.slice(token.index) };
    if (token.kind === "option-terminator") return { given, command: args.slice(token.index + 1) };
    if (!Object.hasOwn(options, token.name)) throw unknown(token.rawName, args[token.index] ?? "", flags);
    // `-e=NAME=value`: Docker leaves the first "=" out.
    const short = token.inlineValue === true && !token.rawName.startsWith("--");
    const value = short ? token.value?.replace(/^=/, "") : token.value;
    given.push({ name: token.name, written: token.rawName, value });
  }
  return { given, command: [] };
}

type NodeOption = { type: "boolean" | "string"; short?: string };

function forNode(flag: Flag): [name: string, option: NodeOption][] {
  const option: NodeOption = { type: "turn" in flag ? "boolean" : "string" };
  const named: [string, NodeOption] = [
    flag.name,
    flag.short === undefined ? option : { ...option, short: flag.short },
  ];
  return flag.alias === undefined ? [named] : [named, [flag.alias, option]];
}

function unknown(written: string, arg: string, flags: readonly Flag[]): UsageError {
  const name = written.replace(/^-+/, "");
  const docker = later.includes(name) && written.startsWith("--") ? name : laterShort.get(name);
  if (docker !== undefined) {
    return new UsageError(`${written} is one of Docker's options that are not there yet: leave it out`);
  }
  if (name === "=")
    return new UsageError(`${arg} is no way to turn an option off: write its long name, as in --init=false`);
  const near = nearest(name, [...flags.map((flag) => flag.name), ...later]);
  const advice =
    near === undefined ? "mocker run --help lists those that there are" : `did you mean --${near}?`;
  return new UsageError(`there is no option ${written}: ${advice}`);
}

function form(flag: Flag): string {
  return "argument" in flag ? `--${flag.name} ${flag.argument}` : `--${flag.name}`;
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
