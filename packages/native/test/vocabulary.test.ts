import { calls } from "@mini/plan";
import { expect, test } from "vitest";
import { binding } from "../src/binding.js";

test("C++ and TypeScript list the same calls in the same order", () => {
  expect(binding.calls).toEqual(Object.keys(calls));
});
