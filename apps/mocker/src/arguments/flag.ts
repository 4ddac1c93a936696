import { UsageError } from "../error.js";
import type { RunOptions } from "../options.js";
import { checkUser } from "../user.js";
import type { Caller } from "./caller.js";
import { parseEnv, parseEnvFile } from "./env.js";
import { parseMount } from "./mount.js";
import { parseRootfs } from "./rootfs.js";
import { parseSize } from "./size.js";
import { parseHostname, parseName, parseNetwork, parseWorkdir } from "./text.js";
import { parseTmpfs } from "./tmpfs.js";
import { parseVolume } from "./volume.js";

// The one table of options: arguments are read by it, help and the completions of three shells are written from it. An
// option more is a row here and a field in RunOptions.

/** What has been read so far. */
export type Draft = { -readonly [K in Exclude<keyof RunOptions, "command">]: RunOptions[K] } & {
  /** `mocker explain` prints JSON. */
  json: boolean;
};

interface Common {
  readonly name: string;
  readonly short?: string;
  /** Another name, which help does not show. */
  readonly alias?: string;
  readonly group: "Root file system" | "Files" | "Environment" | "Isolation" | "Process" | "Output";
  readonly description: string;
  /** The subcommand that alone has it; otherwise `run` and `explain` do. */
  readonly only?: "explain";
}

/** An option that is on or off. */
export interface Switch extends Common {
  readonly turn: (draft: Draft, on: boolean) => void;
}

/** An option with a value. */
export interface Valued extends Common {
  /** What stands for the value in help. */
  readonly argument: string;
  /** What shells complete: paths of this machine, names of variables, or these words. */
  readonly completes?: "directory" | "file" | "variable" | readonly string[];
  readonly set: (draft: Draft, value: string, caller: Caller) => void;
}

export type Flag = Switch | Valued;

/** In the order in which they are applied: what -e says holds against --env-file, wherever it stands. */
export const flags: readonly Flag[] = [
  {
    name: "rootfs",
    argument: "dir[:O]",
    completes: "directory",
    group: "Root file system",
    description: "Directory that becomes /, :O to write beside it",
    set: (draft, value, caller) => {
      draft.rootfs = parseRootfs(value, caller);
    },
  },
  {
    name: "read-only",
    group: "Root file system",
    description: "Nothing can be written in /",
    turn: (draft, on) => {
      draft.readOnly = on;
    },
  },
  {
    name: "storage-size",
    argument: "bytes",
    group: "Root file system",
    description: "How much can be written (10 % of memory)",
    set: (draft, value) => {
      draft.storageSize = parseSize("--storage-size", value);
    },
  },
  {
    name: "volume",
    short: "v",
    argument: "src:dst[:ro]",
    completes: "file",
    group: "Files",
    description: "See a file or directory of this machine",
    set: (draft, value, caller) => {
      draft.volumes = [...draft.volumes, parseVolume(value, caller)];
    },
  },
  {
    name: "mount",
    argument: "mount",
    group: "Files",
    description: "The same, as type=bind,source=,target=[,ro]",
    set: (draft, value, caller) => {
      const parsed = parseMount(value, caller);
      if ("volume" in parsed) draft.volumes = [...draft.volumes, parsed.volume];
      else draft.tmpfs = [...draft.tmpfs, parsed.tmpfs];
    },
  },
  {
    name: "tmpfs",
    argument: "dst[:opts]",
    group: "Files",
    description: "An empty directory in memory (size=64m,mode=1777)",
    set: (draft, value) => {
      draft.tmpfs = [...draft.tmpfs, parseTmpfs(value)];
    },
  },
  {
    name: "env-file",
    argument: "file",
    completes: "file",
    group: "Environment",
    description: "Variables from a file",
    set: (draft, value, caller) => {
      draft.env = { ...draft.env, ...parseEnvFile(value, caller) };
    },
  },
  {
    name: "env",
    short: "e",
    argument: "name[=value]",
    completes: "variable",
    group: "Environment",
    description: "A variable; without a value, your own",
    set: (draft, value, caller) => {
      draft.env = { ...draft.env, ...parseEnv(value, caller) };
    },
  },
  {
    name: "hostname",
    short: "h",
    argument: "name",
    group: "Isolation",
    description: "What `hostname` prints inside (container)",
    set: (draft, value) => {
      draft.hostname = parseHostname(value);
    },
  },
  {
    name: "network",
    alias: "net",
    argument: "none|host",
    completes: ["none", "host"],
    group: "Isolation",
    description: "Loopback alone (none), or this machine's network",
    set: (draft, value) => {
      draft.network = parseNetwork(value);
    },
  },
  {
    name: "user",
    short: "u",
    argument: "user[:group]",
    group: "Process",
    description: "Name or id of the root's own /etc/passwd (root)",
    set: (draft, value) => {
      draft.user = checkUser(value);
    },
  },
  {
    name: "workdir",
    short: "w",
    argument: "dir",
    completes: "directory",
    group: "Process",
    description: "Where the command starts (/)",
    set: (draft, value) => {
      draft.workdir = parseWorkdir(value);
    },
  },
  {
    name: "init",
    group: "Process",
    description: "PID 1 reaps orphans and forwards signals",
    turn: (draft, on) => {
      draft.init = on;
    },
  },
  {
    name: "interactive",
    short: "i",
    group: "Process",
    description: "Keep standard input open: it always is",
    turn: (_, on) => always("interactive", on),
  },
  {
    name: "tty",
    short: "t",
    group: "Process",
    description: "Use your terminal: it always does",
    turn: (_, on) => always("tty", on),
  },
  {
    name: "name",
    argument: "name",
    group: "Process",
    description: "A name for the container",
    set: (draft, value) => {
      draft.name = parseName(value);
    },
  },
  {
    name: "rm",
    group: "Process",
    description: "Leave nothing behind: it never does",
    turn: (_, on) => always("rm", on),
  },
  {
    name: "json",
    only: "explain",
    group: "Output",
    description: "Print the plan as JSON",
    turn: (draft, on) => {
      draft.json = on;
    },
  },
  {
    name: "quiet",
    short: "q",
    group: "Output",
    description: "Print nothing about the start",
    turn: (draft, on) => {
      if (on) draft.verbosity = "quiet";
    },
  },
  {
    name: "verbose",
    group: "Output",
    description: "Print how it starts, terminal or not",
    turn: (draft, on) => {
      if (on && draft.verbosity === "quiet")
        throw new UsageError("--quiet and --verbose contradict each other: leave one out");
      if (on) draft.verbosity = "verbose";
    },
  },
  {
    name: "help",
    group: "Output",
    description: "Print this",
    turn: () => {}, // what parse() looks for before anything else
  },
];

// What mocker does anyway may be asked for; the contrary is a wish that it cannot fulfil.
function always(name: string, on: boolean): void {
  if (on) return;
  throw new UsageError(`--${name}=false is not there yet: leave it out, or say --${name}`);
}

/** A draft in which nothing was asked for. */
export function draft(): Draft {
  return {
    rootfs: undefined,
    hostname: "container",
    volumes: [],
    tmpfs: [],
    env: {},
    workdir: undefined,
    user: undefined,
    readOnly: false,
    network: "none",
    init: false,
    name: undefined,
    storageSize: undefined,
    verbosity: "normal",
    json: false,
  };
}

export function flagsOf(subcommand: "run" | "explain"): readonly Flag[] {
  return flags.filter(({ only }) => only === undefined || only === subcommand);
}
