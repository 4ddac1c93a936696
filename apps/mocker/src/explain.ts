import { explain as explainPlan } from "@mini/plan";
import { whoCalls } from "./caller.js";
import { composeContainer } from "./compose.js";
import { show, UsageError } from "./error.js";
import type { RunOptions } from "./options.js";

/** The program that `mocker run` with the same options would be, as strace would print it, or the plan as JSON. */
export async function explain(options: RunOptions, json: boolean): Promise<string> {
  if (options.rootfs?.archive === true) {
    const { directory } = options.rootfs;
    throw new UsageError(
      `explain unpacks nothing, and --rootfs ${show(directory)} is an archive: say "mocker rootfs extract" first, and name the directory`,
    );
  }
  const { plan, command } = composeContainer(options, whoCalls(), options.verbosity === "verbose");
  return json ? `${JSON.stringify({ plan, command }, undefined, 2)}\n` : explainPlan(plan, command);
}
