import type { RunOptions } from "./options.js";
import type { ResolvedUser } from "./user.js";

/** Where commands are looked for. */
export const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * The environment of a container, complete: nothing of the caller's is in it but what -e asked for and the kind of
 * terminal, which is the caller's own.
 */
export function environment(
  options: Pick<RunOptions, "env" | "hostname">,
  user: Pick<ResolvedUser, "home">,
  term = process.env.TERM || "xterm",
): Record<string, string> {
  return { PATH, TERM: term, HOME: user.home, HOSTNAME: options.hostname, ...options.env };
}
