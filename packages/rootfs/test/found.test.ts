import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ArchiveError, extract, list } from "../src/index.ts";
import { Place } from "./archive/canary.ts";

const found = join(import.meta.dirname, "../../native/fuzz/found");
const inputs = readdirSync(found).filter((name) => name !== "README.md");

test("what the fuzzers found is kept", () => {
  expect(inputs.length).toBeGreaterThan(0);
});

// A fuzzer's target has checks of its own; here it counts that Node survives, and that an error is the archive's.
test.each(inputs)("%s", async (name) => {
  using place = new Place();
  const bytes = readFileSync(join(found, name)).subarray(1);
  const attempts = [
    async () => {
      for await (const { path } of list(bytes)) expect(path).not.toBe("");
    },
    () => extract(bytes, place.out, { limits: { bytes: 1 << 30, entries: 10_000 } }),
  ];
  for (const attempt of attempts)
    await attempt().catch((error: unknown) => expect(error).toBeInstanceOf(ArchiveError));
  place.expectUntouched();
});
