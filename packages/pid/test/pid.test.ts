import { program } from "@mini/plan";
import { eitherUser } from "@mini/testing";
import { describe, expect, test } from "vitest";
import { pid } from "../src/index.js";
import { inside } from "./container.js";

describe("the plan", () => {
  test("is a namespace, and an init or none where it is said", () => {
    expect(pid()).toStrictEqual({ namespaces: ["pid"], steps: [] });
    expect(pid({ init: false })).toStrictEqual({ namespaces: ["pid"], steps: [], init: false });
    expect(pid({ init: true })).toStrictEqual({ namespaces: ["pid"], steps: [], init: true });
  });

  test("with an init outside of its namespace is refused", () => {
    const plan = { ...pid({ init: true }), namespaces: [] };
    expect(() => program(plan, { file: "true" })).toThrow(
      new TypeError("an init is PID 1, and the plan has no pid namespace"),
    );
  });
});

describe.each(eitherUser)("as %s", (_, test) => {
  test("the command is PID 1, and knows of no parent", async () => {
    const { stdout } = await inside(pid(), "echo $$ $PPID; exit");
    expect(stdout).toBe("1 0\n");
  });

  test("with an init, the command is its child", async () => {
    const { stdout } = await inside(pid({ init: true }), "echo $$ $PPID; exit");
    expect(stdout).toBe("2 1\n");
  });

  test("without an init, the command's own SIGKILL is ignored, as pid_namespaces(7) says", async () => {
    expect(await inside(pid(), "kill -9 $$; echo alive")).toMatchObject({ code: 0, stdout: "alive\n" });
  });

  test("with an init, signals end the command as everywhere", async () => {
    const { code, signal } = await inside(pid({ init: true }), "kill -9 $$; echo alive");
    expect([code, signal]).toEqual([null, "SIGKILL"]);
  });

  test("the exit status is the command's", async () => {
    expect(await inside(pid(), "exit 7")).toMatchObject({ code: 7 });
    expect(await inside(pid({ init: true }), "exit 7")).toMatchObject({ code: 7 });
  });

  test("all processes end with the command", async () => {
    // What were left behind would keep stdout open, and the outcome waiting.
    for (const init of [false, true]) {
      const { stdout } = await inside(pid({ init }), "sleep 1000 & (sleep 1000 &) ; echo done");
      expect(stdout).toBe("done\n");
    }
  });
});

// As JavaScript would call it: with anything.
const loose: (options?: unknown) => unknown = pid as (options: never) => unknown as (
  options?: unknown,
) => unknown;

test.each<[wrong: unknown, message: string]>([
  [{ init: "x" }, 'pid: init has to be true or false, not "x"'],
  [{ Init: true }, 'pid: "Init" is not an option: did you mean "init"?'],
  [true, `pid: options have to be an object, not true`],
])("pid(%j) is refused", (wrong, message) => {
  expect(() => loose(wrong)).toThrow(TypeError);
  expect(() => loose(wrong)).toThrow(message);
});
