import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";

// Not among what the package's own tsconfig covers: this is what somebody else's compiler says about the built types.
const { resolve } = createRequire(import.meta.url);

/** What tsc prints about a module, strict, in a file that imports the package by its name. */
function compiled(extension: "mts" | "cts", text: string): string {
  const directory = mkdtempSync(join(import.meta.dirname, ".types-"));
  try {
    const file = join(directory, `use.${extension}`);
    writeFileSync(file, text);
    const flags = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--module", "nodenext"];
    const rest = ["--target", "es2022", "--skipLibCheck", "--types", "node", file];
    return spawnSync(process.execPath, [resolve("typescript/bin/tsc"), ...flags, ...rest], {
      encoding: "utf8",
    }).stdout;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const known = `
import type { Readable, Writable } from "node:stream";
import { type Child, type SpawnOptions, type StdioOptions, spawn } from "@mini/native";

const plan = { namespaces: [], steps: [] } as const;
type Streams<C extends Child> = [C["stdin"], C["stdout"], C["stderr"]];
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
function has<const Wanted>() {
  return <C extends Child>(_: C, same: Same<Streams<C>, Wanted>) => same;
}

const piped = has<[Writable, Readable, Readable]>();
piped(spawn("sh"), true);
piped(spawn("sh", ["-c", "x"]), true);
piped(spawn("sh", { plan }), true);
piped(spawn("sh", ["-c", "x"], { plan }), true);
piped(spawn("sh", [], { stdio: "pipe" }), true);
piped(spawn("sh", [], { stdio: ["pipe", "overlapped", null] }), true);
piped(spawn("sh", [], { stdio: [] as const }), true);
spawn("sh", ["-c", "x"], { plan }).stdout.on("data", () => {});

const none = has<[null, null, null]>();
none(spawn("sh", { stdio: "inherit" }), true);
none(spawn("sh", [], { stdio: "ignore" }), true);
none(spawn("sh", [], { stdio: ["inherit", 1, process.stderr] }), true);

has<[null, Readable, Readable]>()(spawn("sh", [], { stdio: ["ignore"] }), true);
has<[null, Readable, null]>()(spawn("sh", [], { plan, stdio: ["ignore", "pipe", "inherit", "pipe"] }), true);

const perhaps = has<[Writable | null, Readable | null, Readable | null]>();
const options: SpawnOptions = {};
const stdio: StdioOptions = "pipe" as StdioOptions;
perhaps(spawn("sh", options), true);
perhaps(spawn("sh", [], options), true);
perhaps(spawn("sh", [], { stdio }), true);
perhaps(spawn("sh", [], { stdio: ["pipe", "ignore", "pipe"] as ("pipe" | "ignore")[] }), true);
export const child: Child = spawn("sh");
`;

const unknown = `
import { spawn } from "@mini/native";
spawn("sh", [], { plann: { namespaces: [], steps: [] } });
spawn("sh", { stdio: ["pip"] });
spawn("sh", { stdio: "ignore" }).stdout.on("data", () => {});
`;

test.each(["mts", "cts"] as const)(
  "streams are there where they are piped, and null where not (.%s)",
  (extension) => {
    expect(compiled(extension, known)).toBe("");
  },
);

test("an option that is misspelled, a stdio that is none, and a stream that is not there are errors", () => {
  const errors = compiled("mts", unknown).match(/use\.mts\(\d+/g) ?? [];
  expect([...new Set(errors)]).toEqual(["use.mts(3", "use.mts(4", "use.mts(5"]);
});
