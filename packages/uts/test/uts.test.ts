import { hostname } from "node:os";
import { program, describe as written } from "@mini/plan";
import { eitherUser } from "@mini/testing";
import { describe, expect, test } from "vitest";
import { uts } from "../src/index.js";
import { inside } from "./container.js";

describe("the steps", () => {
  test("are one for each name that is given", () => {
    expect(uts()).toEqual({ namespaces: ["uts"], steps: [] });
    expect(uts({ hostname: "box" }).steps.map(written)).toEqual(['sethostname("box", 3)']);
    expect(uts({ hostname: "box", domainname: "é" }).steps.map(written)).toEqual([
      'sethostname("box", 3)',
      String.raw`setdomainname("\303\251", 2)`,
    ]);
    expect(uts({ hostname: "box" }).steps).toEqual([expect.objectContaining({ by: "uts" })]);
  });
});

describe("refused", () => {
  test.each(["", "x".repeat(65), "é".repeat(33), "a\0b"])("the name %j", (name) => {
    expect(() => uts({ hostname: name })).toThrow(TypeError);
    expect(() => uts({ hostname: name })).toThrow(`${JSON.stringify(name)} is no hostname`);
    expect(() => uts({ domainname: name })).toThrow(`${JSON.stringify(name)} is no domainname`);
  });

  test("the steps without their namespace", () => {
    const plan = { ...uts({ hostname: "box" }), namespaces: [] };
    expect(() => program(plan, { file: "true" })).toThrow("the plan has no uts namespace");
  });
});

describe.each(eitherUser)("as %s", (_, test) => {
  test("the names are the container's, and the host keeps its own", async () => {
    const longest = "x".repeat(64);
    const { stdout } = await inside(
      uts({ hostname: "box", domainname: longest }),
      "uname -n; cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname",
    );
    expect(stdout).toBe(`box\nbox\n${longest}\n`);
  });

  test("without a name it is a copy, and a change of it is nobody else's", async () => {
    const { stdout } = await inside(uts(), "uname -n; hostname changed; uname -n");
    expect(stdout).toBe(`${hostname()}\nchanged\n`);
  });
});

// As JavaScript would call it: with anything.
const loose: (options?: unknown) => unknown = uts as (options: never) => unknown as (
  options?: unknown,
) => unknown;

test.each<[wrong: unknown, message: string]>([
  [{ hostnme: "x" }, 'uts: "hostnme" is not an option: did you mean "hostname"?'],
  [{ hostname: 5 }, `uts: hostname has to be a string, not 5`],
  [{ domainname: null }, `uts: domainname has to be a string, not null`],
  ["box", 'uts: options have to be an object, not "box"'],
])("uts(%j) is refused", (wrong, message) => {
  expect(() => loose(wrong)).toThrow(TypeError);
  expect(() => loose(wrong)).toThrow(message);
});
