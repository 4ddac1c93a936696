import { constants } from "node:os";
import { type Child, spawn } from "@mini/native";
import type { Container } from "./compose.js";

/** Starts a container's command. */
export function start({ plan, command }: Container, stdio: "inherit" | "ignore"): Child {
  const { file, argv0, args, env, cwd, uid, gid, groups } = command;
  return spawn(file, args, {
    plan,
    stdio,
    ...(argv0 !== undefined && { argv0 }),
    ...(env !== undefined && { env }),
    ...(cwd !== undefined && { cwd }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    ...(groups !== undefined && { groups: [...groups] }),
  });
}

// What the kernel reports is a code or a signal: neither would be no success.
const FAILED = 125;

/** The exit code of a command, 128+n if signal n killed it. Rejects with the StepError of a start that failed. */
export function ended(child: Child): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) =>
      resolve(signal === null ? (code ?? FAILED) : 128 + constants.signals[signal]),
    );
  });
}
