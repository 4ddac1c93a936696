import type { Namespace, ParentStep } from "@mini/plan";
import * as k from "@mini/plan";
import { collect, hostState, requires } from "@mini/testing";
import { expect, test } from "vitest";
import { type StepError, spawn } from "../src/index.js";
import { childStates, processesWith } from "./fixtures/processes.js";

const env = { PATH: "/usr/bin:/bin" };
const start = (parent: ParentStep[], file = "true", args: string[] = [], namespaces: Namespace[] = []) =>
  spawn(file, args, { plan: { namespaces, steps: [], parent }, env });
const failure = (...parent: ParentStep[]): Promise<StepError> =>
  collect(start(parent)).then(
    () => expect.unreachable("it ran"),
    (error: StepError) => error,
  );

test("the parent's steps are made while the child waits, for its pid", async () => {
  // Run by Node, as Node: what it says is shown only when it fails.
  const script = "exec 1>&2; grep -E '^(Name|PPid|State)' /proc/$1/status; echo $1; exit 1";
  const child = start([{ run: ["sh", "-c", script, "sh", "<pid>"] }]);
  const { pid } = child;
  const { message } = await collect(child).then(
    () => expect.unreachable(),
    (error: Error) => error,
  );
  expect(message).toContain(`PPid:\t${process.pid}`);
  expect(message).toContain(`State:\tS (sleeping)`);
  expect(message).toMatch(new RegExp(`\n${pid}$`));
});

test("a program that fails ends the child, and what it says is the error", async () => {
  const error = await failure({ run: ["true"] }, { run: ["sh", "-c", "echo gone wrong >&2; exit 3"] });
  expect(error.message).toBe(
    'ECHILD: run("sh", "-c", "echo gone wrong >&2; exit 3"), step 2 of 2 of the parent: gone wrong',
  );
  expect(error).toMatchObject({ code: "ECHILD", syscall: "run", side: "parent", steps: 2 });
  expect(childStates().size).toBe(0);
});

test("without a word it is its status or its signal, and one that is not there is ENOENT", async () => {
  expect((await failure({ run: ["sh", "-c", "exit 3"] })).message).toMatch(/: exit status 3$/);
  expect((await failure({ run: ["sh", "-c", "kill -9 $$"] })).message).toMatch(/: signal 9$/);
  expect(await failure({ run: ["no-such-program"] })).toMatchObject({ code: "ENOENT", side: "parent" });
  expect(await failure({ run: ["/etc/passwd"] })).toMatchObject({ code: "EACCES", side: "parent" });
});

test("it has an environment of its own, no input, and no signal blocked or ignored", async () => {
  const { message } = await failure({
    run: ["sh", "-c", "env >&2; cat >&2; grep ^Sig /proc/self/status >&2; exit 1"],
  });
  expect(message).not.toContain("HOME=");
  // The lower half: beyond it are the two that glibc keeps for itself.
  expect(message).toMatch(/SigBlk:\t0{16}\nSigIgn:\t[\da-f]{8}[08]0{7}\n/);
});

test("a call that fails, with its place on the parent's side", async () => {
  const path = { pid: "/proc/<pid>/ns/no_such" };
  const error = await failure({ run: ["true"] }, { call: "openat", args: [k.AT_FDCWD, path, k.O_RDONLY] });
  expect(error.message).toMatch(
    /^ENOENT: openat\(AT_FDCWD, "\/proc\/<pid>\/ns\/no_such", O_RDONLY.*\), step 2 of 2 of the parent$/,
  );
});

test("one that hangs holds up no other start, and no other start's close", async () => {
  const slow = start([{ run: ["sleep", "3"] }], "echo", ["slow"]);
  const closed: string[] = [];
  slow.once("close", () => closed.push("slow"));
  for (let n = 0; n < 20; n++) {
    const child = spawn("cat", [], { env }); // ends when the last writer of its input is gone
    child.stdin?.end("x");
    expect((await collect(child)).stdout).toBe("x");
    await collect(start([{ run: ["true"] }]));
  }
  expect(closed).toEqual([]);
  expect((await collect(slow)).stdout).toBe("slow\n");
});

test("a child that is killed while it waits takes the program along", async () => {
  const child = start([{ run: ["sleep", "77.7"] }]);
  while (processesWith("sleep 77.7").length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGKILL");
  expect(await collect(child)).toMatchObject({ signal: "SIGKILL" });
  expect(processesWith("sleep 77.7")).toEqual([]);
});

requires("root")("the parent writes the child's maps", async () => {
  const before = hostState();
  const map = (file: "uid_map" | "gid_map", content: string): ParentStep[] => [
    {
      call: "openat",
      args: [k.AT_FDCWD, { pid: `/proc/<pid>/${file}` }, k.O_WRONLY | k.O_CLOEXEC],
      fd: "map",
    },
    { call: "write", args: [{ fd: "map" }, content, content.length] },
    { call: "close", args: [{ fd: "map" }] },
  ];
  const parent = [...map("uid_map", "0 100000 10"), ...map("gid_map", "0 200000 10")];
  const child = start(parent, "cat", ["/proc/self/uid_map", "/proc/self/gid_map"], ["user"]);
  const { stdout } = await collect(child);
  expect(stdout.trim().split(/\s+/)).toEqual(["0", "100000", "10", "0", "200000", "10"]);
  expect(hostState()).toEqual(before);
});
