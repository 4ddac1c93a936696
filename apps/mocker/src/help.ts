import type { Flag } from "./arguments/flag.js";
import { flagsOf } from "./arguments/flags.js";
import { type Command, commands } from "./rootfs/parse.js";

/** Each subcommand, in the order of help. */
export const subcommands = [
  {
    name: "run",
    usage: "[options] <command> [args…]",
    description: "Run a command in a container of its own",
  },
  {
    name: "explain",
    usage: "[options] <command> [args…]",
    description: "Print what run would do, call by call",
  },
  {
    name: "rootfs",
    usage: "pack|extract|list …",
    description: "Root file systems as archives",
  },
  { name: "doctor", usage: "", description: "Say what this machine allows, and the remedy" },
  { name: "completion", usage: "bash|zsh|fish", description: "Print the completions of a shell" },
  { name: "help", usage: "[subcommand]", description: "Print the help of a subcommand" },
] as const;

type Subcommand = (typeof subcommands)[number]["name"];

/** `mocker --help`. */
export function overview(colours = hasColours()): string {
  const rows = subcommands.map(({ name, description }) => row(name, description, 13));
  return [
    "Usage:  mocker <subcommand> [options]",
    "",
    "Containers of your own making: docker run, explained",
    "",
    ...section("Subcommands", rows, colours),
    ...section(
      "Options",
      [row("-h, --help", "Print this", 13), row("-v, --version", "Print the version", 13)],
      colours,
    ),
    'This machine\'s own system is the root, so start with "mocker run bash".',
    'Run "mocker help <subcommand>" for more.',
    "",
  ].join("\n");
}

/** `mocker <name> --help`. */
export function help(name: Subcommand, colours = hasColours()): string {
  if (name === "rootfs") return rootfsHelp(undefined, colours);
  const { usage, description } = subcommands.find((one) => one.name === name) ?? subcommands[0];
  const flags = name === "run" || name === "explain" ? flagsOf(name) : [];
  return page(`mocker ${name} ${usage}`.trimEnd(), description, flags, more[name], colours);
}

/** `mocker rootfs --help`, or `mocker rootfs <command> --help`. */
export function rootfsHelp(command?: Command, colours = hasColours()): string {
  if (command !== undefined) {
    const { name, usage, description, flags } = command;
    return page(`mocker rootfs ${name} ${usage}`, description, flags, moreOfRootfs[name], colours);
  }
  const rows = commands.map(({ name, description }) => row(name, description, 13));
  return [
    "Usage:  mocker rootfs pack|extract|list [options] …",
    "",
    "Root file systems as archives: tar, plain or packed by gzip, zstd, bzip2 or xz",
    "",
    ...section("Commands", rows, colours),
    'Run "mocker rootfs <command> --help" for more.',
    "",
  ].join("\n");
}

function page<D>(
  usage: string,
  description: string,
  flags: readonly Flag<D>[],
  more: readonly string[] = [],
  colours = false,
): string {
  const groups = [...new Set(flags.map(({ group }) => group))];
  return [
    `Usage:  ${usage}`,
    "",
    description,
    "",
    ...groups.flatMap((group) =>
      section(
        group,
        flags.filter((flag) => flag.group === group).map((flag) => row(term(flag), flag.description, 28)),
        colours,
      ),
    ),
    ...more,
  ].join("\n");
}

const moreOfRootfs: Record<Command["name"], readonly string[]> = {
  pack: [
    "Without a directory it is this machine's own system, /, packed as with",
    "--one-file-system --exclude=/home; say / to do without those. The archive is no",
    "part of itself. Its name says how it is compressed: .tar.gz, .tar.zst, or not.",
    "Patterns are GNU tar's. The exit code is 1 if something could not be read.",
    "",
  ],
  extract: [
    "A directory that does not exist appears once it is whole; in one that does,",
    ".mini-incomplete lies until then. As an ordinary user all files become yours,",
    "and devices are left out.",
    "",
  ],
  list: [],
};

const more: Partial<Record<Subcommand, readonly string[]>> = {
  run: [
    "Options end at the command: what follows it is its own. The exit code is the",
    "command's, 128+n if signal n killed it; 125 if mocker failed, 126 if the command",
    "cannot be executed, 127 if there is none.",
    "",
  ],
  explain: ['Options are those of "mocker run".', ""],
  completion: [
    "bash:  source <(mocker completion bash)",
    "zsh:   mocker completion zsh > $fpath[1]/_mocker",
    "fish:  mocker completion fish > ~/.config/fish/completions/mocker.fish",
    "",
  ],
};

function term<D>(flag: Flag<D>): string {
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  return `${short}--${flag.name}${"argument" in flag ? ` ${flag.argument}` : ""}`;
}

function row(term: string, description: string, width: number): string {
  return `  ${term.padEnd(width)}  ${description}`;
}

function section(title: string, rows: readonly string[], colours: boolean): string[] {
  return [colours ? `\u001b[1m${title}:\u001b[22m` : `${title}:`, ...rows, ""];
}

function hasColours(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR;
}
