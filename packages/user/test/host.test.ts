import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSubids, rootAndSubids } from "../src/host.js";

const fixture = join(import.meta.dirname, "fixtures/subuid");

describe("readSubids", () => {
  test("finds a user's ranges by name and by id, in the order of the file", () => {
    expect(readSubids(fixture, { name: "alice", id: 1000 })).toEqual([
      { start: 100_000, size: 65_536 },
      { start: 300_000, size: 10 },
      { start: 400_000, size: 1000 },
    ]);
    expect(readSubids(fixture, { name: "bob", id: 1001 })).toEqual([{ start: 165_536, size: 65_536 }]);
  });

  test("passes over lines that are no ranges, and names that only begin alike", () => {
    expect(readSubids(fixture, { name: "carol", id: 1002 })).toEqual([]);
    expect(readSubids(fixture, { name: "ali", id: 9 })).toEqual([]);
  });

  test("has none where there is no file, and says so where it cannot be read", () => {
    expect(readSubids(`${fixture}-none`, { name: "alice", id: 1000 })).toEqual([]);
    expect(() => readSubids(import.meta.dirname, { name: "alice", id: 1000 })).toThrow("EISDIR");
  });
});

describe("rootAndSubids", () => {
  test("is the caller as root, and range after range behind", () => {
    expect(
      rootAndSubids(1000, [
        { start: 100_000, size: 65_536 },
        { start: 300_000, size: 10 },
      ]),
    ).toEqual([
      { inside: 0, outside: 1000, size: 1 },
      { inside: 1, outside: 100_000, size: 65_536 },
      { inside: 65_537, outside: 300_000, size: 10 },
    ]);
  });

  test("is the caller alone without ranges", () => {
    expect(rootAndSubids(1000, [])).toEqual([{ inside: 0, outside: 1000, size: 1 }]);
  });
});
