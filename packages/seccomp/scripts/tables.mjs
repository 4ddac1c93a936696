#!/usr/bin/env node
// Writes src/tables.ts from a package of kernel headers:
//
//   apt-get download linux-libc-dev        (of the newest suite: backports are newer than the release)
//   node scripts/tables.mjs linux-libc-dev_*.deb
//
// The package is unpacked, not installed, and has the headers of every architecture since Linux 6.11.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const sources = {
  x86_64: ["x86/asm/unistd_64.h"],
  i386: ["x86/asm/unistd_32.h"],
  x32: ["x86/asm/unistd_x32.h"],
  arm64: ["arm64/asm/unistd_64.h"],
  arm: ["arm/asm/unistd-eabi.h", "arm/asm/unistd.h"],
};

// What a number is relative to. Of arm, EABI counts from 0 (asm/unistd.h); of x32 the bit is left to the compiler.
const bases = { "": 0, __X32_SYSCALL_BIT: 0, __NR_SYSCALL_BASE: 0, __ARM_NR_BASE: 0x0f0000 };

const NUMBER = /^#define __(?:ARM_)?NR_(\w+)\s+\(?(?:(__\w+)\s*\+\s*)?(\d+)\)?$/gm;
const ALIAS = /^#define __NR_(\w+)\s+__NR_(\w+)$/gm;
const CONSTANTS = ["SYSCALL_MASK", "OABI_SYSCALL_BASE", "SYSCALL_BASE", "syscalls"];

function table(text) {
  const numbers = new Map();
  for (const [, name, base = "", number] of text.matchAll(NUMBER)) {
    if (bases[base] === undefined) throw new Error(`${name} counts from ${base}, which is not known`);
    if (!CONSTANTS.includes(name)) numbers.set(name, bases[base] + Number(number));
  }
  for (const [, name, of] of text.matchAll(ALIAS)) if (numbers.has(of)) numbers.set(name, numbers.get(of));
  return numbers;
}

const [archive] = process.argv.slice(2);
if (archive === undefined || !existsSync(archive)) throw new Error("usage: tables.mjs linux-libc-dev.deb");
const version = execFileSync("dpkg-deb", ["-f", archive, "Version"], { encoding: "utf8" }).trim();
const folder = mkdtempSync(join(tmpdir(), "headers-"));
try {
  execFileSync("dpkg-deb", ["-x", archive, folder]);
  const read = (file) => readFileSync(join(folder, "usr/lib/linux/uapi", file), "utf8");
  const tables = Object.values(sources).map((files) => table(files.map(read).join("\n")));
  const names = [...new Set(tables.flatMap((numbers) => [...numbers.keys()]))].sort();
  const rows = names.map((name) => [name, ...tables.map((numbers) => numbers.get(name) ?? "-")].join(" "));
  writeFileSync(
    new URL("../src/tables.ts", import.meta.url),
    `// Written by scripts/tables.mjs: the numbers of the system calls, of Debian's linux-libc-dev ${version}.

/** The version of the kernel headers that the numbers come from. */
export const HEADERS = "${version}";

/** The name of a call, and its number on ${Object.keys(sources).join(", ")}; "-" where there is none. */
export const TABLE = \`
${rows.join("\n")}
\`;
`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
