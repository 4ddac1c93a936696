import { explain as explainPlan } from "@mini/plan";
import { whoCalls } from "./caller.js";
import { composeContainer } from "./compose.js";
import type { RunOptions } from "./options.js";

/** The program that `mocker run` with the same options would be, as strace would print it, or the plan as JSON. */
export async function explain(options: RunOptions, json: boolean): Promise<string> {
  const { plan, command } = composeContainer(options, whoCalls(), options.verbosity === "verbose");
  return json ? `${JSON.stringify({ plan, command }, undefined, 2)}\n` : explainPlan(plan, command);
}
