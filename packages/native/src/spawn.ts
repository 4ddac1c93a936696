import type { Child } from "./child.js";
import { check, type SpawnOptions } from "./options.js";
import { ready } from "./ready.js";
import type { Started } from "./started.js";
import type { StdioOptions } from "./stdio.js";

/**
 * Starts `file` inside the namespaces of `options.plan`, after its steps. Like `spawn` of node:child_process, but it never
 * copies this process's memory and never stands on the event loop's thread. A start that fails emits a StepError.
 *
 * Throws a TypeError for options that make no sense, and for a plan that would change the host.
 */
export function spawn<const S extends StdioOptions = "pipe">(
  file: string,
  options?: SpawnOptions<S>,
): Started<S>;
export function spawn<const S extends StdioOptions = "pipe">(
  file: string,
  args?: readonly string[],
  options?: SpawnOptions<S>,
): Started<S>;
export function spawn(
  file: string,
  args: readonly string[] | SpawnOptions | null = [],
  options: SpawnOptions = {},
): Child {
  if (!Array.isArray(args)) return spawn(file, [], (args ?? options) as SpawnOptions);
  return ready(file, args, options)();
}

/**
 * What `spawn` would start, made ready to be started many times: the plan is checked and encoded, and the command looked for
 * and the environment read, once and now. Each call starts one; a `timeout` begins with it.
 */
export function prepare<const S extends StdioOptions = "pipe">(
  file: string,
  options?: SpawnOptions<S>,
): () => Started<S>;
export function prepare<const S extends StdioOptions = "pipe">(
  file: string,
  args?: readonly string[],
  options?: SpawnOptions<S>,
): () => Started<S>;
export function prepare(
  file: string,
  args: readonly string[] | SpawnOptions | null = [],
  options: SpawnOptions = {},
): () => Child {
  if (!Array.isArray(args)) return prepare(file, [], (args ?? options) as SpawnOptions);
  check(file, args, options);
  return ready(file, args, { ...options, env: { ...(options.env ?? process.env) } });
}
