import type { Readable } from "node:stream";
import type { Child } from "./child.js";
import type { SpawnOptions } from "./options.js";
import { spawn } from "./spawn.js";

/** What `run` takes: the options of `spawn`, but for stdio, which it has for itself. */
export interface RunOptions extends Omit<SpawnOptions, "stdio" | "detached"> {
  /** Written to standard input, which is then closed; nothing unless given. */
  input?: string | Uint8Array | Readable;
  /** How much of stdout and of stderr is taken, each, before the program is killed: 64 MiB unless given. */
  maxOutputBytes?: number;
  /** How the output is decoded: "utf8" unless given; "buffer" leaves it as bytes. */
  encoding?: BufferEncoding | "buffer";
}

/** How a program ended. That it failed is a result; that its container could not be made is an exception, a StepError. */
export interface RunResult<Output = string> {
  /** It ended by itself, with status 0. */
  readonly ok: boolean;
  /** Why it ended: by itself, by a signal of somebody else's, or by ours for one of these reasons. */
  readonly reason: "exit" | "signal" | "timeout" | "aborted" | "output";
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Output;
  readonly stderr: Output;
  /** From the call to the end, in milliseconds. */
  readonly wallMs: number;
  /** Of the program and the children it waited for, as wait4(2) counts. */
  readonly userMs: number;
  readonly systemMs: number;
  /** The most memory that one of them had; null where the kernel cannot tell, see `Usage`. */
  readonly maxRssBytes: number | null;
}

/** The promise of a result, and the output while it comes. */
export interface Run<Output = string> extends Promise<RunResult<Output>> {
  readonly child: Child;
  /** The lines of stdout, or of stderr, as they are written. */
  lines(from?: "stdout" | "stderr"): AsyncIterable<string>;
}

const MiB = 1024 * 1024;

/**
 * Runs a program to its end, and says how it ended. In a plan with a pid namespace PID 1 is an init, unless the plan says
 * `init: false`: then signals and orphans are what they are outside. `killSignal` is SIGKILL unless given: with a pid
 * namespace it ends everything. Rejects with a StepError that names the step when the program was never started.
 */
export function run(
  file: string,
  args: readonly string[] | undefined,
  options: RunOptions & { encoding: "buffer" },
): Run<Buffer>;
export function run(file: string, args?: readonly string[], options?: RunOptions): Run;
export function run(
  file: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Run<string | Buffer> {
  const { input, maxOutputBytes = 64 * MiB, encoding = "utf8", timeout = 0, signal, ...rest } = options;
  if (!(maxOutputBytes >= 0))
    throw new TypeError(`maxOutputBytes has to be a number of bytes, not ${maxOutputBytes}`);
  if (!(timeout >= 0)) throw new TypeError(`timeout has to be milliseconds, not ${timeout}`);
  const begin = performance.now();
  const stdin = input === undefined ? "ignore" : "pipe";
  const child = spawn(file, args, { ...withInit(rest), stdio: [stdin, "pipe", "pipe"] });
  const { killSignal = "SIGKILL" } = options;
  let reason: RunResult["reason"] | undefined;
  const end = (why: RunResult["reason"]) => {
    if (reason === undefined && child.kill(killSignal)) reason = why;
  };
  const abort = () => end("aborted");
  const timer = timeout > 0 ? setTimeout(() => end("timeout"), timeout) : undefined;
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort, { once: true });

  const stdout = take(child.stdout, maxOutputBytes, () => end("output"));
  const stderr = take(child.stderr, maxOutputBytes, () => end("output"));
  if (input !== undefined) feed(child, input);

  const result = new Promise<RunResult<string | Buffer>>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => {
      // Processes that outlive a killed one, without a pid namespace, may keep its output open for ever.
      if (reason !== undefined) for (const stream of child.stdio) stream?.destroy();
    });
    child.on("close", (exitCode, ended) => {
      const wallMs = performance.now() - begin;
      const decode = (bytes: Buffer) => (encoding === "buffer" ? bytes : bytes.toString(encoding));
      const usage = child.usage ?? { userMs: 0, systemMs: 0, maxRssBytes: null };
      const why = reason ?? (ended === null ? "exit" : "signal");
      resolve({
        ok: why === "exit" && exitCode === 0,
        reason: why,
        exitCode,
        signal: ended,
        stdout: decode(stdout()),
        stderr: decode(stderr()),
        wallMs,
        ...usage,
      });
    });
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  });
  return Object.assign(result, {
    child,
    lines: (from: "stdout" | "stderr" = "stdout") => linesOf(child[from]),
  });
}

// Loaded when it is asked for, as node:net is (stdio.ts).
function linesOf(stream: Readable | null): AsyncIterable<string> {
  const { createInterface } = process.getBuiltinModule("node:readline");
  if (stream === null) throw new TypeError("there is no such output");
  return createInterface({ input: stream });
}

function withInit<O extends { plan?: SpawnOptions["plan"] }>(options: O): O {
  const { plan } = options;
  if (plan === undefined || plan.init !== undefined || !plan.namespaces.includes("pid")) return options;
  return { ...options, plan: { ...plan, init: true } };
}

function isStream(input: string | Uint8Array | Readable): input is Readable {
  return typeof input === "object" && "pipe" in input;
}

/** Collects what is read, up to a limit; `over` is called once there is more. */
function take(stream: Readable | null, most: number, over: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on("data", (chunk: Buffer) => {
    const room = most - size;
    size += chunk.length;
    if (room > 0) chunks.push(room < chunk.length ? chunk.subarray(0, room) : chunk);
    if (size > most) over();
  });
  return () => Buffer.concat(chunks);
}

// A program that closes its input early is no error, here or in a shell.
function feed({ stdin }: Child, input: string | Uint8Array | Readable): void {
  if (stdin === null) return;
  stdin.on("error", () => {});
  if (isStream(input)) {
    input.on("error", () => stdin.destroy());
    input.pipe(stdin);
  } else stdin.end(input);
}
