import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { hostState, requires } from "@mini/testing";
import { expect } from "vitest";
import { compile, defaultProfile, encode, type Machine, type Profile } from "../src/index.js";
import { ALLOW, entries, errno, run } from "./emulator.js";

// The kernel itself, with python3 to make the calls: it makes any of them by its number.

const test = requires("python3");
const arch = process.arch as Machine;
const { arch: audit } = entries[arch === "x64" ? "x86_64" : "arm64"];
const host = { arch, capabilities: [], kernel: release() };

interface Outcome {
  readonly plain: readonly number[] | null;
  readonly calls: readonly number[] | null;
  readonly codes: readonly (readonly [plain: number | null, filtered: number | null])[];
}

type Calls = readonly (readonly number[])[];

function probe(profile: Profile, calls: Calls, plain: Calls = [], codes: readonly string[] = []): Outcome {
  const filter = Buffer.from(encode(compile(profile, host))).toString("base64");
  const seccomp = () => readFileSync("/proc/self/status", "utf8").match(/^(?:NoNewPrivs|Seccomp).*$/gm);
  const before = [seccomp(), hostState()];
  const { stdout, stderr } = spawnSync("python3", [join(import.meta.dirname, "fixtures/probe.py")], {
    input: JSON.stringify({ filter, calls, plain, codes }),
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  // The filter is theirs: the process that asked for it is as free as before.
  expect([seccomp(), hostState()]).toEqual(before);
  return JSON.parse(stdout) as Outcome;
}

// The default profile with errnos that no kernel has: what comes back can only be the filter's.
const REFUSED = 201;
const UNKNOWN = 202;
const marked: Profile = {
  ...defaultProfile,
  defaultErrnoRet: UNKNOWN,
  syscalls: (defaultProfile.syscalls ?? []).map((rule) =>
    rule.errnoRet === undefined ? rule : { ...rule, errnoRet: REFUSED },
  ),
};
const filter = compile(marked, host);
const answerTo = ([number = 0, ...args]: readonly number[]) =>
  run(filter, { arch: audit, number, args: args.map((arg) => BigInt.asUintN(64, BigInt(arg))) }).answer;

// uretprobe and uprobe of x86-64: newer kernels ask no filter about them, since they put these calls into programs themselves.
const exempt = arch === "x64" ? [335, 336] : [];

test("every number that the default profile refuses is refused by the kernel", () => {
  const numbers = Array.from({ length: 601 }, (_, number) => [number, 0, 0, 0]);
  const refused = numbers.filter((call) => answerTo(call) !== ALLOW && !exempt.includes(call[0] ?? 0));
  expect(refused.length).toBeGreaterThan(150);
  const { calls } = probe(marked, refused);
  expect(calls?.map(errno)).toEqual(refused.map(answerTo));
  expect(new Set(calls)).toEqual(new Set([REFUSED, UNKNOWN]));
});

const x64 = arch === "x64" ? test : requires("an x86-64 machine");

x64("what it lets through is answered as without it, and what it refuses by arguments is not", () => {
  const [socket, personality, clone] = [41, 135, 56];
  const harmless = [
    [0, -1, 0, 0], // read
    [3, -1], // close
    [39], // getpid
    [62, 0, 0], // kill
    [79, 0, 1], // getcwd
    [102], // getuid
    [personality, 0xffff_ffff],
    [186], // gettid
    [257, -1, 0, 0], // openat
    [292, -1, 1, 0], // dup3
    [302, 0, 99, 0, 0], // prlimit64
    [318, 0, 1, 99], // getrandom
    [332, -1, 0, 99, 0, 0], // statx
    [socket, 1, 99, 0],
    [socket, 2, 99, 0],
  ];
  expect(harmless.map(answerTo)).toEqual(harmless.map(() => ALLOW));
  const unshare = [272, 0]; // does nothing, for anybody
  const refused = [
    [socket, 38, 5, 0],
    [socket, 40, 1, 0],
    [clone, 0x1000_0000],
    [clone, 0x0002_0000],
    unshare,
    [personality, 0x40000],
    [435, 0, 0], // clone3
  ];
  const outcome = probe(marked, [...harmless, ...refused], [...harmless, unshare]);
  expect(outcome.calls?.slice(0, harmless.length)).toEqual(outcome.plain?.slice(0, harmless.length));
  expect(outcome.calls?.slice(harmless.length)).toEqual([
    ...[REFUSED, REFUSED, REFUSED, REFUSED, REFUSED],
    ...[UNKNOWN, UNKNOWN],
  ]);
  expect(outcome.plain?.at(-1)).toBe(0);
});

x64("a call by another entry ends the process", () => {
  const SIGSEGV = 11;
  const SIGSYS = 31;
  const getpid = {
    x86_64: "b8270000000f05c3", // mov eax, 39; syscall; ret
    x32: "b8270000400f05c3", // mov eax, 0x40000027; syscall; ret
    i386: "b814000000cd80c3", // mov eax, 20; int 0x80; ret
  };
  const codes = Object.values(getpid).map((code) => Buffer.from(code, "hex").toString("base64"));
  const { codes: ended } = probe(defaultProfile, [], [], codes);
  // A kernel without 32-bit emulation has no such entry: that is a fault with or without a filter.
  const hasEntry = ended[2]?.[0] === null;
  expect(ended).toEqual([[null, null], [null, SIGSYS], hasEntry ? [null, SIGSYS] : [SIGSEGV, SIGSEGV]]);
});

x64("comparisons of 64 bits hold in the kernel", () => {
  const dup3 = 292;
  const above = 2 ** 32;
  const compared = (errnoRet: number, ...args: NonNullable<Profile["syscalls"]>[number]["args"] & object) =>
    ({ names: ["dup3"], action: "SCMP_ACT_ERRNO", errnoRet, args }) as const;
  const profile: Profile = {
    defaultAction: "SCMP_ACT_ALLOW",
    syscalls: [
      compared(201, { index: 2, op: "SCMP_CMP_EQ", value: above + 5 }),
      compared(202, { index: 2, op: "SCMP_CMP_GT", value: above + 9 }),
      compared(
        203,
        { index: 1, op: "SCMP_CMP_MASKED_EQ", value: 0xf0, valueTwo: 0x30 },
        { index: 0, op: "SCMP_CMP_NE", value: 7 },
      ),
    ],
  };
  const EINVAL = 22;
  const { calls } = probe(profile, [
    [dup3, 7, 7, 5],
    [dup3, 7, 7, above + 5],
    [dup3, 7, 7, above + 9],
    [dup3, 7, 7, above + 10],
    [dup3, 7, 7, above * 2],
    [dup3, 6, 0x3a, 99],
    [dup3, 7, 0x3a, 99],
    [dup3, 6, 0x4a, 99],
  ]);
  expect(calls).toEqual([EINVAL, 201, EINVAL, 202, 202, 203, EINVAL, EINVAL]);
});
