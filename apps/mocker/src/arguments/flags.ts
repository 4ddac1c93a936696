import { UsageError } from "../error.js";
import { checkUser } from "../user.js";
import { parseEnv, parseEnvFile } from "./env.js";
import type { Draft, Flag } from "./flag.js";
import { parseMount } from "./mount.js";
import { parseRootfs } from "./rootfs.js";
import { parseSize } from "./size.js";
import { parseHostname, parseName, parseNetwork, parseWorkdir } from "./text.js";
import { parseTmpfs } from "./tmpfs.js";
import { parseVolume } from "./volume.js";

// The one table of options: arguments are read by it, help and the completions of three shells are written from it. An
// option more is a row here and a field in RunOptions.

/** In the order in which they are applied: what -e says holds against --env-file, wherever it stands. */
export const flags: readonly Flag[] = [
  {
    name: "rootfs",
    argument: "dir[:O]|tar",
    completes: "file",
    group: "Root file system",
    description: "Becomes /; :O writes beside it, tar is unpacked",
    set: (value, _, caller) => ({ rootfs: parseRootfs(value, caller) }),
  },
  {
    name: "read-only",
    group: "Root file system",
    description: "Nothing can be written in /",
    turn: (on) => ({ readOnly: on }),
  },
  {
    name: "storage-size",
    argument: "bytes",
    group: "Root file system",
    description: "How much can be written (10 % of memory)",
    set: (value) => ({ storageSize: parseSize("--storage-size", value) }),
  },
  {
    name: "volume",
    short: "v",
    argument: "src:dst[:ro]",
    completes: "file",
    group: "Files",
    description: "See a file or directory of this machine",
    set: (value, draft, caller) => ({ volumes: [...draft.volumes, parseVolume(value, caller)] }),
  },
  {
    name: "mount",
    argument: "mount",
    group: "Files",
    description: "The same, as type=bind,source=,target=[,ro]",
    set: (value, { volumes, tmpfs }, caller) => {
      const mount = parseMount(value, caller);
      return "volume" in mount ? { volumes: [...volumes, mount.volume] } : { tmpfs: [...tmpfs, mount.tmpfs] };
    },
  },
  {
    name: "tmpfs",
    argument: "dst[:opts]",
    group: "Files",
    description: "An empty directory in memory (size=,mode=,ro)",
    set: (value, draft) => ({ tmpfs: [...draft.tmpfs, parseTmpfs(value)] }),
  },
  {
    name: "env-file",
    argument: "file",
    completes: "file",
    group: "Environment",
    description: "Variables from a file",
    set: (value, draft, caller) => ({ env: { ...draft.env, ...parseEnvFile(value, caller) } }),
  },
  {
    name: "env",
    short: "e",
    argument: "name[=value]",
    completes: "variable",
    group: "Environment",
    description: "A variable; without a value, your own",
    set: (value, draft, caller) => ({ env: { ...draft.env, ...parseEnv(value, caller) } }),
  },
  {
    name: "hostname",
    short: "h",
    argument: "name",
    group: "Isolation",
    description: "What `hostname` prints inside (container)",
    set: (value) => ({ hostname: parseHostname(value) }),
  },
  {
    name: "network",
    alias: "net",
    argument: "none|host",
    completes: ["none", "host"],
    group: "Isolation",
    description: "Loopback alone (none), or this machine's network",
    set: (value) => ({ network: parseNetwork(value) }),
  },
  {
    name: "user",
    short: "u",
    argument: "user[:group]",
    group: "Process",
    description: "Name or id of the root's own /etc/passwd (root)",
    set: (value) => ({ user: checkUser(value) }),
  },
  {
    name: "workdir",
    short: "w",
    argument: "dir",
    completes: "directory",
    group: "Process",
    description: "Where the command starts (/)",
    set: (value) => ({ workdir: parseWorkdir(value) }),
  },
  {
    name: "init",
    group: "Process",
    description: "PID 1 reaps orphans and forwards signals",
    turn: (on) => ({ init: on }),
  },
  {
    name: "interactive",
    short: "i",
    group: "Process",
    description: "Keep standard input open: it always is",
    turn: (on) => always("interactive", on),
  },
  {
    name: "tty",
    short: "t",
    group: "Process",
    description: "Use your terminal: it always does",
    turn: (on) => always("tty", on),
  },
  {
    name: "name",
    argument: "name",
    group: "Process",
    description: "A name for the container",
    set: (value) => ({ name: parseName(value) }),
  },
  {
    name: "rm",
    group: "Process",
    description: "Leave nothing behind: it never does",
    turn: (on) => always("rm", on),
  },
  {
    name: "json",
    only: "explain",
    group: "Output",
    description: "Print the plan as JSON",
    turn: (on) => ({ json: on }),
  },
  {
    name: "quiet",
    short: "q",
    group: "Output",
    description: "Print nothing about the start",
    turn: (on) => (on ? { verbosity: "quiet" } : {}),
  },
  {
    name: "verbose",
    group: "Output",
    description: "Print how it starts, terminal or not",
    turn: (on, { verbosity }) => {
      if (on && verbosity === "quiet")
        throw new UsageError("--quiet and --verbose contradict each other: leave one out");
      return on ? { verbosity: "verbose" } : {};
    },
  },
  {
    name: "help",
    group: "Output",
    description: "Print this",
    turn: () => ({}), // what parse() looks for before anything else
  },
];

// What mocker does anyway may be asked for; the contrary is a wish that it cannot fulfil.
function always(name: string, on: boolean): Partial<Draft> {
  if (on) return {};
  throw new UsageError(`--${name}=false is not there yet: leave it out, or say --${name}`);
}

export function flagsOf(subcommand: "run" | "explain"): readonly Flag[] {
  return flags.filter(({ only }) => only === undefined || only === subcommand);
}
