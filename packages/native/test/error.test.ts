import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { collect, requires } from "@mini/testing";
import { expect, test } from "vitest";
import { type SpawnOptions, StepError, spawn } from "../src/index.js";
import { isolated, pivoted } from "./fixtures/plan.js";
import { busyboxRoot, executable, temporary } from "./fixtures/rootfs.js";

const directory = temporary();
const failing = (file: string, args: string[] = [], options: SpawnOptions = {}) =>
  collect(spawn(file, args, options)).then(
    () => expect.unreachable("it ran"),
    (error: unknown) => error,
  );
const environment = { env: { PATH: "/usr/bin:/bin" } };

test("a command that is not there: ENOENT, as child_process has it and more", async () => {
  const error = await failing("/no/such", ["a", "b"], environment);
  expect(error).toBeInstanceOf(StepError);
  expect(error).toMatchObject({
    name: "StepError",
    message: 'ENOENT: execve("/no/such", ["/no/such", "a", "b"], /* 1 vars */), step 9 of 9',
    code: "ENOENT",
    errno: -2,
    syscall: "execve",
    path: "/no/such",
    spawnargs: ["a", "b"],
    side: "child",
    steps: 9,
  });
});

test("one that PATH does not have fails the same way, and so does the empty PATH", async () => {
  const error = { code: "ENOENT", syscall: "execve", path: "no-such", side: "child" };
  expect(await failing("no-such", [], environment)).toMatchObject(error);
  expect(await failing("no-such", [], { env: {} })).toMatchObject(error);
});

test("EACCES for a file without permission, in PATH or by its path, and for a directory", async () => {
  writeFileSync(join(directory, "plain"), "#!/bin/sh\n");
  mkdirSync(join(directory, "directory"));
  const error = { code: "EACCES", errno: -13, syscall: "execve" };
  expect(await failing(join(directory, "plain"))).toMatchObject(error);
  expect(await failing("plain", [], { env: { PATH: `${directory}:/bin` } })).toMatchObject(error);
  expect(await failing(join(directory, "directory"))).toMatchObject(error);
});

test("a later entry of PATH that can be executed wins over an earlier that cannot", async () => {
  mkdirSync(join(directory, "later"));
  executable(join(directory, "later", "plain"), "#!/bin/sh\necho later\n");
  chmodSync(join(directory, "plain"), 0o644);
  const env = { PATH: `${directory}:${directory}/later` };
  expect((await collect(spawn("plain", [], { env }))).stdout).toBe("later\n");
});

test("ENOEXEC for a file that is no program: no shell is guessed", async () => {
  const file = executable(join(directory, "text"), "echo hello\n");
  expect(await failing(file)).toMatchObject({ code: "ENOEXEC", errno: -8, syscall: "execve" });
});

test("ENOENT for a cwd that is not there, and EBADF for a descriptor", async () => {
  expect(await failing("true", [], { cwd: "/no/such" })).toMatchObject({ code: "ENOENT", syscall: "chdir" });
  expect(await failing("true", [], { stdio: ["ignore", 999] })).toMatchObject({
    code: "EBADF",
    syscall: "dup3",
  });
});

test("then come 'error' and 'close', no 'exit'; streams are closed and nothing can be signalled", async () => {
  const events: string[] = [];
  const child = spawn("/no/such");
  for (const event of ["spawn", "error", "exit", "close"] as const) child.on(event, () => events.push(event));
  await new Promise((resolve) => child.once("close", resolve));
  expect(events).toEqual(["error", "close"]);
  expect(child).toMatchObject({ pid: undefined, exitCode: -2, signalCode: null });
  expect(child.stdout?.destroyed).toBe(true);
  expect(child.kill()).toBe(false);
});

test("clone itself: what cannot be created is named", async () => {
  const spawned = failing("true", [], { plan: { namespaces: ["pid"], steps: [] } });
  if (process.getuid?.() !== 0)
    expect(await spawned).toMatchObject({ code: "EPERM", syscall: "clone3", message: "EPERM: clone3(pid)" });
  else expect(await spawned.catch((error: Error) => error.message)).toContain("it ran");
});

const contained = requires("busybox", "user namespaces");

contained.for([false, true])("behind the trampoline the same: init %s", async (init) => {
  const root = busyboxRoot();
  writeFileSync(join(root, "plain"), "");
  executable(join(root, "text"), "not a program");
  executable(join(root, "script"), "#!/no/such/interpreter\n");
  const plan = pivoted(root, ["pid"], init);
  for (const [file, code] of [
    ["/no/such", "ENOENT"],
    ["no-such", "ENOENT"],
    ["/script", "ENOENT"],
    ["/plain", "EACCES"],
    ["/bin", "EACCES"],
    ["/text", "ENOEXEC"],
  ] as const) {
    expect(await failing(file, [], { plan })).toMatchObject({ code, syscall: "execve", side: "after" });
  }
  expect((await collect(spawn("true", [], { plan, ...environment }))).code).toBe(0);
});

requires("user namespaces")("a plain plan too", async () => {
  const plan = isolated(["pid"], { init: true });
  expect(await failing("/no/such", [], { plan })).toMatchObject({ code: "ENOENT", side: "after" });
});
