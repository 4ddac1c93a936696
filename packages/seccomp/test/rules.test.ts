import { requires } from "@mini/testing";
import { describe, expect } from "vitest";
import { compile, type Operator, type Profile } from "../src/index.js";
import { differences } from "./comparison.js";
import { type EntryName, entries, KILL_PROCESS, run, type SystemCall } from "./emulator.js";
import { libseccomp } from "./libseccomp.js";

const test = requires("libseccomp");

const operators: Operator[] = [
  "SCMP_CMP_NE",
  "SCMP_CMP_LT",
  "SCMP_CMP_LE",
  "SCMP_CMP_EQ",
  "SCMP_CMP_GE",
  "SCMP_CMP_GT",
  "SCMP_CMP_MASKED_EQ",
];
const words = [
  "0",
  "1",
  "255",
  "4294967295",
  "4294967296",
  "4294967551",
  "18446744073709551615",
  "9223372036854775808",
];

describe.each(operators)("%s", (op) => {
  test("of 64 bits is what libseccomp makes of it, in all entries", () => {
    const cases = words.flatMap((value) =>
      (op === "SCMP_CMP_MASKED_EQ" ? words : ["0"]).map((valueTwo) => ({ value, valueTwo })),
    );
    const profiles = cases.map(
      (arg): Profile => ({
        defaultAction: "SCMP_ACT_ERRNO",
        defaultErrnoRet: 38,
        architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
        // One alone, and one beside another argument: these are compiled in different ways.
        syscalls: [
          { names: ["read"], action: "SCMP_ACT_ALLOW", args: [{ index: 1, op, ...arg }] },
          {
            names: ["write"],
            action: "SCMP_ACT_TRAP",
            args: [
              { index: 5, op, ...arg },
              { index: 2, op: "SCMP_CMP_EQ", value: 7 },
            ],
          },
        ],
      }),
    );
    const arguments_ = words.flatMap((word) => [BigInt(word) - 1n, BigInt(word), BigInt(word) + 1n]);
    for (const [index, { program }] of libseccomp(...profiles.map((profile) => ({ profile }))).entries()) {
      const ours = compile(profiles[index] as Profile, { arch: "x64" });
      const calls = arguments_.flatMap((value) => {
        const word = BigInt.asUintN(64, value);
        return [0, 1, 3, 4].flatMap((number) =>
          (["x86_64", "i386", "x32"] as const).flatMap((entry) =>
            [7n, 8n].map((third): readonly [EntryName, SystemCall] => [
              entry,
              {
                arch: entries[entry].arch,
                number: number + entries[entry].bit,
                args: [0n, word, third, 0n, 0n, word],
              },
            ]),
          ),
        );
      });
      expect([cases[index], differences(ours, program, calls)]).toEqual([cases[index], []]);
    }
  });
});

test("a rule that demands less takes the place of one that demands more, whichever comes first", () => {
  const one = { index: 0, op: "SCMP_CMP_EQ", value: 1 } as const;
  const two = { index: 1, op: "SCMP_CMP_EQ", value: 2 } as const;
  const lists = [
    [[], [one]],
    [[one], []],
    [[one], [one, two]],
    [[one, two], [two]],
    [[one], [two]],
  ];
  const profiles = lists.map(
    (args): Profile => ({
      defaultAction: "SCMP_ACT_KILL_PROCESS",
      syscalls: args.map((list, index) => ({
        names: ["read"],
        action: "SCMP_ACT_ERRNO",
        // Where both can hold, neither takes the other's place, libseccomp promises nothing: the same answer, then.
        errnoRet: args === lists[4] ? 1 : index + 1,
        args: list,
      })),
    }),
  );
  for (const [index, { program }] of libseccomp(...profiles.map((profile) => ({ profile }))).entries()) {
    const ours = compile(profiles[index] as Profile, { arch: "x64" });
    const calls = [0n, 1n].flatMap((a) =>
      [0n, 2n].map((b): readonly [EntryName, SystemCall] => [
        "x86_64",
        { arch: entries.x86_64.arch, number: 0, args: [a, b] },
      ]),
    );
    expect([index, differences(ours, program, calls)]).toEqual([index, []]);
    expect(calls.some(([, call]) => run(ours, call).answer !== KILL_PROCESS)).toBe(true);
  }
});
