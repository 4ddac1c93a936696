import { constants } from "node:os";
import { type Child, restoreTerminal, StepError, saveTerminal, spawn } from "@mini/native";
import { whoCalls } from "./caller.js";
import { type Container, composeContainer } from "./compose.js";
import { hint } from "./hints.js";
import type { RunOptions } from "./options.js";
import { forwardSignals } from "./signals.js";
import { makeStorage, storageFor } from "./storage.js";

/** Exit codes as Docker has them: mocker itself failed; the command cannot be executed; it was not found. */
const FAILED = 125;
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

// Said at every verbose run, until it is no longer true.
const NOT_YET = "not yet in force: capabilities, no_new_privs, seccomp, masked and read-only paths, limits";

/** Runs the command in its container, with the real terminal, and returns mocker's exit code. */
export async function run(options: RunOptions): Promise<number> {
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
  const child = start(container, options);
  const stop = forwardSignals(child, { name, init: options.init, terminal: terminal !== undefined, say });
  try {
    return await ended(child);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return await failed(error, options);
  } finally {
    stop();
    remove();
    if (terminal !== undefined && saved !== undefined) restoreTerminal(terminal, saved);
  }
}

function start({ plan, command }: Container, { command: [name] }: RunOptions): Child {
  const { file, args, env, cwd, uid, gid, groups } = command;
  return spawn(file, args, {
    plan,
    argv0: name,
    stdio: "inherit",
    ...(env !== undefined && { env }),
    ...(cwd !== undefined && { cwd }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    ...(groups !== undefined && { groups: [...groups] }),
  });
}

function ended(child: Child): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) =>
      resolve(signal === null ? (code ?? FAILED) : 128 + constants.signals[signal]),
    );
  });
}

async function failed(error: StepError, options: RunOptions): Promise<number> {
  const [name] = options.command;
  const isCommand = error.syscall === "execve";
  if (isCommand && error.code === "ENOENT") {
    say(`mocker: ${name}: not found${await hint(error, options)}`);
    return NOT_FOUND;
  }
  if (isCommand) {
    say(`mocker: ${name}: cannot be executed: ${error.code}${await hint(error, options)}`);
    return NOT_EXECUTABLE;
  }
  say(`mocker: ${error.message}${await hint(error, options)}`);
  return FAILED;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
