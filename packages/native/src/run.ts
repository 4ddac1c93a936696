import { checkPlan } from "@mini/plan";
import { Capture } from "./capture.js";
import { type Child, signalNumber, type Usage } from "./child.js";
import { feed, isInput } from "./input.js";
import { check, invalid, type SpawnOptions } from "./options.js";
import type { Run, RunOptions, RunResult } from "./result.js";
import { spawn } from "./spawn.js";

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
export function run(file: string, options?: RunOptions): Run;
export function run(file: string, args?: readonly string[], options?: RunOptions): Run;
export function run(
  file: string,
  args: readonly string[] | RunOptions = [],
  options: RunOptions = {},
): Run<string | Buffer> {
  if (!Array.isArray(args)) return start(file, [], args as RunOptions);
  return start(file, args, options);
}

function start(file: string, args: readonly string[], options: RunOptions): Run<string | Buffer> {
  check(file, args, options);
  checkRun(options);
  if (options.plan !== undefined) checkPlan(options.plan, "run"); // before anything is made of it
  const { input, maxOutputBytes = 64 * MiB, encoding = "utf8", timeout = 0, signal, ...rest } = options;
  const begin = performance.now();
  const stdin = input === undefined ? "ignore" : "pipe";
  const child = spawn(file, args, { ...withInit(rest), stdio: [stdin, "pipe", "pipe"] });
  const killSignal = signalNumber(options.killSignal ?? "SIGKILL");
  let reason: RunResult["reason"] | undefined;
  let broken: Error | undefined;

  const end = (why: RunResult["reason"]) => {
    const sent = child.kill(killSignal);
    if (sent || child.usage !== undefined) reason ??= why;
    if (!sent && child.usage !== undefined) release(child);
  };
  const abort = () => end("aborted");
  const over = () => end("output");
  const stdout = new Capture(child.stdout, maxOutputBytes, over);
  const stderr = new Capture(child.stderr, maxOutputBytes, over);
  const timer = timeout > 0 ? setTimeout(() => end("timeout"), timeout) : undefined;
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort, { once: true });
  if (input !== undefined && child.stdin !== null)
    feed(child.stdin, input, (error) => {
      broken ??= error;
      if (!child.kill("SIGKILL") && child.usage !== undefined) release(child);
    });

  const result = new Promise<RunResult<string | Buffer>>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => {
      if (reason !== undefined || broken !== undefined) release(child);
    });
    child.on("close", (exitCode, ended) => {
      if (broken !== undefined) return reject(broken);
      // SIGKILL cannot be caught: what has a status, and whose output has come to its end, had ended before it.
      const before = killSignal === 9 && exitCode !== null && stdout.ended && stderr.ended;
      const ours = before && reason !== "output" ? undefined : reason;
      const why = ours ?? (ended === null ? "exit" : "signal");
      const decoded = (bytes: Buffer) => (encoding === "buffer" ? bytes : bytes.toString(encoding));
      resolve({
        ok: why === "exit" && exitCode === 0,
        reason: why,
        exitCode,
        signal: ended,
        stdout: decoded(stdout.bytes()),
        stderr: decoded(stderr.bytes()),
        wallMs: performance.now() - begin,
        ...(child.usage as Usage), // there is one, or an "error" came before
      });
    });
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  });
  const lines = (from: "stdout" | "stderr" = "stdout") => {
    result.catch(() => {}); // it is thrown here
    return linesOf(from === "stderr" ? stderr : stdout, result);
  };
  return Object.assign(result, { child, lines });
}

async function* linesOf(output: Capture, result: Promise<unknown>): AsyncGenerator<string, void> {
  yield* output.lines();
  await result;
}

// Processes that outlive a command, without a pid namespace, may keep its output open for ever. What has been written by now
// is read in the loop's next round.
function release(child: Child): void {
  setImmediate(() =>
    setImmediate(() => {
      for (const stream of child.stdio) stream?.destroy();
    }),
  );
}

function withInit<O extends { plan?: SpawnOptions["plan"] }>(options: O): O {
  const { plan } = options;
  if (plan === undefined || plan.init !== undefined || !plan.namespaces.includes("pid")) return options;
  return { ...options, plan: { ...plan, init: true } };
}

function checkRun({ input, maxOutputBytes = 0, encoding = "utf8", ...rest }: RunOptions): void {
  if (input !== undefined && !isInput(input)) throw invalid("input", "a string, bytes or a stream", input);
  if (!(typeof maxOutputBytes === "number" && maxOutputBytes >= 0))
    throw invalid("maxOutputBytes", "a number of bytes", maxOutputBytes);
  if (encoding !== "buffer" && !Buffer.isEncoding(encoding))
    throw invalid("encoding", "an encoding", encoding);
  for (const name of ["stdio", "detached"])
    if (name in rest) throw invalid(name, "left to run()", (rest as Record<string, unknown>)[name]);
}
