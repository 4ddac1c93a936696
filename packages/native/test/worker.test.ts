import { readdirSync } from "node:fs";
import { collect, requires } from "@mini/testing";
import { expect, test } from "vitest";
import { spawn } from "../src/index.js";
import { eventually, processesWith } from "./fixtures/processes.js";

// Each in a Node of its own: what a Worker that ends could take along is the whole process.

const dist = JSON.stringify(new URL("../dist/index.js", import.meta.url).href);
const node = (script: string) =>
  collect(
    spawn(process.execPath, ["--input-type=module", "-e", `${prelude}${script}`], {
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );

const prelude = `
  import { Worker } from "node:worker_threads";
  import { readFileSync, readdirSync } from "node:fs";
  const worker = (script) => new Worker("import(" + ${JSON.stringify(dist)} + ").then(async ({ spawn }) => {" + script + "})", { eval: true });
  const ended = (worker) => new Promise((resolve) => worker.once("exit", resolve));
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const children = () => readFileSync("/proc/self/task/" + process.pid + "/children", "utf8").split(" ").filter(Boolean)
    .concat(readdirSync("/proc/self/task").flatMap((tid) => readFileSync("/proc/self/task/" + tid + "/children", "utf8").split(" ").filter(Boolean)));
`;

test("a child outlives the Worker that started it, and is reaped when it ends", async () => {
  const { stdout, stderr } = await node(`
    await ended(worker('spawn("sleep", ["0.5"], { stdio: "ignore" }).on("spawn", () => process.exit())'));
    console.log(children().length > 0);
    await pause(1500);
    console.log(children().length);
  `);
  expect(stderr).toBe("");
  expect(stdout).toBe("true\n0\n");
});

test("a Worker that is terminated at any moment of a start is harmless", async () => {
  const { stdout, stderr, code, signal } = await node(`
    // Of other descriptors those that a script holds when it is terminated are lost, Node's own included.
    const pidfds = () => readdirSync("/proc/self/fdinfo").filter((fd) => {
      try { return readFileSync("/proc/self/fdinfo/" + fd, "utf8").includes("Pid:"); } catch { return false; }
    }).length;
    for (let round = 0; round < 40; round++) {
      const running = worker('for (;;) { for (let n = 0; n < 5; n++) spawn(n % 2 ? "true" : "/no/such", []).on("error", () => {});' +
        'await new Promise((resolve) => setTimeout(resolve, 2)); }');
      await pause(60 + round);
      await running.terminate();
    }
    for (let n = 0; n < 100 && children().length > 0; n++) await pause(50);
    console.log(children().length, pidfds());
  `);
  expect({ stderr, code, signal }).toEqual({ stderr: "", code: 0, signal: null });
  expect(stdout).toBe("0 0\n");
});

test("several Workers and the main thread at once", async () => {
  const { stdout, stderr } = await node(`
    const script = 'const all = Array.from({ length: 30 }, (_, n) => new Promise((resolve, reject) => {' +
      'let out = ""; const child = spawn("echo", [String(n)]); child.stdout.on("data", (chunk) => { out += chunk; });' +
      'child.on("error", reject); child.on("close", () => resolve(out === n + "\\\\n")); }));' +
      'const right = (await Promise.all(all)).filter(Boolean).length; if (right !== 30) throw new Error("only " + right);';
    const codes = await Promise.all(Array.from({ length: 4 }, () => ended(worker(script))));
    const { spawn } = await import(${dist});
    codes.push(await ended(spawn("true")));
    console.log(codes.join());
  `);
  expect(stderr).toBe("");
  expect(stdout).toBe("0,0,0,0,0\n");
});

test("a process that ends while children start takes those that are not detached along", async () => {
  const { stdout, stderr } = await node(`
    const { spawn } = await import(${dist});
    for (let n = 0; n < 20; n++) spawn("sleep", ["84.5"], { stdio: "ignore" });
    setTimeout(() => process.exit(), 3);
  `);
  expect(stdout + stderr).toBe("");
  await eventually(() => processesWith("sleep 84.5").length === 0, "all have ended");
});

requires("user namespaces")("the addon loaded by a Worker alone stays, for its threads do", async () => {
  const { stderr, code } = await node(`
    for (let round = 0; round < 5; round++) {
      await ended(worker('spawn("true", [], { stdio: "ignore" }).on("exit", () => process.exit())'));
      await pause(20);
    }
  `);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  expect(readdirSync("/proc/self/task").length).toBeLessThan(100);
});
