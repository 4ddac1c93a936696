#!/usr/bin/env node
// Compares the filter of a profile with libseccomp's two for it: instructions, and the latency of calls, in one run.
//
//   node scripts/latency.mjs [profile.json]        (the default profile; needs a build, cc, python3 and libseccomp)

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { compile, defaultProfile, encode, parse } from "../dist/index.js";

const ROUNDS = 40;
const [file] = process.argv.slice(2);
const profile = file === undefined ? defaultProfile : parse(readFileSync(file, "utf8"));
const host = { capabilities: [], kernel: release() };

const input = JSON.stringify([1, 2].map((optimize) => ({ profile, optimize, ...host })));
const script = new URL("../test/fixtures/libseccomp.py", import.meta.url).pathname;
const [linear, tree] = JSON.parse(execFileSync("python3", [script], { input, encoding: "utf8" }));
const filters = {
  none: undefined,
  "@mini/seccomp": Buffer.from(encode(compile(profile, { arch: "x64", ...host }))),
  libseccomp: Buffer.from(linear.program, "base64"),
  "libseccomp, binary tree": Buffer.from(tree.program, "base64"),
};

const folder = mkdtempSync(join(tmpdir(), "latency-"));
try {
  const program = join(folder, "latency");
  execFileSync("cc", ["-O2", "-o", program, new URL("latency.c", import.meta.url).pathname]);
  const files = Object.values(filters).map((filter, index) => {
    if (filter === undefined) return "-";
    writeFileSync(join(folder, `${index}`), filter);
    return join(folder, `${index}`);
  });
  const lines = execFileSync(program, [`${ROUNDS}`, ...files], { encoding: "utf8" })
    .trim()
    .split("\n");
  const [none] = lines.map((line) => line.split(" ").map(Number));
  for (const [index, [name, filter]] of Object.entries(filters).entries()) {
    const [getpid, personality, install] = lines[index].split(" ").map(Number);
    const ratio = (value, of) => `×${(value / of).toFixed(2)}`;
    console.log(
      [
        name.padEnd(24),
        `${filter === undefined ? 0 : filter.length / 8} instructions`.padEnd(18),
        `getpid ${ratio(getpid, none[0])}`,
        `personality ${ratio(personality, none[1])}`,
        filter === undefined ? "" : `installed in ${(install / 1000).toFixed(0)} µs`,
      ].join("  "),
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
