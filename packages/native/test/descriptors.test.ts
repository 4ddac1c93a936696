import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { collect, hostState, requires } from "@mini/testing";
import { expect, test } from "vitest";
import { spawn } from "../src/index.js";
import { pivoted } from "./fixtures/plan.js";
import { busyboxRoot } from "./fixtures/rootfs.js";

// CVE-2024-21626: a descriptor of the host's that is open inside is a way out.

const dist = new URL("../dist/index.js", import.meta.url).href;
const contained = requires("busybox", "user namespaces");

/** What a Node that was started with fifty inheritable descriptors, one of them the host's `/`, starts from `plan`. */
async function insideOfFifty(plan: unknown, command: string, cwd?: string) {
  const root = openSync("/", "r");
  const fds = Array.from({ length: 50 }, (_, n) => (n === 25 ? root : openSync("/etc/hostname", "r")));
  const script = `import(${JSON.stringify(dist)}).then(({ spawn }) => {
    const open = require("node:fs").readdirSync("/proc/self/fd").length;
    if (open < 53) throw new Error("only " + open + " are open here");
    spawn("sh", ["-c", ${JSON.stringify(command)}], ${JSON.stringify({ plan, cwd, stdio: "inherit", env: { PATH: "/bin:/usr/bin" } })})
      .on("error", (error) => console.log(error.message));
  })`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "pipe", ...fds] });
  for (const fd of fds) closeSync(fd);
  const outcome = await collect(child);
  return outcome.stdout + outcome.stderr;
}

test("without a plan the command has 0, 1 and 2, whatever Node had", async () => {
  expect(await insideOfFifty(undefined, "ls /proc/$$/fd; exit")).toBe("0\n1\n2\n");
});

contained.for([false, true])("in a root of its own too: init %s", async (init) => {
  const before = hostState();
  const plan = pivoted(busyboxRoot(), ["pid"], init);
  // `ls` reads the shell's: the builtin redirections of busybox would add their own.
  expect(await insideOfFifty(plan, "ls /proc/$$/fd; exit")).toBe("0\n1\n2\n");
  expect(await insideOfFifty(plan, "ls /proc/1/fd; exit")).toBe(init ? "3\n" : "0\n1\n2\n");
  expect(hostState()).toEqual(before);
});

contained("a working directory behind a descriptor is refused", async () => {
  const plan = pivoted(busyboxRoot(), ["pid"]);
  for (const directory of ["/proc/self/fd/5", "/proc/1/fd/30", "/proc/self/cwd", "/proc/self/root"]) {
    const error = await insideOfFifty(plan, "pwd", directory);
    expect(error).toMatch(/^(ELOOP|ENOENT): openat2\(/);
  }
});

contained("the working directory is inside, however it is written", async () => {
  const root = busyboxRoot();
  mkdirSync(join(root, "tmp/deep"));
  const plan = pivoted(root, ["pid"]);
  const cwd = async (directory?: string) =>
    (await insideOfFifty(plan, "pwd -P; readlink /proc/self/cwd", directory)).trim().split("\n");
  expect(await cwd()).toEqual(["/", "/"]);
  expect(await cwd("/tmp/deep")).toEqual(["/tmp/deep", "/tmp/deep"]);
  expect(await cwd("/../../tmp")).toEqual(["/tmp", "/tmp"]);
  expect(await cwd("tmp")).toEqual(["/tmp", "/tmp"]);
});
