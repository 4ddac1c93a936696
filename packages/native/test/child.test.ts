import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { requires } from "@mini/testing";
import { expect } from "vitest";

const object = join(import.meta.dirname, "../build/Release/obj.target/child/src/child.o");
const symbols = (...options: string[]) => execFileSync("nm", [...options, object], { encoding: "utf8" });

// Whatever it called would run in Node's memory, while another thread may hold any lock.
requires("a compiler")("what runs between clone and exec calls nothing but the kernel", () => {
  expect(symbols("-u")).toBe("");
});

requires("a compiler")("it has no memory of its own to write to, and shows two entry points", () => {
  const kinds = symbols()
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).slice(-2));
  expect(kinds.filter(([kind]) => "BbDdCGgSs".includes(kind ?? "")).map(([, name]) => name)).toEqual([]);
  expect(kinds.filter(([kind]) => kind === "T").map(([, name]) => name)).toEqual([
    "mini_clone",
    "mini_clone3",
  ]);
});
