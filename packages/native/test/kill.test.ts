import { once } from "node:events";
import { readdirSync } from "node:fs";
import { collect } from "@mini/testing";
import { expect, test } from "vitest";
import { spawn } from "../src/index.js";

const asleep = { stdio: "ignore" } as const;
const sleep = (options = {}) => spawn("sleep", ["100"], { ...asleep, ...options });

test.each(["SIGTERM", "SIGKILL", "SIGINT", "SIGUSR1"] as const)("%s ends a command", async (signal) => {
  const child = sleep();
  await once(child, "spawn");
  expect(child.kill(signal)).toBe(true);
  expect(await once(child, "exit")).toEqual([null, signal]);
  expect(child).toMatchObject({ killed: true, exitCode: null, signalCode: signal });
});

test("a number is a signal too, and 0 asks whether it is there", async () => {
  const child = sleep();
  expect(child.kill(0)).toBe(true);
  expect(child.killed).toBe(false);
  expect(child.kill(9)).toBe(true);
  await once(child, "close");
  expect(child.kill(0)).toBe(false);
  expect(child.kill()).toBe(false);
});

test("before it runs: the signal is its end, and no process is left", async () => {
  for (let round = 0; round < 30; round++) {
    const child = sleep();
    child.kill("SIGKILL");
    expect((await collect(child)).signal).toBe("SIGKILL");
    expect(readdirSync("/proc")).not.toContain(String(child.pid));
  }
});

test("who is killed while it waits for a step of the parent never emits 'spawn'", async () => {
  const events: string[] = [];
  const child = sleep({ plan: { namespaces: [], steps: [], parent: [{ run: ["sleep", "0.2"] }] } });
  for (const event of ["spawn", "exit", "close"] as const) child.on(event, () => events.push(event));
  child.kill("SIGKILL");
  await once(child, "close");
  expect(events).toEqual(["exit", "close"]);
});

test("what is no signal is a TypeError, and changes nothing", async () => {
  const child = sleep();
  expect(() => child.kill("SIGNOPE" as "SIGTERM")).toThrow("Unknown signal: SIGNOPE");
  expect(() => child.kill(65)).toThrow(TypeError);
  child.kill();
  expect((await collect(child)).signal).toBe("SIGTERM");
});

test("timeout, with its signal", async () => {
  expect((await collect(sleep({ timeout: 20 }))).signal).toBe("SIGTERM");
  expect((await collect(sleep({ timeout: 20, killSignal: "SIGKILL" }))).signal).toBe("SIGKILL");
  expect((await collect(spawn("true", [], { timeout: 60_000 }))).code).toBe(0);
});

test("an AbortSignal: an AbortError, as child_process emits it, then the end", async () => {
  for (const when of ["before", "at once", "during"]) {
    const controller = new AbortController();
    if (when === "before") controller.abort("why");
    const child = sleep({ signal: controller.signal, killSignal: "SIGKILL" });
    const failed = once(child, "error");
    const closed = new Promise((resolve) => child.on("close", (...how) => resolve(how)));
    if (when === "during") await once(child, "spawn");
    controller.abort("why");
    const [error] = await failed;
    expect(error).toMatchObject({
      name: "AbortError",
      code: "ABORT_ERR",
      message: "The operation was aborted",
      cause: "why",
    });
    expect(await closed).toEqual([null, "SIGKILL"]);
  }
});

test("an AbortSignal that fires too late does nothing", async () => {
  const controller = new AbortController();
  const child = spawn("true", [], { signal: controller.signal });
  expect((await collect(child)).code).toBe(0);
  controller.abort();
  expect(child.killed).toBe(false);
});

test("await using ends it, and waits", async () => {
  let pid: number | undefined;
  {
    await using child = spawn("cat");
    pid = child.pid;
  }
  expect(readdirSync("/proc")).not.toContain(String(pid));
});

test.each([
  ["unref() lets this process end before it", "child.unref()", "early"],
  ["unref() after it runs does too", 'child.on("spawn", () => child.unref())', "early"],
  ["ref() takes that back", "child.unref(); child.ref()", "exit early"],
])("%s", async (_, script, stdout) => {
  const dist = new URL("../dist/index.js", import.meta.url).href;
  const whole = `import(${JSON.stringify(dist)}).then(({ spawn }) => {
    const child = spawn("sleep", ["0.3"], { stdio: "ignore" });
    child.on("exit", () => console.log("exit"));
    ${script};
    process.on("exit", () => console.log("early"));
  })`;
  const outcome = await collect(spawn(process.execPath, ["-e", whole]));
  expect(outcome.stdout.trim().replace("\n", " ")).toBe(stdout);
});
