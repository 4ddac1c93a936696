import { describe as describeStep, type Plan, program, type Step } from "@mini/plan";
import { expect, test } from "vitest";
import { compile, encode, type Profile, type SeccompOptions, seccomp } from "../src/index.js";

const profile: Profile = {
  defaultAction: "SCMP_ACT_ALLOW",
  syscalls: [{ names: ["reboot"], action: "SCMP_ACT_ERRNO" }],
};
const host = { arch: "x64" } as const;

test("the plan is one step, which is the last", () => {
  const plan = seccomp(profile, host);
  expect(plan).toMatchObject({ namespaces: [], steps: [] });
  expect(plan.seal?.map(describeStep)).toEqual([
    "seccomp(SECCOMP_SET_MODE_FILTER, 0, {len=10, filter=[...]})",
  ]);
  expect(plan.seal?.map(({ by }) => by)).toEqual(["seccomp"]);
  const [, last] = program(plan, {
    file: "/bin/true",
    args: [],
    env: {},
    path: "/bin/true",
  } as never).child.slice(-2);
  expect(last?.call).toBe("execve");
});

test("the step has the filter in the kernel's form", () => {
  const filter = Buffer.from(encode(compile(profile, host))).toString("base64");
  expect(seccomp(profile, host).seal?.[0]?.args).toEqual([1, 0, { struct: "sock_fprog", filter }]);
});

test("a plan survives JSON unchanged", () => {
  const plan = seccomp(profile, host);
  expect(JSON.parse(JSON.stringify(plan)) as Plan).toEqual(plan);
});

test("flags are the profile's", () => {
  const plan = seccomp(
    { ...profile, flags: ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"] },
    host,
  );
  expect(plan.seal?.map(describeStep)[0]).toContain("SECCOMP_FILTER_FLAG_LOG|SECCOMP_FILTER_FLAG_SPEC_ALLOW");
});

test("SCMP_ACT_NOTIFY needs a slot for the descriptor to listen on", () => {
  const asks: Profile = { ...profile, syscalls: [{ names: ["reboot"], action: "SCMP_ACT_NOTIFY" }] };
  expect(() => seccomp(asks, host)).toThrow(
    "seccomp: SCMP_ACT_NOTIFY needs someone who answers: name a slot as the option listener",
  );
  const [step] = seccomp(asks, { ...host, listener: "calls" }).seal as readonly [Step];
  expect(step.fd).toBe("calls");
  expect(describeStep(step)).toContain("SECCOMP_FILTER_FLAG_NEW_LISTENER");
});

test.each<[wrong: unknown, message: string]>([
  [undefined, "seccomp: arch is missing"],
  [{}, "seccomp: arch is missing"],
  [{ arch: "ia32" }, 'seccomp: arch has to be "x64" or "arm64", not "ia32"'],
  [{ ...host, capabilites: [] }, 'seccomp: "capabilites" is not an option: did you mean "capabilities"?'],
  [
    { ...host, capabilities: ["CAP_SYS_ADMN"] },
    'seccomp: capabilities: "CAP_SYS_ADMN" is none: did you mean "CAP_SYS_ADMIN"?',
  ],
  [{ ...host, kernel: "new" }, 'seccomp: kernel: "new" is not a version such as "6.12"'],
  [{ ...host, foreign: "SCMP_ACT_NONE" }, "seccomp: foreign has to be "],
  [{ ...host, listener: 3 }, "seccomp: listener has to be a string, not 3"],
])("options %j are refused", (wrong, message) => {
  expect(() => seccomp(profile, wrong as SeccompOptions)).toThrow(TypeError);
  expect(() => seccomp(profile, wrong as SeccompOptions)).toThrow(message);
});
