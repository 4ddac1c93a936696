import { expect, test } from "vitest";
import { compose, type Plan, primitive, program, type Step } from "../src/index.js";
import { written } from "./vocabulary.js";

const umask = (mode: number): Step => ({ call: "umask", args: [mode] });

test("composing joins namespaces as a set, and all else in the order written", () => {
  const a: Plan = {
    namespaces: ["uts", "mount"],
    steps: [umask(1)],
    views: [{ target: "/", source: "/a" }],
  };
  const b: Plan = {
    namespaces: ["mount", "pid"],
    steps: [umask(2), umask(3)],
    parent: [{ run: ["b"] }],
    init: true,
    views: [{ target: "/b", source: null }],
  };
  expect(compose(a, b)).toEqual({
    namespaces: ["uts", "mount", "pid"],
    steps: [umask(1), umask(2), umask(3)],
    parent: [{ run: ["b"] }],
    init: true,
    views: [
      { target: "/", source: "/a" },
      { target: "/b", source: null },
    ],
  });
  expect(compose(b, a).steps).toEqual([umask(2), umask(3), umask(1)]);
});

test("composing nothing is a plan that isolates nothing, without empty properties", () => {
  expect(compose()).toStrictEqual({ namespaces: [], steps: [] });
});

test("an init that one asks for and another declines is there; who starts the plan decides where nobody says", () => {
  const init = (value?: boolean): Plan => ({
    namespaces: [],
    steps: [],
    ...(value !== undefined && { init: value }),
  });
  expect(compose(init(false), init(true), init()).init).toBe(true);
  expect(compose(init(), init(false)).init).toBe(false);
  expect(compose(init(), init())).not.toHaveProperty("init");
});

test("composing is associative, and leaves what it is given alone", () => {
  const plans = ["a", "b", "c"].map((name) =>
    Object.freeze(primitive(name, { namespaces: ["uts"], steps: [umask(0)] })),
  );
  const [a, b, c] = plans as [Plan, Plan, Plan];
  expect(compose(compose(a, b), c)).toEqual(compose(a, compose(b, c)));
});

test("a primitive signs its steps, those of the parent and those of the primitives that it is made of", () => {
  const inner = primitive("inner", { namespaces: [], steps: [umask(0)] });
  const outer = primitive("outer", { ...compose(inner), parent: [{ run: ["a"] }] });
  expect(outer.steps).toEqual([{ ...umask(0), by: "outer" }]);
  expect(outer.parent).toEqual([{ run: ["a"], by: "outer" }]);
});

test("a plan survives JSON unchanged, and so does its program", () => {
  const steps = written.map(([step]) => step);
  const plan: Plan = {
    ...primitive("all", { namespaces: ["mount", "network", "pid", "uts", "user", "ipc", "cgroup"], steps }),
    parent: [{ run: ["newuidmap", "<pid>", "0", "100000", "65536"] }],
    init: true,
    views: [
      { target: "/", source: "/rootfs" },
      { target: "/tmp", source: null },
    ],
  };
  const again = JSON.parse(JSON.stringify(plan)) as Plan;
  expect(again).toStrictEqual(plan);
  const command = { file: "true", env: { A: "1" }, cwd: "/", uid: 1, groups: [1], detached: true };
  expect(program(again, command)).toStrictEqual(program(plan, command));
  expect(JSON.parse(JSON.stringify(program(plan, command)))).toStrictEqual(program(plan, command));
});
