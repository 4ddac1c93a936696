import { getEventListeners } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { collect, hostState, requires } from "@mini/testing";
import { expect, test } from "vitest";
import { run, StepError, spawn } from "../src/index.js";
import { isolated } from "./fixtures/plan.js";
import { childStates, processesWith } from "./fixtures/processes.js";

const sh = (script: string, options: Parameters<typeof run>[2] = {}) => run("sh", ["-c", script], options);
const contained = requires("user namespaces");
const plan = (rest = {}) => isolated(["pid"], rest);
const toArray = (lines: AsyncIterable<string>) => Readable.from(lines).toArray();
const MiB = 1024 * 1024;

test.each<[string, object, Parameters<typeof run>[2]?]>([
  ["true", { ok: true, reason: "exit", exitCode: 0, signal: null, stdout: "", stderr: "" }],
  [
    "echo out; echo err >&2; exit 3",
    { ok: false, reason: "exit", exitCode: 3, stdout: "out\n", stderr: "err\n" },
  ],
  ["kill -9 $$", { ok: false, reason: "signal", exitCode: null, signal: "SIGKILL" }],
  [
    "echo before; exec sleep 9",
    { reason: "timeout", signal: "SIGKILL", stdout: "before\n" },
    { timeout: 300 },
  ],
  [
    "trap 'echo caught; exit 0' TERM; while :; do sleep 0.02; done",
    { ok: false, reason: "timeout", exitCode: 0, signal: null, stdout: "caught\n" },
    { timeout: 300, killSignal: "SIGTERM" },
  ],
])("%s", async (script, result, options) => {
  expect(await sh(script, options)).toMatchObject({ wallMs: expect.any(Number), ...result });
});

test("no args, and options in their place", async () => {
  expect(await run("pwd", { cwd: "/" })).toMatchObject({ ok: true, stdout: "/\n" });
});

test("aborted, before and during; the signal keeps no listener", async () => {
  expect(await sh("exec sleep 9", { signal: AbortSignal.abort() })).toMatchObject({
    ok: false,
    reason: "aborted",
    exitCode: null,
    signal: "SIGKILL",
  });
  const controller = new AbortController();
  const running = sh("echo ready; exec sleep 9", { signal: controller.signal });
  running.child.stdout?.once("data", () => controller.abort());
  expect(await running).toMatchObject({ reason: "aborted", signal: "SIGKILL", stdout: "ready\n" });
  const { signal } = new AbortController();
  expect(await sh("exit 3", { signal })).toMatchObject({ reason: "exit", exitCode: 3 });
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("an end that came before the timeout's signal is the program's own", async () => {
  const controller = new AbortController();
  const running = sh("exit 0", { signal: controller.signal });
  const { pid = 0 } = running.child;
  while (childStates().get(pid) !== "Z"); // so that nobody hears of it
  controller.abort();
  expect(await running).toMatchObject({ ok: true, reason: "exit", exitCode: 0 });
});

test("more output than is wanted ends the program; what is kept is exactly the limit", async () => {
  for (const from of ["stdout", "stderr"] as const) {
    const redirect = from === "stderr" ? ">&2" : "";
    const result = await sh(`printf small; printf small >&2; yes ${redirect}`, { maxOutputBytes: 1000 });
    expect(result).toMatchObject({ ok: false, reason: "output", exitCode: null });
    expect(result[from]).toHaveLength(1000);
    expect(result[from === "stdout" ? "stderr" : "stdout"]).toBe("small");
  }
  const both = await sh("yes & yes >&2", { maxOutputBytes: 7 });
  expect(both).toMatchObject({ reason: "output" });
  expect(both.stdout.length).toBeLessThanOrEqual(7);
  expect(both.stderr.length).toBeLessThanOrEqual(7);
});

test("as much as is wanted is not too much, and a program that has ended may have written more", async () => {
  expect(await sh("printf 12345", { maxOutputBytes: 5 })).toMatchObject({ ok: true, stdout: "12345" });
  for (let round = 0; round < 20; round++) {
    const result = await sh("printf 123456", { maxOutputBytes: 5 });
    expect(result).toMatchObject({ ok: false, reason: "output", stdout: "12345" });
  }
  expect(await sh("true", { maxOutputBytes: 0 })).toMatchObject({ ok: true });
});

test("input: a string, bytes, a stream; nothing unless given", async () => {
  for (const input of ["ü", Buffer.from("ü"), new Uint8Array([0xc3, 0xbc]), Readable.from(["ü"])])
    expect((await run("cat", [], { input })).stdout).toBe("ü");
  expect((await run("cat")).stdout).toBe("");
  const big = "x".repeat(3 * MiB);
  expect((await run("cat", [], { input: big })).stdout).toBe(big);
});

test("input that the program does not want is no error", async () => {
  const big = "x".repeat(3 * MiB);
  const stream = Readable.from(Array.from({ length: 48 }, () => "x".repeat(64 * 1024)));
  for (const input of [big, stream]) {
    expect(await sh("head -c 1; exec <&-; exit 4", { input })).toMatchObject({
      reason: "exit",
      exitCode: 4,
      stdout: "x",
    });
  }
  expect(stream.destroyed).toBe(true);
});

test("input that breaks off is an exception: nobody may take it for whole", async () => {
  const broken = new PassThrough();
  broken.write("half");
  const running = run("cat", [], { input: broken });
  running.child.stdout?.once("data", () => broken.destroy(new Error("the disk is gone")));
  await expect(running).rejects.toThrow("the disk is gone");
  expect(running.child.signalCode).toBe("SIGKILL");
  const gone = new PassThrough().destroy();
  await expect(run("cat", [], { input: gone })).rejects.toThrow("the input ended too early");
});

test("encoding: utf8 across pieces, another one, bytes", async () => {
  const pieces = "printf '\\303'; sleep 0.05; printf '\\274'";
  expect((await sh(pieces)).stdout).toBe("ü");
  expect((await sh(pieces, { encoding: "hex" })).stdout).toBe("c3bc");
  const { stdout } = await run("sh", ["-c", pieces], { encoding: "buffer" });
  expect([...stdout]).toEqual([0xc3, 0xbc]);
});

test("lines, while the program runs", async () => {
  const running = sh("echo one; read line; printf 'tw\\303'; sleep 0.05; printf '\\274o\\r\\n\\nlast'", {
    input: new PassThrough(),
  });
  const seen: string[] = [];
  for await (const line of running.lines()) {
    seen.push(line);
    if (line === "one") {
      expect(running.child.exitCode).toBeNull();
      running.child.stdin?.end("\n");
    }
  }
  expect(seen).toEqual(["one", "twüo", "", "last"]);
});

test("lines, afterwards, of both, and as often as one likes", async () => {
  const running = sh("echo a; echo b; echo c >&2");
  await running;
  const all = async (from?: "stderr") => toArray(running.lines(from));
  expect([await all(), await all(), await all("stderr")]).toEqual([["a", "b"], ["a", "b"], ["c"]]);
});

test("whoever stops reading lines does not hold up the program", async () => {
  const running = sh("seq 200000; exit 5");
  for await (const line of running.lines()) if (line === "2") break;
  const result = await running;
  expect(result.exitCode).toBe(5);
  expect(result.stdout.endsWith("\n200000\n")).toBe(true);
});

test("a program that was never started is an exception that names the step", async () => {
  const failed = await run("/no/such", ["x"]).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(StepError);
  expect(failed).toMatchObject({ code: "ENOENT", syscall: "execve", path: "/no/such" });
  const lines = run("no-such-name", [], { env: { PATH: "/bin" } }).lines(); // and no promise is left unhandled
  await expect(toArray(lines)).rejects.toMatchObject({ code: "ENOENT" });
});

test("what makes no sense is a TypeError, and nothing starts", () => {
  for (const [options, message] of [
    [{ input: 5 }, "input has to be a string, bytes or a stream, not 5"],
    [{ maxOutputBytes: -1 }, "maxOutputBytes has to be a number of bytes, not -1"],
    [{ maxOutputBytes: "5" }, 'maxOutputBytes has to be a number of bytes, not "5"'],
    [{ encoding: "utf9" }, 'encoding has to be an encoding, not "utf9"'],
    [{ timeout: Number.POSITIVE_INFINITY }, "timeout has to be milliseconds"],
    [{ signal: {} }, "signal has to be an AbortSignal, not {}"],
    [{ killSignal: "SIGNOPE" }, "Unknown signal: SIGNOPE"],
    [{ stdio: "inherit" }, 'stdio has to be left to run(), not "inherit"'],
    [{ detached: true }, "detached has to be left to run(), not true"],
  ] as const) {
    expect(() => run("true", [], options as object)).toThrow(TypeError);
    expect(() => run("true", [], options as object)).toThrow(message);
  }
});

test("time and memory are the program's", async () => {
  const busy = await sh("n=0; while [ $n -lt 100000 ]; do n=$((n + 1)); done");
  expect(busy.userMs).toBeGreaterThan(0);
  expect(busy.userMs + busy.systemMs).toBeLessThanOrEqual(busy.wallMs + 20); // ticks
  expect(busy.maxRssBytes).toBeNull(); // less than this process ever had
});

contained("with an init the memory is exact, and PID 1 is it unless declined", async () => {
  const before = hostState();
  const memory = (megabytes: number) =>
    run("head", ["-c", `${megabytes}M`, "/dev/zero"], { plan: plan(), maxOutputBytes: 1 });
  const small = await run("true", [], { plan: plan() });
  expect(small.maxRssBytes).toBeGreaterThan(0);
  expect(small.maxRssBytes).toBeLessThan(20 * MiB);
  const big = await run("sh", ["-c", `x=$(head -c 50000000 /dev/zero | tr '\\0' x); :`], { plan: plan() });
  expect(big.maxRssBytes).toBeGreaterThan(45 * MiB);
  expect((await memory(1)).reason).toBe("output");
  expect((await run("sh", ["-c", "echo $$"], { plan: plan() })).stdout).toBe("2\n");
  expect((await run("sh", ["-c", "echo $$"], { plan: plan({ init: false }) })).stdout).toBe("1\n");
  expect(hostState()).toEqual(before);
});

contained.for([{}, { init: false }])("a pid namespace ends with what else is in it: %j", async (rest) => {
  const script = "sleep 71.5 & echo; wait";
  const killed = await run("sh", ["-c", script], { plan: plan(rest), timeout: 300 });
  expect(killed).toMatchObject({ reason: "timeout", signal: "SIGKILL", stdout: "\n" });
  const ended = await run("sh", ["-c", "sleep 71.5 & exit 6"], { plan: plan(rest) });
  expect(ended).toMatchObject({ reason: "exit", exitCode: 6 });
  expect(processesWith("sleep 71.5")).toEqual([]);
});

test("without one, what lives on and keeps the output open holds up nothing once it was killed", async () => {
  const killed = await sh("sleep 72.5 & echo started; wait", { timeout: 300 });
  expect(killed).toMatchObject({ reason: "timeout", signal: "SIGKILL", stdout: "started\n" });
  const left = await sh("sleep 72.5 & echo started; exit 0", { timeout: 300 });
  expect(left).toMatchObject({ ok: false, reason: "timeout", exitCode: 0, stdout: "started\n" });
  for (const pid of processesWith("sleep 72.5")) process.kill(pid, "SIGKILL");
});

test("a hundred at once, each with its own", async () => {
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, n) => sh(`cat; exit ${n}`, { input: `${n}` })),
  );
  expect(results.map(({ stdout, exitCode }) => [stdout, exitCode])).toEqual(
    Array.from({ length: 100 }, (_, n) => [`${n}`, n]),
  );
});

test.each([
  ['run("/no/such").catch(() => {})', ""],
  ["run('/no/such')", "unhandled ENOENT "],
  ["for await (const _ of run('/no/such').lines());", "unhandled ENOENT "],
  ["try { for await (const _ of run('/no/such').lines()); } catch { log('caught ') }", "caught "],
])("%s", async (statement, printed) => {
  const dist = JSON.stringify(new URL("../dist/index.js", import.meta.url).href);
  const script = `
    const { run } = await import(${dist});
    const log = (text) => process.stdout.write(text);
    process.on("unhandledRejection", ({ code }) => log("unhandled " + code + " "));
    (async () => { ${statement} })();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
  expect(await collect(child)).toMatchObject({ code: 0, stdout: printed, stderr: "" });
});
