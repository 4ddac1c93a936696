import { nearest } from "@mini/plan";
import { callerOf } from "../arguments/caller.js";
import { show, UsageError } from "../error.js";
import { rootfsHelp } from "../help.js";
import { print, say } from "../print.js";
import { extract } from "./extract.js";
import { Interrupted } from "./interrupt.js";
import { list } from "./list.js";
import { pack } from "./pack.js";
import { type Command, commands, parse } from "./parse.js";

/** `mocker rootfs …`; returns the exit code. */
export async function rootfs(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h") {
    await print(rootfsHelp());
    return 0;
  }
  const command = commands.find((one) => one.name === name);
  if (command === undefined) throw unknown(name);
  const caller = callerOf();
  const request = parse(command, rest, caller);
  if (request.help) {
    await print(rootfsHelp(command));
    return 0;
  }
  try {
    return await run[command.name](request.options, request.words, caller.directory());
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    say(`mocker: ${error.message}`);
    return error.code;
  }
}

const run = { pack, extract, list } satisfies Record<Command["name"], unknown>;

function unknown(name: string): UsageError {
  const names = commands.map((one) => one.name);
  const near = nearest(name, names);
  const way = near === undefined ? `say one of ${names.join(", ")}` : `did you mean "mocker rootfs ${near}"?`;
  return new UsageError(`rootfs ${show(name)} is nothing that there is: ${way}`);
}
