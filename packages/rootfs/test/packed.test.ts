import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { requires } from "@mini/testing";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import { extract, pack } from "../src/index.ts";
import { debianRoot } from "./archive/debian.ts";
import { readers, run } from "./archive/programs.ts";
import { expectSame, filtered, tree } from "./archive/tree.ts";

// The other way round: what we pack is read by all four, and by ourselves.

vi.setConfig({ testTimeout: 60_000, hookTimeout: process.env.MINI_FULL ? 600_000 : 60_000 });

const base = realpathSync(mkdtempSync(join(tmpdir(), "mini-packed-")));
const [sample, debian] = [join(base, "sample"), join(base, "debian")];

beforeAll(async () => {
  execFileSync("python3", [join(import.meta.dirname, "archive/sample.py"), sample, "large"]);
  debianRoot(debian);
  for (const source of [sample, debian]) await pack(source, `${source}.tar`, { exclude: ["sparse/large"] });
});
afterAll(() => {
  spawnSync("chmod", ["-R", "u+rwX", base]);
  spawnSync("rm", ["-rf", base]);
});

describe("the same tree as the one that was packed, as it is read by", () => {
  for (const { name, command, without, cannot } of readers) {
    // The others read nothing in a Debian root that is not in the sample.
    const sources = name === "GNU tar" || process.env.MINI_FULL ? [sample, debian] : [sample];
    for (const source of sources) {
      const test = requires("bsdtar", "busybox", "python3", "Debian's packages");
      test(`${name}: ${basename(source)}`, () => {
        const read = mkdtempSync(join(base, "read-"));
        const [file = "", ...args] = command(`${source}.tar`, read);
        const complaints = run(file, ...args);
        const known = (path: string) => path !== "sparse/large" && !cannot.test(path);
        const is = filtered(tree(read), known);
        expect(Object.keys(is).length, complaints).toBeGreaterThan(60);
        expectSame(is, filtered(tree(source), known), without);
      });
    }
  }
});

describe("the same tree as the one that was packed, as we read it", () => {
  for (const compression of ["none", "gzip", "zstd"] as const) {
    requires("python3", "Debian's packages")(compression, async () => {
      const archive = join(base, `ours-${compression}`);
      await pack(sample, archive, { compression });
      const read = join(base, `read-${compression}`);
      await extract(archive, read, { limits: { ratio: Number.POSITIVE_INFINITY } });
      expectSame(tree(read), tree(sample));
    });
  }
});
