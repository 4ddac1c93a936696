import { readlinkSync } from "node:fs";
import { eitherUser } from "@mini/testing";
import { describe, expect, test } from "vitest";
import { cgroup } from "../src/index.js";
import { inside } from "./container.js";

test("the plan is a namespace, and nothing to do in it", () => {
  expect(cgroup()).toStrictEqual({ namespaces: ["cgroup"], steps: [] });
});

describe.each(eitherUser)("as %s", (_, test) => {
  test("every hierarchy begins where the command is", async () => {
    const { stdout } = await inside(
      cgroup(),
      "readlink /proc/self/ns/cgroup; cut -d: -f3- /proc/self/cgroup",
    );
    const [namespace, ...paths] = stdout.trimEnd().split("\n");
    expect(namespace).toMatch(/^cgroup:\[\d+\]$/);
    expect(namespace).not.toBe(readlinkSync("/proc/self/ns/cgroup"));
    expect(new Set(paths)).toEqual(new Set(["/"]));
  });
});

// As JavaScript would call it: with anything.
const loose: (options?: unknown) => unknown = cgroup as (options: never) => unknown as (
  options?: unknown,
) => unknown;

test.each<[wrong: unknown, message: string]>([
  [1, `cgroup: options have to be an object, not 1`],
  [{ limit: 1 }, 'cgroup: "limit" is not an option, and there are none'],
  [null, `cgroup: options have to be an object, not null`],
])("cgroup(%j) is refused", (wrong, message) => {
  expect(() => loose(wrong)).toThrow(TypeError);
  expect(() => loose(wrong)).toThrow(message);
});
