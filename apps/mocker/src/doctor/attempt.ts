import { StepError, spawn } from "@mini/native";
import { compose, type Plan } from "@mini/plan";
import { user } from "@mini/user";
import type { Host } from "./finding.js";

/** Makes the steps of `plan` in a process of its own: undefined where all of them could be made, or the one that could not. */
export function attempt(plan: Plan): Promise<StepError | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/true", { plan, stdio: "ignore", env: {} });
    child.on("close", () => resolve(undefined));
    child.on("error", (error) => {
      if (!(error instanceof StepError)) reject(error);
      // Not every machine has a /bin/true, and the steps before it were the question: doctor/container.ts runs a command.
      else resolve(error.syscall === "execve" ? undefined : error);
    });
  });
}

/** The privileges that a container starts with: root's own, or those of a user namespace. */
export function privileges({ uid, gid, rootless }: Host): Plan {
  return rootless ? user({ uid, gid }) : compose();
}
