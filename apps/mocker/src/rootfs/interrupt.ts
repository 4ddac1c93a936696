import { constants } from "node:os";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Somebody has pressed Ctrl-C, or the like: mocker ends, with the exit code of that signal. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor(
    readonly code: number,
    message = "interrupted",
  ) {
    super(message);
  }
}

/** Does `act` with a signal that is aborted by Ctrl-C, SIGTERM or SIGHUP. Throws Interrupted when it has ended by that. */
export async function interruptible<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let by: (typeof signals)[number] | undefined;
  const stop = (signal: NodeJS.Signals) => {
    by ??= signal as (typeof signals)[number];
    controller.abort();
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    return await act(controller.signal);
  } catch (error) {
    if (by !== undefined && (error as Error).name === "AbortError")
      throw new Interrupted(128 + constants.signals[by]);
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}
