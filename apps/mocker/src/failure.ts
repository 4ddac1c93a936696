import type { StepError } from "@mini/native";
import { hint } from "./hints.js";
import type { RunOptions } from "./options.js";

/** Exit codes as Docker has them: mocker itself failed; the command cannot be executed; it was not found. */
const FAILED = 125;
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

/** What a start that failed is to the user: a sentence with the way out, and the exit code. */
export async function failure(
  error: StepError,
  options: RunOptions,
): Promise<{ sentence: string; code: number }> {
  const [name] = options.command;
  const way = await hint(error, options);
  if (error.syscall !== "execve") return { sentence: `${error.message}${way}`, code: FAILED };
  return error.code === "ENOENT"
    ? { sentence: `${name}: not found${way}`, code: NOT_FOUND }
    : { sentence: `${name}: cannot be executed: ${error.code}${way}`, code: NOT_EXECUTABLE };
}
