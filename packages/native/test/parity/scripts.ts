import { spawnSync } from "node:child_process";
import type { Observations, Spawn } from "./observe.js";

// What can only be seen in a process of its own: its end, its crash, its descriptors.

const dist = new URL("../../dist/index.js", import.meta.url).href;

/** What a program prints, and its status, that is given `spawn` and `log`. */
export function script(body: string, options: { input?: string; wrap?: readonly string[] } = {}) {
  const [shell, ...words] = options.wrap ?? [];
  return (spawn: Spawn) => {
    const from = spawn.name === "spawn" && isNodes(spawn) ? "node:child_process" : dist;
    const source = `
      const { spawn } = await import(${JSON.stringify(from)});
      const { writeSync } = await import("node:fs");
      const log = (...words) => writeSync(1, words.join(" ") + "\\n");
      ${body}`;
    const node = [process.execPath, "--input-type=module", "-e", source];
    const [file = "", ...args] = shell === undefined ? node : [shell, ...words, ...node];
    const { status, signal, stdout, stderr } = spawnSync(file, args, {
      input: options.input ?? "",
      encoding: "utf8",
      timeout: 20_000,
    });
    const crash = /Emitted 'error' event|Error: thrown by a listener|EPIPE/.exec(stderr)?.[0];
    return { status, signal, stdout, crash };
  };
}

let nodes: Spawn | undefined;
export function isNodes(spawn: Spawn): boolean {
  nodes ??= process.getBuiltinModule("node:child_process").spawn;
  return spawn === nodes;
}

const events = `for (const event of ["spawn", "error", "exit", "close"]) child.on(event, () => log(event));`;
const ending = `process.on("exit", (code) => log("end", code, child.exitCode));`;

export const scripts: Observations = {
  "a command keeps this process alive": script(`
    const child = spawn("sleep", ["0.2"], { stdio: "ignore" });${ending}`),
  "unref(): it does not": script(`
    const child = spawn("sleep", ["0.2"], { stdio: "ignore" });${ending}
    child.unref();`),
  "unref() in a listener of 'spawn'": script(`
    const child = spawn("sleep", ["0.2"], { stdio: "ignore" });${ending}
    child.on("spawn", () => child.unref());`),
  "unref() and ref() again": script(`
    const child = spawn("sleep", ["0.2"], { stdio: "ignore" });${ending}
    child.unref(); child.ref();`),
  "unref(), but its pipes are open": script(`
    const child = spawn("sh", ["-c", "sleep 0.2; echo late"]);
    child.stdout.on("data", (chunk) => log(String(chunk).trim()));
    child.unref();`),
  "unref() of all its streams too": script(`
    const child = spawn("sleep", ["0.2"]);${ending}
    child.unref();
    for (const stream of child.stdio) stream.unref();`),
  "ref() and unref() once it has ended do nothing": script(`
    const child = spawn("true");${ending}
    child.on("close", () => { child.unref(); child.ref(); log(typeof child.ref()); });`),
  "an 'error' that nobody listens to ends this process": script(`
    const child = spawn("/no/such");
    process.on("exit", (code) => log("end", code));`),
  "an 'error' of stdin that nobody listens to does too": script(`
    const child = spawn("sh", ["-c", "exec <&-; echo; sleep 1"]);
    child.stdout.once("data", () => child.stdin.write("x".repeat(1 << 20)));
    process.on("exit", (code) => log("end", code));`),
  "an exception in a listener of 'spawn'": script(`
    const child = spawn("sh", ["-c", "echo x; sleep 0.2"]); // its output comes before its end
    for (const end = Date.now() + 100; Date.now() < end; ); // … and before the loop has heard of its start
    process.on("uncaughtException", ({ message }) => log("uncaught", message));
    child.on("spawn", () => { throw new Error("thrown by a listener"); });
    child.stdout.on("data", (chunk) => log("data", String(chunk).trim()));
    ${events}`),
  "what awaits 'spawn' goes on before data come": script(`
    const { once } = await import("node:events");
    const child = spawn("sh", ["-c", "echo x; sleep 0.2"]);
    for (const end = Date.now() + 100; Date.now() < end; );
    child.stdout.on("data", (chunk) => log("data", String(chunk).trim()));
    await once(child, "spawn");
    log("awaited");`),
  "an exception in a listener of 'close'": script(`
    const child = spawn("true");
    process.on("uncaughtException", ({ message }) => log("uncaught", message));
    child.on("close", () => { throw new Error("thrown by a listener"); });
    ${events}`),
  "an exception ends this process": script(`
    const child = spawn("true");
    child.on("exit", () => { throw new Error("thrown by a listener"); });
    process.on("exit", (code) => log("end", code));`),
  "EventEmitter.captureRejections": script(`
    const { EventEmitter } = await import("node:events");
    EventEmitter.captureRejections = true;
    const child = spawn("true");
    child.on("exit", async () => { throw new Error("rejected"); });
    child.on("error", ({ message }) => log("error", message));`),
  "process.stdout and process.stderr as stdio": script(`
    spawn("sh", ["-c", "echo out; echo err >&2"], { stdio: ["ignore", process.stdout, process.stdout] })
      .on("close", (code) => log("close", code));`),
  "inherit, after process.stdin has been looked at": script(
    `
    process.stdin.pause();
    spawn("sh", ["-c", "sleep 0.1; cat; exit 3"], { stdio: "inherit" }).on("close", (code) => log("close", code));`,
    { wrap: ["sh", "-c", '(sleep 0.3; echo late) | "$@"', "sh"] },
  ),
  "process.exit() in a listener": script(`
    spawn("true").on("exit", () => process.exit(7));`),
};
