import type { Flag } from "../arguments/flag.js";
import { parseSize } from "../arguments/size.js";
import { halves } from "../arguments/tmpfs.js";
import { show, UsageError } from "../error.js";
import type { Draft } from "./options.js";

// The tables of options of `mocker rootfs`. Their names are GNU tar's, where it has them.

const quiet: Flag<Draft> = {
  name: "quiet",
  short: "q",
  group: "Output",
  description: "Print nothing but what went wrong",
  turn: (on) => ({ quiet: on }),
};

const help: Flag<Draft> = {
  name: "help",
  group: "Output",
  description: "Print this",
  turn: () => ({}), // what parse() looks for before anything else
};

const limit: Flag<Draft> = {
  name: "limit",
  argument: "name=n",
  completes: ["bytes=", "entries=", "pathLength=", "depth=", "ratio=", "window="],
  group: "Archive",
  description: "What an archive may take; n or none",
  set: (value, { limits }) => ({ limits: { ...limits, ...parseLimit(value) } }),
};

export const packFlags: readonly Flag<Draft>[] = [
  {
    name: "exclude",
    argument: "pattern",
    group: "Content",
    description: "Leave out what matches; /x is at the top",
    set: (value, { exclude }) => ({ exclude: [...exclude, value] }),
  },
  {
    name: "one-file-system",
    group: "Content",
    description: "Leave out what is mounted in it",
    turn: (on) => ({ oneFileSystem: on }),
  },
  {
    name: "sparse",
    short: "S",
    group: "Content",
    description: "Keep holes (--sparse=false to fill them)",
    turn: (on) => ({ sparse: on }),
  },
  {
    name: "gzip",
    short: "z",
    group: "Archive",
    description: "Compress with gzip, whatever the name",
    turn: (on, draft) => compress("gzip", on, draft),
  },
  {
    name: "zstd",
    group: "Archive",
    description: "Compress with zstd, whatever the name",
    turn: (on, draft) => compress("zstd", on, draft),
  },
  {
    name: "reproducible",
    group: "Archive",
    description: "The same tree gives the same bytes",
    turn: (on) => ({ reproducible: on }),
  },
  json("Print the result as JSON"),
  quiet,
  help,
];

export const extractFlags: readonly Flag<Draft>[] = [
  {
    name: "strip-components",
    argument: "n",
    group: "Content",
    description: "Take so many names off each path's front",
    set: (value) => ({ strip: parseCount("--strip-components", value) }),
  },
  {
    name: "same-owner",
    group: "Content",
    description: "Keep owners: root does (=false not to)",
    turn: (on) => ({ sameOwner: on }),
  },
  limit,
  json("Print the result as JSON"),
  quiet,
  help,
];

export const listFlags: readonly Flag<Draft>[] = [
  limit,
  {
    name: "verbose",
    short: "v",
    group: "Output",
    description: "Modes, owners, sizes and times too",
    turn: (on) => ({ verbose: on }),
  },
  json("Print a line of JSON for each entry"),
  help,
];

function json(description: string): Flag<Draft> {
  return { name: "json", group: "Output", description, turn: (on) => ({ json: on }) };
}

function compress(type: "gzip" | "zstd", on: boolean, { compression }: Draft): Partial<Draft> {
  if (on && compression !== undefined && compression !== "none" && compression !== type)
    throw new UsageError("--gzip and --zstd contradict each other: leave one out");
  return { compression: on ? type : "none" };
}

function parseCount(flag: string, text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new UsageError(`${flag} ${show(text)} is no number of names: give one from 0 on`);
}

const limits = ["bytes", "entries", "pathLength", "depth", "ratio", "window"] as const;

function parseLimit(text: string): Draft["limits"] {
  const [name, value = ""] = halves(text, "=");
  const known = limits.find((one) => one.toLowerCase() === name.toLowerCase());
  if (known === undefined)
    throw new UsageError(`--limit ${show(text)}: there is no such limit: name one of ${limits.join(", ")}`);
  return { [known]: value === "none" ? Number.POSITIVE_INFINITY : parseSize(`--limit ${known}`, value) };
}
