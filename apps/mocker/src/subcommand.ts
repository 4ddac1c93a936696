import { nearest } from "@mini/plan";
import manifest from "../package.json" with { type: "json" };
import { laterSubcommands } from "./arguments/later.js";
import { show, UsageError } from "./error.js";
import { help, overview, subcommands } from "./help.js";
import { print } from "./print.js";

/** What mocker does besides `run` and `explain`; returns the exit code. */
export async function other(name: string | undefined, args: readonly string[]): Promise<number> {
  switch (name) {
    case undefined:
    case "-h":
    case "--help":
      await print(overview());
      return 0;
    case "help":
      await print(asksForHelp(args) ? help("help") : page(only(name, args)));
      return 0;
    case "-v":
    case "--version":
      await print(`mocker version ${manifest.version}\n`);
      return 0;
    case "completion":
      await print(asksForHelp(args) ? help("completion") : await completion(only(name, args)));
      return 0;
    case "rootfs":
      return await (await import("./rootfs/index.js")).rootfs(args);
    case "doctor":
      if (!asksForHelp(args)) return await doctor(args);
      await print(help("doctor"));
      return 0;
    default:
      throw unknown(name);
  }
}

async function doctor(args: readonly string[]): Promise<number> {
  only("doctor", args, 0);
  const { text, works } = await (await import("./doctor.js")).doctor();
  await print(text);
  return works ? 0 : 1;
}

/** The argument of a subcommand that takes no more than `most`, and no options. */
function only(name: string, args: readonly string[], most = 1): string | undefined {
  const option = args.find((arg) => arg.startsWith("-"));
  if (option !== undefined)
    throw new UsageError(`there is no option ${option}: mocker help ${name} says what there is`);
  const more = args[most];
  if (more === undefined) return args[0];
  const takes = most === 0 ? "no argument" : "one argument";
  throw new UsageError(`${name} ${show(more)}: ${name} takes ${takes}: leave it out`);
}

function page(name: string | undefined): string {
  if (name === undefined) return overview();
  const subcommand = subcommands.find((one) => one.name === name);
  if (subcommand === undefined) throw unknown(name);
  return help(subcommand.name);
}

async function completion(shell: string | undefined): Promise<string> {
  if (shell === undefined) throw new UsageError("completion needs the name of a shell: bash, zsh or fish");
  const { completions } = await import("./completion/index.js");
  const script = completions.get(shell);
  if (script !== undefined) return script();
  throw new UsageError(
    `completion ${show(shell)}: mocker completes for bash, zsh and fish: name one of them`,
  );
}

function asksForHelp(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

function unknown(name: string): UsageError {
  if (name.startsWith("-")) {
    return new UsageError(
      `there is no option ${name} before a subcommand: "mocker --help" lists what there is`,
    );
  }
  if (laterSubcommands.has(name)) {
    const way = name === "version" ? 'say "mocker --version"' : '"mocker --help" lists what there is';
    return new UsageError(`${show(name)} is one of Docker's subcommands that are not there yet: ${way}`);
  }
  const near = nearest(
    name,
    subcommands.map((one) => one.name),
  );
  const advice =
    near === undefined ? `to run it, say "mocker run ${name}"` : `did you mean "mocker ${near}"?`;
  return new UsageError(`${show(name)} is no subcommand: ${advice}`);
}
