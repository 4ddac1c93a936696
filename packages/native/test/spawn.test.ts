import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { pathToFileURL } from "node:url";
import { collect, requires } from "@mini/testing";
import { expect, test } from "vitest";
import { type SpawnOptions, spawn } from "../src/index.js";
import { eventually, processesWith } from "./fixtures/processes.js";

const run = (file: string, args: string[] = [], options: SpawnOptions = {}) =>
  collect(spawn(file, args, options));
const output = async (file: string, args: string[] = [], options: SpawnOptions = {}) =>
  (await run(file, args, options)).stdout.trim();

test("a command runs, and its output, status and pid are known", async () => {
  const child = spawn("sh", ["-c", "echo out; echo err >&2; echo $$; exit 3"]);
  const { pid } = child; // synchronously
  expect(await collect(child)).toEqual({ code: 3, signal: null, stdout: `out\n${pid}\n`, stderr: "err\n" });
  expect(child).toMatchObject({ exitCode: 3, signalCode: null, killed: false, pid });
  expect(child.usage?.maxRssBytes).toBeNull(); // less than this process has, and so not to be told apart
});

test("events come as child_process has them: spawn, exit, close after the streams", async () => {
  const events: string[] = [];
  const child = spawn("echo", ["hello"]);
  for (const event of ["spawn", "exit", "close"] as const) child.on(event, () => events.push(event));
  const closed = new Promise((resolve) => child.once("close", () => resolve(child.stdout?.closed)));
  expect(await closed).toBe(true);
  expect(events).toEqual(["spawn", "exit", "close"]);
});

test("output that nobody reads holds up no close", async () => {
  const child = spawn("seq", ["1000"]);
  expect(await new Promise((resolve) => child.once("close", resolve))).toBe(0);
});

test("the caller's environment unless another is given; undefined is left out", async () => {
  process.env.MINI_TEST = "inherited";
  expect(await output("printenv", ["MINI_TEST"])).toBe("inherited");
  delete process.env.MINI_TEST;
  const env = { PATH: process.env.PATH, A: "1", B: undefined, C: "ü\n=" };
  expect(await output("sh", ["-c", 'echo "$A,$B,$C"'], { env })).toBe("1,,ü\n=");
});

test("the working directory, as a path or a file: URL; PATH may be relative to it", async () => {
  const directory = realpathSync(tmpdir());
  expect(await output("pwd", [], { cwd: directory })).toBe(directory);
  expect(await output("pwd", [], { cwd: pathToFileURL(directory) })).toBe(directory);
  expect(await output("pwd")).toBe(process.cwd());
  const bin = realpathSync("/bin");
  expect(await output("pwd", [], { cwd: bin, env: { PATH: "." } })).toBe(bin);
});

test("argv0, and spawnargs that name it", async () => {
  const child = spawn("sh", ["-c", "cat /proc/$$/cmdline"], { argv0: "other" });
  expect(child.spawnargs).toEqual(["other", "-c", "cat /proc/$$/cmdline"]);
  expect((await collect(child)).stdout).toBe("other\0-c\0cat /proc/$$/cmdline\0");
});

test("shell: /bin/sh or the one named", async () => {
  expect(await output("echo $((1 + 2))", ["&&", "echo", "$0"], { shell: true })).toBe("3\n/bin/sh");
  expect(await output("echo", ["$0"], { shell: "/bin/bash" })).toBe("/bin/bash");
});

test("detached: a session of its own, and a life beyond this process's", async () => {
  const session = async (detached: boolean) =>
    (await output("sh", ["-c", "cut -d' ' -f1,6 /proc/$$/stat"], { detached })).split(" ");
  const [pid, own] = await session(true);
  expect(own).toBe(pid);
  const [other, inherited] = await session(false);
  expect(inherited).not.toBe(other);
});

test.each([
  [true, 1],
  [false, 0],
])("a parent that is gone: detached %s leaves %i process", async (detached, left) => {
  const mark = `6${Date.now() % 10_000}.${left}`;
  const script = `import(process.argv[1]).then(({ spawn }) =>
    spawn("sleep", ["${mark}"], { stdio: "ignore", detached: ${detached} }).on("spawn", () => process.kill(process.pid, 9)))`;
  const dist = new URL("../dist/index.js", import.meta.url).href;
  expect(spawnSync(process.execPath, ["-e", script, dist]).signal).toBe("SIGKILL");
  await eventually(() => processesWith(`sleep ${mark}`).length === left, `${left} left`);
  for (const pid of processesWith(`sleep ${mark}`)) process.kill(pid, "SIGKILL");
});

requires("root")("uid and gid, without the caller's groups", async () => {
  const { stdout } = await run("id", [], { uid: 1234, gid: 4321, cwd: "/" });
  expect(stdout).toBe("uid=1234 gid=4321 groups=4321\n");
  expect(await output("id", ["-G"], { uid: 1234, gid: 4321, groups: [7, 8], cwd: "/" })).toBe("4321 7 8");
  expect([process.getuid?.(), process.getgid?.()]).toEqual([0, 0]);
});

requires("an ordinary user")("another uid is EPERM", async () => {
  await expect(run("id", [], { uid: 0 })).rejects.toMatchObject({ code: "EPERM", syscall: "setresuid" });
});
