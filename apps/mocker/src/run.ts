import { restoreTerminal, StepError, saveTerminal } from "@mini/native";
import { whoCalls } from "./caller.js";
import { composeContainer } from "./compose.js";
import { failure } from "./failure.js";
import type { RunOptions } from "./options.js";
import { say } from "./print.js";
import { forwardSignals } from "./signals.js";
import { ended, start } from "./start.js";
import { makeStorage, storageFor } from "./storage.js";

// Said at every verbose run, until it is no longer true.
const NOT_YET = "not yet in force: capabilities, no_new_privs, seccomp, masked and read-only paths, limits";

/** Runs the command in its container, with the real terminal, and returns mocker's exit code. */
export async function run(options: RunOptions): Promise<number> {
  if (options.rootfs?.archive !== true) return await runIn(options);
  return await (await import("./rootfs/temporary.js")).withUnpacked(options, runIn);
}

async function runIn(options: RunOptions): Promise<number> {
  const [name] = options.command;
  // Not process.stderr.isTTY: that loads Node's streams, which is most of what a start would cost.
  const talks =
    options.verbosity === "verbose" || (options.verbosity === "normal" && saveTerminal(2) !== undefined);
  const caller = whoCalls();
  const container = composeContainer(options, caller, talks);
  if (options.name !== undefined) process.title = `mocker ${options.name}`;
  if (options.verbosity === "verbose") say(`mocker: ${NOT_YET}`);
  if (talks) say(`Parent running ${name} as ${process.pid}`);

  const remove = makeStorage(storageFor(caller.rootless, options.storageSize));
  const terminal = [0, 1, 2].find((fd) => saveTerminal(fd) !== undefined);
  const saved = terminal === undefined ? undefined : saveTerminal(terminal);
  const child = start(container, "inherit");
  const stop = forwardSignals(child, { name, init: options.init, terminal: terminal !== undefined, say });
  try {
    return await ended(child);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    const { sentence, code } = await failure(error, options);
    say(`mocker: ${sentence}`);
    return code;
  } finally {
    stop();
    remove();
    if (terminal !== undefined && saved !== undefined) restoreTerminal(terminal, saved);
  }
}
