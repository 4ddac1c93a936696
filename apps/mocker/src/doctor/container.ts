import { StepError } from "@mini/native";
import { empty } from "../arguments/flag.js";
import { composeContainer } from "../compose.js";
import { failure } from "../failure.js";
import type { RunOptions } from "../options.js";
import { ended, start } from "../start.js";
import { makeStorage, storageFor } from "../storage.js";
import { type Finding, type Host, ok } from "./finding.js";

const NAME = "mocker run";

/** The whole of it, as `mocker run true` does it. */
export async function container(
  host: Host,
  options: RunOptions = { ...empty, command: ["true"] },
): Promise<Finding> {
  const remove = makeStorage(storageFor(host.rootless, options.storageSize));
  try {
    const code = await ended(start(composeContainer(options, host), "ignore"));
    return code === 0 ? ok(NAME, "works") : failed(`${options.command[0]} ended with ${code}`);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return failed((await failure(error, options)).sentence);
  } finally {
    remove();
  }
}

function failed(text: string): Finding {
  return { name: NAME, state: "failed", text };
}
