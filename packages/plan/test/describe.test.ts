import { describe, expect, test } from "vitest";
import { type Call, calls, parametersOf, describe as written } from "../src/index.js";
import { written as vocabulary } from "./vocabulary.js";

describe("a step reads as strace prints it", () => {
  test.each(vocabulary.map(([step, text]) => [text, step] as const))("%s", (text, step) => {
    expect(written(step)).toBe(text);
  });

  test("every call of the vocabulary is in this list", () => {
    expect(new Set(vocabulary.map(([{ call }]) => call))).toEqual(new Set(Object.keys(calls)));
  });

  test("no call has more arguments than the kernel has registers", () => {
    for (const call of Object.keys(calls)) expect(parametersOf(call as Call).length).toBeLessThanOrEqual(6);
  });
});

test("a slot is written by its name", () => {
  expect(written({ call: "fchdir", args: [{ fd: "root" }] })).toBe("fchdir(root)");
  expect(written({ call: "mkdirat", args: [{ fd: "dev" }, "pts", 0o755] })).toBe('mkdirat(dev, "pts", 0755)');
});

test("a program that the parent runs is written as a call", () => {
  expect(written({ run: ["newuidmap", "<pid>", "0"] })).toBe('run("newuidmap", "<pid>", "0")');
});
