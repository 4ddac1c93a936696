import { describe, expect, test } from "vitest";
import { compile, encode, ignored, type Profile } from "../src/index.js";
import { ALLOW, decode, type EntryName, entries, errno, KILL_PROCESS, KILL_THREAD, run } from "./emulator.js";

const { x86_64, i386, x32, arm64, arm } = entries;

/** The answer of a profile on x86-64 to read(2) with these arguments, which is number 0. */
const read = (syscalls: Profile["syscalls"], ...args: bigint[]) =>
  run(compile({ defaultAction: "SCMP_ACT_KILL_PROCESS", syscalls: syscalls ?? [] }, { arch: "x64" }), {
    arch: x86_64.arch,
    number: 0,
    args,
  }).answer;

describe("actions", () => {
  test.each([
    ["SCMP_ACT_KILL", undefined, KILL_THREAD],
    ["SCMP_ACT_KILL_THREAD", undefined, KILL_THREAD],
    ["SCMP_ACT_TRAP", undefined, 0x0003_0000],
    ["SCMP_ACT_ERRNO", undefined, errno(1)],
    ["SCMP_ACT_ERRNO", null, errno(1)],
    ["SCMP_ACT_ERRNO", 0, errno(0)],
    ["SCMP_ACT_ERRNO", 4095, errno(4095)],
    ["SCMP_ACT_NOTIFY", undefined, 0x7fc0_0000],
    ["SCMP_ACT_TRACE", 7, 0x7ff0_0007],
    ["SCMP_ACT_LOG", undefined, 0x7ffc_0000],
    ["SCMP_ACT_ALLOW", undefined, ALLOW],
  ] as const)("%s with %s", (action, errnoRet, answer) => {
    expect(read([{ names: ["read"], action, ...(errnoRet !== undefined && { errnoRet }) }])).toBe(answer);
  });
});

describe("several rules for one call", () => {
  const equal = (index: number, value: number) => ({ index, value, op: "SCMP_CMP_EQ" }) as const;
  const rule = (errnoRet: number, ...args: ReturnType<typeof equal>[]) =>
    ({ names: ["read"], action: "SCMP_ACT_ERRNO", errnoRet, args }) as const;

  test("are alternatives, and the arguments of one all hold", () => {
    const rules = [rule(1, equal(0, 1), equal(1, 2)), rule(2, equal(2, 3))];
    expect(read(rules, 1n, 2n, 0n)).toBe(errno(1));
    expect(read(rules, 1n, 0n, 3n)).toBe(errno(2));
    expect(read(rules, 1n, 0n, 0n)).toBe(KILL_PROCESS);
    expect(read(rules, 0n, 2n, 0n)).toBe(KILL_PROCESS);
  });

  test("one that compares an argument twice is one for each comparison, as runtimes have it", () => {
    const rules = [rule(1, equal(0, 1), equal(0, 2))];
    expect([0n, 1n, 2n].map((value) => read(rules, value))).toEqual([KILL_PROCESS, errno(1), errno(1)]);
  });

  test("the strictest that holds wins", () => {
    const allow = { names: ["read"], action: "SCMP_ACT_ALLOW", args: [equal(0, 1)] } as const;
    for (const rules of [
      [allow, rule(1, equal(1, 1))],
      [rule(1, equal(1, 1)), allow],
    ]) {
      expect(read(rules, 1n, 1n)).toBe(errno(1));
      expect(read(rules, 1n, 0n)).toBe(ALLOW);
    }
  });

  test("one without arguments takes the place of all others, and the first of two stays", () => {
    expect(read([rule(1, equal(0, 1)), rule(2), rule(3)], 1n)).toBe(errno(2));
  });

  test("of one with the default's answer nothing is left", () => {
    const rules = [
      { names: ["read"], action: "SCMP_ACT_KILL_PROCESS" } as const,
      { names: ["read"], action: "SCMP_ACT_ALLOW", args: [equal(0, 1)] } as const,
    ];
    expect(read(rules, 1n)).toBe(ALLOW);
  });

  test("two answers to the same call and arguments are a contradiction", () => {
    expect(() =>
      read([rule(1), rule(1, equal(0, 1)), rule(1, equal(1, 1)), rule(2, equal(0, 1))].slice(1)),
    ).toThrow("seccomp: syscalls[2].args: syscalls[0] has another answer to the same call and arguments");
  });
});

describe("architectures", () => {
  const allow = {
    defaultAction: "SCMP_ACT_ERRNO",
    syscalls: [{ names: ["getpid"], action: "SCMP_ACT_ALLOW" }],
  } as const;
  const numbers = { x86_64: 39, i386: 20, x32: 0x4000_0027, arm64: 172, arm: 20 };
  const answers = (filter: ReturnType<typeof compile>) =>
    (Object.keys(entries) as EntryName[]).map((entry) => {
      const { arch } = entries[entry];
      return [
        run(filter, { arch, number: numbers[entry] }).answer,
        run(filter, { arch, number: 999 }).answer,
      ];
    });
  const foreign = [KILL_PROCESS, KILL_PROCESS];
  const own = [ALLOW, errno(1)];

  test("the machine's own alone, if the profile says nothing", () => {
    // 999 without the bit of x32 is a number of x86-64.
    expect(answers(compile(allow, { arch: "x64" }))).toEqual([
      own,
      foreign,
      [KILL_PROCESS, errno(1)],
      foreign,
      foreign,
    ]);
    expect(answers(compile(allow, { arch: "arm64" }))).toEqual([foreign, foreign, foreign, own, foreign]);
  });

  test.each([
    [
      "architectures",
      { architectures: ["SCMP_ARCH_X86", "SCMP_ARCH_ARM", "SCMP_ARCH_S390X"] },
      [own, own, [KILL_PROCESS, errno(1)], foreign, foreign],
    ],
    [
      "archMap",
      {
        archMap: [{ architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] }],
      },
      [own, own, own, foreign, foreign],
    ],
    [
      "an archMap of another machine",
      { archMap: [{ architecture: "SCMP_ARCH_AARCH64", subArchitectures: ["SCMP_ARCH_X86"] }] },
      [own, foreign, [KILL_PROCESS, errno(1)], foreign, foreign],
    ],
  ] as const)("%s", (_, named, wanted) => {
    expect(answers(compile({ ...allow, ...named }, { arch: "x64" }))).toEqual(wanted);
  });

  test("arm beside arm64", () => {
    const filter = compile({ ...allow, architectures: ["SCMP_ARCH_ARM"] }, { arch: "arm64" });
    expect(run(filter, { arch: arm.arch, number: 20 }).answer).toBe(ALLOW);
    expect(run(filter, { arch: arm.arch, number: 172 }).answer).toBe(errno(1));
    expect(run(filter, { arch: arm64.arch, number: 20 }).answer).toBe(errno(1));
  });

  test("what is foreign can be answered otherwise", () => {
    const filter = compile(allow, { arch: "x64", foreign: "SCMP_ACT_KILL_THREAD" });
    expect(run(filter, { arch: i386.arch, number: 20 }).answer).toBe(KILL_THREAD);
  });

  test("a call that a tracer has skipped is of no entry", () => {
    const filter = compile(allow, { arch: "x64" });
    expect(run(filter, { arch: x86_64.arch, number: 0xffff_ffff }).answer).toBe(errno(1));
    expect(run(filter, { arch: x32.arch, number: 0xffff_fffe }).answer).toBe(KILL_PROCESS);
  });
});

describe("calls behind socketcall() and ipc() of i386", () => {
  const answer = (profile: Profile, number: number, ...args: bigint[]) =>
    run(compile({ architectures: ["SCMP_ARCH_X86"], ...profile }, { arch: "x64" }), {
      arch: i386.arch,
      number,
      args,
    }).answer;
  const [socketcall, ipc] = [102, 117];

  test("a refusal holds there as well, with arguments for all of them", () => {
    for (const args of [[], [{ index: 0, value: 38, op: "SCMP_CMP_EQ" } as const]]) {
      const profile: Profile = {
        defaultAction: "SCMP_ACT_ALLOW",
        syscalls: [{ names: ["socket", "msgget"], action: "SCMP_ACT_ERRNO", args }],
      };
      expect(answer(profile, socketcall, 1n)).toBe(errno(1));
      expect(answer(profile, socketcall, 2n)).toBe(ALLOW);
      expect(answer(profile, ipc, 13n)).toBe(errno(1));
      expect(answer(profile, ipc, 0x1_000dn)).toBe(errno(1)); // another version of the call
      expect(answer(profile, ipc, 14n)).toBe(ALLOW);
    }
  });

  test("what is let through by its arguments is not: they lie in memory", () => {
    const allow = (args: NonNullable<Profile["syscalls"]>[number]["args"]): Profile => ({
      defaultAction: "SCMP_ACT_ERRNO",
      syscalls: [{ names: ["socket"], action: "SCMP_ACT_ALLOW", args: args ?? [] }],
    });
    expect(answer(allow([]), socketcall, 1n)).toBe(ALLOW);
    expect(answer(allow([{ index: 0, value: 1, op: "SCMP_CMP_EQ" }]), socketcall, 1n)).toBe(errno(1));
  });
});

describe("the form", () => {
  // Every second number of x86-64 with an answer and a comparison of its own: hundreds of ways that are all different.
  const many = (count: number): Profile => ({
    defaultAction: "SCMP_ACT_ERRNO",
    syscalls: Array.from({ length: count }, (_, number) => ({
      names: [["read", "write", "open", "close", "stat", "fstat", "lstat", "poll"][number % 8] as string],
      action: "SCMP_ACT_ERRNO" as const,
      errnoRet: 2 + (number % 4000),
      args: [
        { index: 0, value: number, op: "SCMP_CMP_EQ" as const },
        { index: 1, value: number, op: "SCMP_CMP_EQ" as const },
      ],
    })),
  });

  test("what is farther than 255 instructions away is reached", () => {
    // As the kernel gets it, where a distance has 8 bits.
    const filter = decode(encode(compile(many(400), { arch: "x64" })));
    expect(filter.length).toBeGreaterThan(1000);
    for (let number = 0; number < 400; number++) {
      const args = [BigInt(number), BigInt(number)];
      const call = { arch: x86_64.arch, number: number % 8, args };
      expect(run(filter, call).answer).toBe(errno(2 + number));
      expect(run(filter, { ...call, args: [BigInt(number), 500n] }).answer).toBe(errno(1));
    }
  });

  test("jumps go forward, within the filter, and it ends with an answer", () => {
    for (const filter of [compile(many(400), { arch: "x64" }), compile(many(1), { arch: "x64" })]) {
      for (const [index, { code, jt, jf, k }] of filter.entries()) {
        const targets = code === 0x05 ? [k] : (code & 7) === 5 ? [jt, jf] : [];
        expect(Math.max(jt, jf)).toBeLessThan(256);
        for (const target of targets) expect(index + 1 + target).toBeLessThan(filter.length);
      }
      expect(filter.at(-1)?.code).toBe(0x06);
    }
  });

  test("more than 4096 instructions are refused", () => {
    expect(() => compile(many(1500), { arch: "x64" })).toThrow(RangeError);
    expect(() => compile(many(1500), { arch: "x64" })).toThrow(
      /^seccomp: the filter has \d+ instructions, and the kernel takes 4096$/,
    );
  });

  test("a profile without rules is one answer", () => {
    expect(
      run(compile({ defaultAction: "SCMP_ACT_ALLOW" }, { arch: "arm64" }), { arch: arm64.arch, number: 5 }),
    ).toEqual({
      answer: ALLOW,
      instructions: 3,
    });
  });

  test("8 bytes an instruction, little endian", () => {
    const filter = compile(many(10), { arch: "x64" });
    expect(encode(filter)).toHaveLength(filter.length * 8);
    expect(decode(encode(filter))).toEqual(filter);
    expect([...encode([{ code: 0x15, jt: 1, jf: 2, k: 0xc000_003e }])]).toEqual([
      0x15, 0, 1, 2, 0x3e, 0, 0, 0xc0,
    ]);
  });
});

test("names that no call has are ignored, and listed", () => {
  const names = ["read", "reed", "umount", "socketcall", "recv", "reed"];
  const profile: Profile = {
    defaultAction: "SCMP_ACT_ERRNO",
    syscalls: [{ names, action: "SCMP_ACT_ALLOW" }],
  };
  expect(ignored(profile, { arch: "x64" })).toEqual(["reed", "umount", "socketcall", "recv"]);
  expect(ignored({ ...profile, architectures: ["SCMP_ARCH_X86"] }, { arch: "x64" })).toEqual(["reed"]);
  expect(run(compile(profile, { arch: "x64" }), { arch: x86_64.arch, number: 0 }).answer).toBe(ALLOW);
});
