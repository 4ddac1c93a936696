import { print, say } from "../print.js";
import type { Draft } from "./options.js";
import { Bar, type State } from "./progress.js";

/** How the work is shown while it is under way: a bar on a terminal, and nothing where there is none. */
export function watch(verb: string, { quiet }: Pick<Draft, "quiet">): Watch {
  if (quiet || !process.stderr.isTTY) return { update: undefined, done: () => undefined };
  const bar = new Bar(verb, process.stderr);
  return { update: (state) => bar.update(state), done: () => bar.clear() };
}

export interface Watch {
  readonly update: ((state: State) => void) | undefined;
  done(): void;
}

interface Left {
  readonly path: string;
  readonly reason: string;
  readonly incomplete?: boolean;
}

const MOST = 10;

/** What is not as it was to be: a line for each, losses first, and the others only where `quiet` was not asked for. */
export function sayLeft(left: readonly Left[], count: number, quiet: boolean): void {
  const losses = left.filter(({ incomplete }) => incomplete);
  const others = quiet ? [] : left.filter(({ incomplete }) => !incomplete);
  const shown = [...losses, ...others].slice(0, MOST);
  for (const { path, reason } of shown) say(`mocker: ${path}: ${reason}`);
  const more = quiet ? losses.length - shown.length : count - shown.length;
  if (more > 0) say(`mocker: and ${more} more of the kind`);
}

/** The last line, or the result as JSON. */
export async function finish(sentence: string, result: object, { quiet, json }: Draft): Promise<void> {
  if (json) await print(`${JSON.stringify(result)}\n`);
  else if (!quiet) say(`mocker: ${sentence}`);
}
