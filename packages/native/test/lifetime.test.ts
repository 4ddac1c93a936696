import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { collect, hostState, requires } from "@mini/testing";
import { expect, test } from "vitest";
import { spawn } from "../src/index.js";
import { isolated } from "./fixtures/plan.js";
import { childStates, eventually, pause, processesWith } from "./fixtures/processes.js";

const contained = requires("user namespaces");
const script = fileURLToPath(new URL("fixtures/parent.mjs", import.meta.url));
const parent = (plan: object, seconds: string, count = 1) =>
  spawn(process.execPath, [script, JSON.stringify(plan), seconds, String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
  });

contained.for([false, true])("SIGKILL to Node leaves no process of its containers: init %s", async (init) => {
  const before = hostState();
  const node = parent(isolated(["pid", "mount"], { init }), "81.5", 3);
  await eventually(() => processesWith("sleep 81.5").length === 6, "six sleep");
  node.kill("SIGKILL");
  await collect(node);
  await eventually(() => processesWith("sleep 81.5").length === 0, "all have ended");
  expect(hostState()).toEqual(before);
});

contained("also in the first milliseconds of a start", async () => {
  for (let round = 0; round < 24; round++) {
    const node = parent(isolated(["pid", "mount"], { init: round % 2 === 0 }), "82.5", 4);
    await once(node.stdout as NodeJS.ReadableStream, "data");
    const end = performance.now() + round / 4;
    while (performance.now() < end); // finer than a timer
    node.kill("SIGKILL");
    await once(node, "close");
    await eventually(() => processesWith("sleep 82.5").length === 0, `none left in round ${round}`);
  }
});

contained("while the child still waits for its parent", async () => {
  const plan = { ...isolated(["pid"]), parent: [{ run: ["sleep", "0.5"] }] };
  const node = parent(plan, "83.5");
  await once(node.stdout as NodeJS.ReadableStream, "data");
  await pause(100);
  const [waiting] = readFileSync(`/proc/${node.pid}/task/${node.pid}/children`, "utf8").split(" ");
  node.kill("SIGKILL");
  await collect(node);
  await pause(600);
  expect(processesWith("sleep 83.5")).toEqual([]);
  expect(readdirSync("/proc")).not.toContain(waiting ?? "");
});

const resources = () => ({
  descriptors: readdirSync("/proc/self/fd").length,
  threads: readdirSync("/proc/self/task").length,
});

// As many threads as make children at a time, and no more (src/addon.cc).
const POOL = 32;

contained(
  "two hundred starts at once, no descriptor more after some hundred, and no more threads than make children",
  async () => {
    const plans = [undefined, isolated(["uts", "pid"]), isolated(["pid"], { init: true })];
    const many = (count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, n) => {
          const plan = plans[n % 3];
          return collect(
            spawn("echo", [String(n)], { env: { PATH: "/usr/bin:/bin" }, ...(plan && { plan }) }),
          );
        }),
      );
    const first = resources();
    const outcomes = await many(200);
    expect(outcomes.map(({ stdout }) => stdout.trim())).toEqual(
      Array.from({ length: 200 }, (_, n) => String(n)),
    );
    const before = resources();
    for (let round = 0; round < 5; round++) await many(60);
    await expect(collect(spawn("/no/such"))).rejects.toThrow("ENOENT");
    const after = resources();
    expect(after.descriptors).toBe(before.descriptors);
    expect(after.threads - first.threads).toBeLessThanOrEqual(POOL);
    expect(childStates().size).toBe(0);
  },
);

test("no descriptors left: an error, the same as child_process has, and nothing leaks", async () => {
  const limited = `import(${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)}).then(async ({ spawn }) => {
    const fs = require("node:fs");
    const one = (options) => new Promise((resolve) =>
      spawn("true", [], options).on("error", (error) => resolve(error.code + " " + error.syscall)).on("exit", resolve));
    await one();
    const before = fs.readdirSync("/proc/self/fd").length;
    const held = [];
    try { for (;;) held.push(fs.openSync("/dev/null")); } catch {}
    const codes = new Set();
    for (let free = 0; free < 12; free++) {
      codes.add(await one());
      codes.add(await one({ stdio: "ignore" }));
      fs.closeSync(held.pop());
    }
    for (const fd of held) fs.closeSync(fd);
    console.log([...codes].sort().join(", "), await one(), fs.readdirSync("/proc/self/fd").length - before);
  })`;
  const { stdout, stderr } = await collect(
    spawn("sh", ["-c", 'ulimit -n 200; exec "$0" -e "$1"', process.execPath, limited]),
  );
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^0(, EMFILE [a-z\d]+)+ 0 [01]\n$/); // the null device stays open
  for (const syscall of ["open", "pipe2", "clone3"]) expect(stdout).toContain(`EMFILE ${syscall}`);
});
