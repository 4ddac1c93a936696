import type { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export type Spawn = typeof spawn;

/** What somebody sees who uses an implementation of `spawn`; equal for both, or a row of differences.ts. */
export type Observations = Readonly<Record<string, (spawn: Spawn) => unknown>>;

export function state({ pid, exitCode, signalCode, killed, connected }: ChildProcess) {
  return { pid: typeof pid, exitCode, signalCode, killed, connected };
}

/** All events of a child in their order, each with its arguments and the child's state at that moment. */
export async function trace(child: ChildProcess): Promise<unknown[]> {
  const events: unknown[] = [];
  for (const event of ["spawn", "error", "exit", "close", "disconnect", "message"])
    child.on(event, (...args) => events.push([event, args.map(shown), state(child)]));
  await once(child, "close").catch(() => once(child, "close"));
  await pause(); // for what should not come any more
  return events;
}

/** The same without 'spawn', for what may come before it or after. */
export async function end(child: ChildProcess): Promise<unknown[]> {
  return (await trace(child)).filter((event) => (event as unknown[])[0] !== "spawn");
}

/** How a child ends and what it writes; an error as its code. */
export async function outcome(child: ChildProcess): Promise<unknown> {
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
      written[name] += chunk;
    });
  const failed = new Promise((resolve) => child.on("error", (error) => resolve(shown(error))));
  const closed = new Promise((resolve) =>
    child.on("close", (code, signal) => resolve({ code, signal, ...written })),
  );
  return Promise.race([failed, closed]);
}

/** What an error tells a program, as far as both tell the same: messages and the names of calls are not compared. */
export function shown(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { code, errno, path, spawnargs } = value as NodeJS.ErrnoException & { spawnargs?: unknown };
  return { code, errno, path, spawnargs };
}

/** The class and the code of what is thrown. */
export function thrown(act: () => unknown): string {
  try {
    const value = act();
    (value as Partial<ChildProcess> | undefined)?.on?.("error", () => {});
    return "nothing is thrown";
  } catch (error) {
    return `${(error as Error).constructor.name} ${(error as NodeJS.ErrnoException).code}`;
  }
}

export const pause = (ms = 0) => new Promise<void>((resolve) => setTimeout(resolve, ms));
