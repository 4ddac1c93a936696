import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { requires } from "@mini/testing";
import { expect, test } from "vitest";

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, "..");
const vendor = join(root, "vendor");

// A symbol that is shown can be taken for, or replaced by, that of another copy in the process: Node 24 has a zstd.
requires("a compiler")("the addon shows no function of a vendored library, and takes zlib from Node", () => {
  const addon = (require("node-gyp-build") as { path: (root: string) => string }).path(root);
  const names = (...options: string[]) =>
    execFileSync("nm", ["-D", ...options, addon], { encoding: "utf8" })
      .split("\n")
      .map((line) => line.trim().split(/\s+/).slice(-2).join(" "));
  expect(names("--defined-only").filter((name) => /ZSTD_|HUF_|FSE_|XXH|lzma_|BZ2_|bz_/.test(name))).toEqual(
    [],
  );
  expect(names("--undefined-only")).toContain("w inflate");
});

test("each vendored library has its licence beside it, and the package takes both along", () => {
  const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { files: string[] };
  expect(files).toContain("vendor");
  const libraries = readdirSync(vendor, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(libraries.map(({ name }) => name).sort()).toEqual(["bzip2", "xz", "zstd"]);
  for (const { name } of libraries)
    expect(["LICENSE", "COPYING"].some((file) => existsSync(join(vendor, name, file)))).toBe(true);
});
