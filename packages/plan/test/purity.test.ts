import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const source = join(import.meta.dirname, "../src");

// What is imported, and what would reach the machine without an import; `process.arch` alone is read, by constants.ts.
const IMPORT = /(?:from|import|require)\s*\(?\s*"([^"]+)"/g;
const GLOBAL = /\b(?:process(?!\.arch\b)|globalThis|fetch|setTimeout|Date|Buffer)\b(?=[.(])/g;

test.each(readdirSync(source))("%s imports nothing from outside, and reaches for nothing", (name) => {
  const text = readFileSync(join(source, name), "utf8");
  const imported = [...text.matchAll(IMPORT)].map(([, path = ""]) => path);
  expect(imported.filter((path) => !/^\.\/\w+\.js$/.test(path))).toEqual([]);
  expect(text.match(GLOBAL) ?? []).toEqual([]);
});

test("the package depends on nothing", () => {
  const manifest = JSON.parse(readFileSync(join(source, "../package.json"), "utf8")) as object;
  expect(manifest).not.toHaveProperty("dependencies");
});
