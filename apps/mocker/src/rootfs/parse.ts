import type { Caller } from "../arguments/caller.js";
import type { Flag } from "../arguments/flag.js";
import { applyOptions, noSuchOption, readOptions } from "../arguments/read.js";
import { show, UsageError } from "../error.js";
import { extractFlags, listFlags, packFlags } from "./flags.js";
import { type Draft, empty } from "./options.js";

/** In the order of help. */
export const commands = [
  {
    name: "pack",
    usage: "[options] <archive|-> [directory]",
    description: "Pack a directory, or this machine's own system",
    flags: packFlags,
    takes: [1, 2],
  },
  {
    name: "extract",
    usage: "[options] <archive|-> <directory>",
    description: "Unpack an archive",
    flags: extractFlags,
    takes: [2, 2],
  },
  {
    name: "list",
    usage: "[options] <archive|->",
    description: "List the entries of an archive",
    flags: listFlags,
    takes: [1, 1],
  },
] as const satisfies readonly {
  name: string;
  usage: string;
  description: string;
  flags: readonly Flag<Draft>[];
  takes: readonly [least: number, most: number];
}[];

export type Command = (typeof commands)[number];

export type Request =
  | { readonly help: true }
  | { readonly help: false; readonly options: Draft; readonly words: readonly string[] };

/** Reads what follows `mocker rootfs pack` and its like. Throws a UsageError for what cannot be done. */
export function parse(command: Command, args: readonly string[], caller: Caller): Request {
  const name = `mocker rootfs ${command.name}`;
  const { given, rest } = readOptions<Draft>(args, command.flags, {
    ends: false,
    unknown: (written, flags) =>
      noSuchOption(
        written,
        flags.map((flag) => flag.name),
        name,
      ),
  });
  if (given.some((option) => option.name === "help")) return { help: true };
  const options = applyOptions<Draft>(command.flags, given, empty, caller);
  const [least, most] = command.takes;
  const fault = rest.includes("")
    ? "an argument is empty"
    : rest.length < least
      ? rest.length === 0
        ? "the archive is missing"
        : "the directory is missing"
      : rest.length > most
        ? `${show(rest[most] ?? "")} is one argument too many`
        : undefined;
  if (fault !== undefined) throw new UsageError(`${fault}: ${name} ${command.usage}`);
  return { help: false, options, words: rest };
}
