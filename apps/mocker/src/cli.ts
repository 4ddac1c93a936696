import { callerOf } from "./arguments/caller.js";
import { parse } from "./arguments/parse.js";
import { UsageError } from "./error.js";
import { print, say } from "./print.js";

// What `run` does not need is not loaded: starting mocker is to cost what starting Node costs.

/** mocker itself failed, as Docker counts. */
const FAILED = 125;

async function main(args: readonly string[]): Promise<number> {
  // `pnpm start -- run …` passes the two dashes on.
  const [subcommand, ...rest] = args[0] === "--" ? args.slice(1) : args;
  if (subcommand !== "run" && subcommand !== "explain") {
    return (await import("./subcommand.js")).other(subcommand, rest);
  }
  const request = parse(subcommand, rest, callerOf());
  if (request.help) return (await import("./subcommand.js")).other("help", [subcommand]);
  const { looksLikeImage, refuseImage } = await import("./image.js");
  if (looksLikeImage(request.options.command[0])) refuseImage(request.options);
  if (subcommand === "run") return (await import("./run.js")).run(request.options);
  await print(await (await import("./explain.js")).explain(request.options, request.json));
  return 0;
}

const args = process.argv.slice(2);
main(args).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    for (const line of lines(error)) say(line);
    process.exitCode = FAILED;
  },
);

// Where a mistake of our own is, its stack tells: to those who ask for more than a sentence.
function lines(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [`mocker: ${String(error)}`];
  const more = !(error instanceof UsageError) && args.includes("--verbose");
  return more && error.stack !== undefined
    ? `mocker: ${error.stack}`.split("\n")
    : [`mocker: ${error.message}`];
}
