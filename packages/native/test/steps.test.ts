import type { Plan, Step } from "@mini/plan";
import * as k from "@mini/plan";
import { collect, hostState, requires } from "@mini/testing";
import { expect, test } from "vitest";
import { type StepError, spawn } from "../src/index.js";
import { isolated } from "./fixtures/plan.js";

const contained = requires("user namespaces");
const env = { PATH: "/usr/bin:/bin" };
const run = (script: string, plan: Plan) => collect(spawn("sh", ["-c", script], { plan, env }));
const failure = (plan: Plan): Promise<StepError> =>
  run("true", plan).then(
    () => expect.unreachable("it ran"),
    (error: StepError) => error,
  );

contained("steps change the container, and not the host", async () => {
  const before = hostState();
  const steps: Step[] = [
    { call: "sethostname", args: ["inside", 6] },
    { call: "mount", args: ["none", "/mnt", "tmpfs", k.MS_NOSUID, "size=1m"] },
  ];
  const script = "hostname; grep -c ' /mnt ' /proc/self/mountinfo; readlink /proc/self/ns/uts";
  const { stdout } = await run(script, isolated(["uts", "mount"], { steps }));
  expect(stdout).toMatch(/^inside\n1\nuts:/);
  expect(before.namespaces).not.toContain(stdout.trim().split("\n")[2]);
  expect(hostState()).toEqual(before);
});

contained("a step that fails is named, with its place among all", async () => {
  const step: Step = { call: "mount", args: ["/etc", "/no/such", null, k.MS_BIND | k.MS_REC, null] };
  const error = await failure(isolated(["mount"], { steps: [step] }));
  const at = process.getuid?.() === 0 ? 7 : 16;
  expect(error.message).toBe(
    `ENOENT: mount("/etc", "/no/such", NULL, MS_BIND|MS_REC, NULL), step ${at} of ${at + 4}`,
  );
  expect(error).toMatchObject({ code: "ENOENT", errno: -2, syscall: "mount", steps: at + 4, side: "child" });
  expect(error.step).toMatchObject(step);
});

contained("each step can be the one that fails, and none after it is made", async () => {
  const good: Step = { call: "umask", args: [0o22] };
  const bad: Step = { call: "chdir", args: ["/no/such"] };
  const places: number[] = [];
  for (let at = 0; at < 4; at++) {
    const steps = Array.from({ length: 4 }, (_, index) => (index === at ? bad : good));
    const error = await failure(isolated(["mount"], { steps }));
    expect(error.step).toMatchObject(bad);
    places.push(Number(/step (\d+) of/.exec(error.message)?.[1]));
  }
  const [first = 0] = places;
  expect(places).toEqual([first, first + 1, first + 2, first + 3]);
});

contained("what a step opens, later steps find in its slot", async () => {
  const path = k.O_PATH | k.O_DIRECTORY | k.O_CLOEXEC;
  const how = { struct: "open_how", flags: path, resolve: k.RESOLVE_BENEATH } as const;
  const steps: Step[] = [
    { call: "mount", args: ["none", "/mnt", "tmpfs", 0, null] },
    { call: "openat", args: [k.AT_FDCWD, "/mnt", path], fd: "there" },
    { call: "mkdirat", args: [{ fd: "there" }, "one", 0o755] },
    { call: "openat2", args: [{ fd: "there" }, "one", how, 24], fd: "deeper" },
    { call: "mkdirat", args: [{ fd: "deeper" }, "two", 0o755] },
    { call: "close", args: [{ fd: "there" }] },
    { call: "close", args: [{ fd: "deeper" }] },
  ];
  const { stdout } = await run("ls -d /mnt/*/*; ls /proc/self/fd", isolated(["mount"], { steps }));
  expect(stdout).toBe("/mnt/one/two\n0\n1\n2\n3\n"); // 3 is the directory that ls reads
});

contained("an error that is allowed is none, and another still is", async () => {
  const make = (path: string): Step => ({
    call: "mkdirat",
    args: [k.AT_FDCWD, path, 0o700],
    allow: "EEXIST",
  });
  expect((await run("true", isolated(["mount"], { steps: [make("/tmp")] }))).code).toBe(0);
  const error = await failure(isolated(["mount"], { steps: [make("/no/such/directory")] }));
  expect(error).toMatchObject({ code: "ENOENT", syscall: "mkdirat" });
});

test("more slots than there are is a TypeError", () => {
  const steps = Array.from(
    { length: 300 },
    (_, n): Step => ({ call: "openat", args: [k.AT_FDCWD, "/", k.O_PATH | k.O_CLOEXEC], fd: `slot ${n}` }),
  );
  expect(() => spawn("true", [], { plan: { namespaces: [], steps } })).toThrow(
    "a plan can keep 256 descriptors",
  );
});

test("a plan with strings longer than any buffer, and with none", async () => {
  const long = "ä".repeat(40_000);
  const outcome = await collect(
    spawn("sh", ["-c", 'printf %s "$1"', "", long], { env: { ...env, EMPTY: "" } }),
  );
  expect(outcome.stdout).toBe(long);
});
