import { describe, expect, test } from "vitest";
import { checkProfile, compile, defaultProfile, type Profile, parse } from "../src/index.js";

const loose = (profile: unknown) => checkProfile(profile as Profile);
const host = { arch: "x64", capabilities: [], kernel: "6.12" } as const;

/** A profile whose fourth rule is this. */
const fourth = (rule: object) => {
  const fine = { names: ["read"], action: "SCMP_ACT_ALLOW" };
  return { defaultAction: "SCMP_ACT_ERRNO", syscalls: [fine, fine, fine, { ...fine, ...rule }] };
};
const arg = (given: object) => fourth({ args: [{ index: 0, value: 1, op: "SCMP_CMP_EQ", ...given }] });

describe("the first fault is named by its path", () => {
  test.each<[message: string, wrong: unknown]>([
    ["the profile: has to be an object, not null", null],
    ["the profile: has to be an object, not []", []],
    ["defaultAction: is missing", {}],
    [
      'defaultAction: "SCMP_ACT_ALOW" is not an action: did you mean "SCMP_ACT_ALLOW"?',
      { defaultAction: "SCMP_ACT_ALOW" },
    ],
    ["defaultAction: has to be an action, not 1", { defaultAction: 1 }],
    ["defaultErrnoRet: SCMP_ACT_ALLOW has none", { defaultAction: "SCMP_ACT_ALLOW", defaultErrnoRet: 1 }],
    [
      "defaultErrno: is the name of a number, and defaultErrnoRet is missing",
      { defaultAction: "SCMP_ACT_ERRNO", defaultErrno: "EPERM" },
    ],
    [
      'syscals: "syscals" is not a key: did you mean "syscalls"?',
      { defaultAction: "SCMP_ACT_ALLOW", syscals: [] },
    ],
    [
      'architectures[1]: "SCMP_ARCH_X68" is not an architecture: did you mean "SCMP_ARCH_X86"?',
      { defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_ARM", "SCMP_ARCH_X68"] },
    ],
    [
      "archMap: there is architectures already, and one of them is enough",
      {
        defaultAction: "SCMP_ACT_ALLOW",
        architectures: ["SCMP_ARCH_ARM"],
        archMap: [{ architecture: "SCMP_ARCH_ARM" }],
      },
    ],
    [
      'archMap[0].subArchitectures[0]: "x86" is not an architecture',
      {
        defaultAction: "SCMP_ACT_ALLOW",
        archMap: [{ architecture: "SCMP_ARCH_X86_64", subArchitectures: ["x86"] }],
      },
    ],
    [
      'flags[0]: "SECCOMP_FILTER_FLAG_LGO" is not a flag that a profile can have: did you mean "SECCOMP_FILTER_FLAG_LOG"?',
      { defaultAction: "SCMP_ACT_ALLOW", flags: ["SECCOMP_FILTER_FLAG_LGO"] },
    ],
    ["syscalls: has to be an array, not {}", { defaultAction: "SCMP_ACT_ALLOW", syscalls: {} }],
    ['syscalls[0]: has to be an object, not "read"', { defaultAction: "SCMP_ACT_ALLOW", syscalls: ["read"] }],
    ['syscalls[3].names: has to be an array, not "read"', fourth({ names: "read" })],
    ["syscalls[3].names: there has to be at least one", fourth({ names: [] })],
    ["syscalls[3].names[0]: has to be a string, not 0", fourth({ names: [0] })],
    ["syscalls[3].name: there is names already, and one of them is enough", fourth({ name: "write" })],
    ['syscalls[3].agrs: "agrs" is not a key: did you mean "args"?', fourth({ agrs: [] })],
    ['syscalls[3].action: "ERRNO" is not an action', fourth({ action: "ERRNO" })],
    ["syscalls[3].errnoRet: SCMP_ACT_ALLOW has none", fourth({ errnoRet: 1 })],
    [
      "syscalls[3].errnoRet: has to be 0 to 4095, not 4096",
      fourth({ action: "SCMP_ACT_ERRNO", errnoRet: 4096 }),
    ],
    ["syscalls[3].errnoRet: has to be 0 to 4095, not -1", fourth({ action: "SCMP_ACT_ERRNO", errnoRet: -1 })],
    ["syscalls[3].args[0].index: has to be 0 to 5, not 6", arg({ index: 6 })],
    ["syscalls[3].args[0].value: has to be an integer of 64 bits, not -1", arg({ value: -1 })],
    ["syscalls[3].args[0].value: has to be an integer of 64 bits, not 1.5", arg({ value: 1.5 })],
    [
      'syscalls[3].args[0].value: has to be an integer of 64 bits, not "18446744073709551616"',
      arg({ value: "18446744073709551616" }),
    ],
    ['syscalls[3].args[0].valueTwo: has to be an integer of 64 bits, not "0x1"', arg({ valueTwo: "0x1" })],
    [
      "syscalls[3].args[0].value: 9007199254740992 is more than a number holds exactly: write it as a string, or read the file with parse()",
      arg({ value: 2 ** 53 }),
    ],
    [
      'syscalls[3].args[0].op: "SCMP_CMP_EG" is not an operator: did you mean "SCMP_CMP_EQ"?',
      arg({ op: "SCMP_CMP_EG" }),
    ],
    ["syscalls[3].args[0].op: is missing", arg({ op: undefined })],
    [
      'syscalls[3].includes.caps[0]: "CAP_SYS_ADMN" is not a capability: did you mean "CAP_SYS_ADMIN"?',
      fourth({ includes: { caps: ["CAP_SYS_ADMN"] } }),
    ],
    [
      'syscalls[3].excludes.arches[0]: "amd46" is not an architecture: did you mean "amd64"?',
      fourth({ excludes: { arches: ["amd46"] } }),
    ],
    [
      'syscalls[3].includes.minKernel: has to be a version such as "4.8", not "4"',
      fourth({ includes: { minKernel: "4" } }),
    ],
    ['syscalls[3].includes.cap: "cap" is not a key: did you mean "caps"?', fourth({ includes: { cap: [] } })],
  ])("%s", (message, wrong) => {
    expect(() => loose(wrong)).toThrow(TypeError);
    expect(() => loose(wrong)).toThrow(new TypeError(`seccomp: ${message}`));
  });
});

test("what Go writes for nothing is nothing", () => {
  const empty = { args: null, includes: {}, excludes: null, comment: "", errnoRet: null };
  expect(() => loose({ ...fourth(empty), architectures: null, archMap: [], flags: null })).not.toThrow();
  expect(() => loose({ defaultAction: "SCMP_ACT_ALLOW", syscalls: null })).not.toThrow();
  expect(() => loose(fourth({ names: undefined, name: "read" }))).not.toThrow();
});

test("the default profile is one, and survives JSON", () => {
  expect(() => checkProfile(defaultProfile)).not.toThrow();
  expect(parse(JSON.stringify(defaultProfile))).toEqual(defaultProfile);
});

describe("parse", () => {
  test("keeps integers of 64 bits", () => {
    const text = JSON.stringify(arg({ value: "V", valueTwo: "W", op: "SCMP_CMP_MASKED_EQ" }))
      .replace('"V"', "18446744073709551615")
      .replace('"W"', "9007199254740993");
    expect(parse(text).syscalls?.[3]?.args).toEqual([
      { index: 0, value: "18446744073709551615", valueTwo: "9007199254740993", op: "SCMP_CMP_MASKED_EQ" },
    ]);
  });

  test("leaves what is written in a string alone", () => {
    const comment = '"value": 18446744073709551615';
    expect(parse(JSON.stringify(fourth({ comment }))).syscalls?.[3]?.comment).toBe(comment);
  });

  test("says what is no JSON, and what is no profile", () => {
    expect(() => parse("{")).toThrow(SyntaxError);
    expect(() => parse("[]")).toThrow("seccomp: the profile: has to be an object, not []");
  });
});

describe("where a rule applies", () => {
  const applies = (rule: object, over: object = {}) =>
    compile(
      { defaultAction: "SCMP_ACT_ERRNO", syscalls: [{ names: ["read"], action: "SCMP_ACT_ALLOW", ...rule }] },
      { ...host, ...over },
    ).length > compile({ defaultAction: "SCMP_ACT_ERRNO" }, host).length;

  test.each([
    [true, {}, {}],
    [true, { includes: {} }, {}],
    [true, { includes: { caps: [], arches: [] } }, {}],
    [false, { includes: { caps: ["CAP_BPF"] } }, {}],
    [true, { includes: { caps: ["CAP_BPF"] } }, { capabilities: ["CAP_BPF"] }],
    [false, { includes: { caps: ["CAP_BPF", "CAP_KILL"] } }, { capabilities: ["CAP_BPF"] }],
    [false, { excludes: { caps: ["CAP_BPF", "CAP_KILL"] } }, { capabilities: ["CAP_BPF"] }],
    [true, { excludes: { caps: ["CAP_BPF", "CAP_KILL"] } }, {}],
    [true, { includes: { arches: ["x86", "amd64"] } }, {}],
    [false, { includes: { arches: ["x86", "arm64"] } }, {}],
    [false, { excludes: { arches: ["amd64"] } }, {}],
    [true, { excludes: { arches: ["s390x"] } }, {}],
    [true, { includes: { minKernel: "6.12" } }, {}],
    [false, { includes: { minKernel: "6.13" } }, {}],
    [true, { includes: { minKernel: "6.13" } }, { kernel: "7.0.1-rc1" }],
    [true, { includes: { minKernel: "6.2" } }, { kernel: "6.18.44-generic" }],
    [false, { excludes: { minKernel: "4.8" } }, {}],
  ])("%s: %j for %j", (is, rule, over) => {
    expect(applies(rule, over)).toBe(is);
  });

  test("what the profile asks for and nobody has said is an error", () => {
    const { capabilities: _, ...noCapabilities } = host;
    expect(() => compile(defaultProfile, noCapabilities)).toThrow(
      /^seccomp: syscalls\[\d+\]\.includes\.caps asks for capabilities, and the options have none$/,
    );
    const { kernel: __, ...noKernel } = host;
    expect(() => compile(defaultProfile, noKernel)).toThrow(
      "seccomp: syscalls[1].includes.minKernel asks for kernel, and the options have none",
    );
  });
});
