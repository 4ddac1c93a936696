import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requires } from "@mini/testing";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import { extract } from "../src/index.ts";
import { debianRoot } from "./archive/debian.ts";
import { extractWithTar, run, writers } from "./archive/programs.ts";
import { type Described, expectSame, type Tree, tree, withoutXattrs } from "./archive/tree.ts";

// GNU tar is the oracle: it and we unpack the same archive, and all that stat(2), listxattr(2) and the content say is equal.
// Where it is not, and should not be, docs/decisions/0010-tar-dialects.md says why.

vi.setConfig({ testTimeout: 60_000, hookTimeout: process.env.MINI_FULL ? 600_000 : 60_000 });

const base = realpathSync(mkdtempSync(join(tmpdir(), "mini-fidelity-")));
const root = process.getuid?.() === 0;
const sample = join(base, "sample");
const unlimited = { limits: { ratio: Number.POSITIVE_INFINITY } };

beforeAll(() => {
  execFileSync("python3", [join(import.meta.dirname, "archive/sample.py"), sample]);
});
afterAll(() => {
  spawnSync("chmod", ["-R", "u+rwX", base]);
  spawnSync("rm", ["-rf", base]);
});

// Where the owner becomes the caller, nobody else is to get the caller's rights.
function withoutSetuid(all: Tree): Tree {
  const mode = (entry: Described) =>
    entry.type === "file" ? entry.mode.replace(/^[2-7]/, (digit) => `${Number(digit) & 1}`) : entry.mode;
  return Object.fromEntries(
    Object.entries(all).map(([path, entry]) => [path, { ...entry, mode: mode(entry) }]),
  );
}

/** Two new directories below the base, the second one not made yet. */
function pair(name: string): { archive: string; theirs: string; ours: string } {
  const directory = mkdtempSync(join(base, `${name}-`));
  mkdirSync(join(directory, "theirs"));
  return {
    archive: join(directory, "archive.tar"),
    theirs: join(directory, "theirs"),
    ours: join(directory, "ours"),
  };
}

describe("the same tree as GNU tar's, from an archive that was written by", () => {
  for (const { name, command, odd = /^$/ } of writers) {
    requires(
      "bsdtar",
      "busybox",
      "python3",
    )(name, async () => {
      const { archive, theirs, ours } = pair("sample");
      const [file = "", ...args] = command(archive, sample);
      run(file, ...args);
      expect(existsSync(archive)).toBe(true);
      extractWithTar(archive, theirs);
      await extract(archive, ours, unlimited);
      const expected = withoutXattrs(tree(theirs), odd);
      expect(Object.keys(expected).length).toBeGreaterThan(60);
      expectSame(withoutXattrs(tree(ours), odd), expected);
    });
  }
});

requires("python3")(
  "the same tree as GNU tar's where a file is larger than eight digits can say",
  async () => {
    const { archive, theirs, ours } = pair("large");
    run("sh", "-c", 'mkdir "$0" && truncate -s 9G "$0/a" && echo x >>"$0/a"', join(base, "large"));
    for (const format of ["gnu", "posix"]) {
      run("tar", `--format=${format}`, "--sparse", "-cf", archive, "-C", join(base, "large"), ".");
      extractWithTar(archive, theirs);
      await extract(archive, ours, unlimited);
      expectSame(tree(ours), tree(theirs));
    }
  },
);

describe("the same tree as GNU tar's, from a Debian root", () => {
  const debian = join(base, "debian");
  beforeAll(() => debianRoot(debian));

  for (const [compression, flag] of Object.entries({
    none: "--xattrs",
    gzip: "-z",
    zstd: "--zstd",
    xz: "-J",
    bzip2: "-j",
  })) {
    const test = requires("python3", "Debian's packages");
    if (compression === "none" || process.env.MINI_FULL) {
      test(`compression ${compression}`, async () => {
        const { archive, theirs, ours } = pair("debian");
        run("tar", "--xattrs", "--xattrs-include=*", flag, "-cf", archive, "-C", debian, ".");
        extractWithTar(archive, theirs);
        await extract(archive, ours);
        const expected = root ? tree(theirs) : withoutSetuid(tree(theirs));
        expect(Object.keys(expected).length).toBeGreaterThan(1000);
        expectSame(tree(ours), expected);
      });
    }
  }
});
