import manifest from "../package.json" with { type: "json" };
import { nearest } from "./arguments/nearest.js";
import { show, UsageError } from "./error.js";
import { help, overview, subcommands } from "./help.js";

/** What mocker does besides `run` and `explain`; returns the exit code. */
export async function other(name: string | undefined, args: readonly string[]): Promise<number> {
  // `mocker --help | head -1` closes the pipe early, which is no error.
  process.stdout.on("error", () => {});
  switch (name) {
    case undefined:
    case "-h":
    case "--help":
      return print(overview());
    case "help":
      return print(page(args[0]));
    case "-v":
    case "--version":
      return print(`mocker version ${manifest.version}\n`);
    case "completion":
      return print(await completion(args));
    case "doctor": {
      if (asksForHelp(args)) return print(help("doctor"));
      const { doctor } = await import("./doctor.js");
      const { text, works } = await doctor();
      print(text);
      return works ? 0 : 1;
    }
    default:
      throw unknown(name);
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function page(name: string | undefined): string {
  if (name === undefined) return overview();
  const subcommand = subcommands.find((one) => one.name === name);
  if (subcommand === undefined) throw unknown(name);
  return help(subcommand.name);
}

async function completion(args: readonly string[]): Promise<string> {
  if (asksForHelp(args)) return help("completion");
  const [shell = ""] = args;
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
  const near = nearest(
    name,
    subcommands.map((one) => one.name),
  );
  const advice =
    near === undefined ? `to run it, say "mocker run ${name}"` : `did you mean "mocker ${near}"?`;
  return new UsageError(`${show(name)} is no subcommand: ${advice}`);
}
