import { parseArgs } from "node:util";
import { nearest } from "@mini/plan";
import { show, UsageError } from "../error.js";
import type { Caller } from "./caller.js";
import type { Flag } from "./flag.js";
import { parseSwitch } from "./switch.js";

/** An option as it was given. */
export interface Given {
  readonly name: string;
  /** As it was written: "-v" or "--volume". */
  readonly written: string;
  readonly value: string | undefined;
}

/** What a subcommand makes of its options. */
interface Manner<D> {
  /** Options end at the first word that is none: what follows is a command's own. */
  readonly ends: boolean;
  readonly unknown: (written: string, flags: readonly Flag<D>[]) => UsageError;
}

/** The options among some arguments, and what else there is. Throws a UsageError for what is no option. */
export function readOptions<D>(
  args: readonly string[],
  flags: readonly Flag<D>[],
  { ends, unknown }: Manner<D>,
): { given: Given[]; rest: string[] } {
  const nul = args.find((arg) => arg.includes("\0"));
  if (nul !== undefined)
    throw new UsageError(`${show(nul)} contains a NUL byte, which no program can be given`);
  const options = Object.fromEntries(flags.flatMap(forNode));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const given: Given[] = [];
  const rest: string[] = [];
  for (const token of tokens) {
    if (token.kind === "option-terminator") return { given, rest: [...rest, ...args.slice(token.index + 1)] };
    if (token.kind === "positional") {
      if (ends) return { given, rest: args.slice(token.index) };
      rest.push(token.value);
      continue;
    }
    if (!Object.hasOwn(options, token.name)) {
      if (token.rawName === "-=") throw noWayToTurnOff(args[token.index] ?? "");
      throw unknown(token.rawName, flags);
    }
    // `-e=NAME=value`: Docker leaves the first "=" out.
    const short = token.inlineValue === true && !token.rawName.startsWith("--");
    const value = short ? token.value?.replace(/^=/, "") : token.value;
    given.push({ name: token.name, written: token.rawName, value });
  }
  return { given, rest };
}

/** What the options make of a draft, in the order of the flags. Throws a UsageError for values that make no sense. */
export function applyOptions<D>(
  flags: readonly Flag<D>[],
  given: readonly Given[],
  empty: D,
  caller: Caller,
): D {
  let draft = empty;
  for (const flag of flags) {
    for (const { value, written } of given.filter(({ name }) => name === flag.name || name === flag.alias)) {
      if ("turn" in flag)
        draft = { ...draft, ...flag.turn(value === undefined || parseSwitch(written, value), draft) };
      else if (value === undefined)
        throw new UsageError(`${written} needs a value: --${flag.name} ${flag.argument}`);
      else draft = { ...draft, ...flag.set(value, draft, caller) };
    }
  }
  return draft;
}

type NodeOption = { type: "boolean" | "string"; short?: string };

function forNode<D>(flag: Flag<D>): [name: string, option: NodeOption][] {
  const option: NodeOption = { type: "turn" in flag ? "boolean" : "string" };
  const named: [string, NodeOption] = [
    flag.name,
    flag.short === undefined ? option : { ...option, short: flag.short },
  ];
  return flag.alias === undefined ? [named] : [named, [flag.alias, option]];
}

function noWayToTurnOff(arg: string): UsageError {
  return new UsageError(`${arg} is no way to turn an option off: write its long name, as in --init=false`);
}

/** The nearest one of those that there are, if any is near. */
export function noSuchOption(written: string, names: readonly string[], subcommand: string): UsageError {
  const near = nearest(written.replace(/^-+/, ""), names);
  const advice =
    near === undefined ? `${subcommand} --help lists those that there are` : `did you mean --${near}?`;
  return new UsageError(`there is no option ${written}: ${advice}`);
}
