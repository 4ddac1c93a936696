import type { Program, Step } from "@mini/plan";
import { expect, test } from "vitest";
import { binding } from "../src/binding.js";
import { encode } from "../src/encode.js";

// What @mini/plan refuses never comes here; but Node's memory is at stake, so the addon looks for itself.

const program = (...child: Step[]): Program => ({ namespaces: [], flags: 0, parent: [], child, after: [] });
const none = [-1, -1, -1, -1] as const;
const start =
  (bytes: Uint8Array, given: readonly number[] = none, open: number[] = []) =>
  () =>
    binding.start(bytes, given as typeof none, open, () => {});

test("a length that reaches beyond the program is refused", () => {
  const cases: Step[] = [
    { call: "write", args: [1, "abc", 100_000] },
    { call: "read", args: [0, "\0", 100_000] },
    { call: "write", args: [1, "abc", -1] },
    { call: "sethostname", args: ["box", 100_000] },
    { call: "setgroups", args: [100_000, { struct: "gids", gids: [1] }] },
  ];
  for (const step of cases) expect(start(encode(program(step)).bytes)).toThrow("malformed program: length");
});

test("a pointer that is a number is refused", () => {
  const step = { call: "write", args: [1, 4096, 8] } as unknown as Step;
  expect(start(encode(program(step)).bytes)).toThrow("malformed program: length");
});

test("bytes that are no program, and slots that there are none of, are refused", () => {
  const { bytes } = encode(program({ call: "umask", args: [0] }));
  expect(start(new Uint8Array(3))).toThrow(TypeError);
  expect(start(bytes.subarray(0, 40))).toThrow("malformed program");
  expect(start(bytes, none, [100_000_000, 5])).toThrow("malformed start");
  expect(start(bytes, none, [-1, 5])).toThrow("malformed start");
  expect(start(bytes, [-1, 300, -1, -1])).toThrow("malformed start");
});
