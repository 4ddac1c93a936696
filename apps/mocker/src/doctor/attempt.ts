import { StepError, spawn } from "@mini/native";
import { compose, type Plan } from "@mini/plan";
import { user } from "@mini/user";
import type { Host } from "./finding.js";

/** Starts something under `plan`: undefined where all of the plan's steps could be made, or the step that could not. */
export function attempt(plan: Plan): Promise<StepError | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/true", { plan, stdio: "ignore", env: {} });
    child.on("close", () => resolve(undefined));
    child.on("error", (error) => {
      if (!(error instanceof StepError)) reject(error);
      // Should there be no /bin/true: getting as far as that was the question.
      else resolve(error.syscall === "execve" ? undefined : error);
    });
  });
}

/** The privileges that a container starts with: root's own, or those of a user namespace. */
export function privileges({ uid, gid, rootless }: Host): Plan {
  return rootless ? user({ uid, gid }) : compose();
}
