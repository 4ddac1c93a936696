import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Plan, Step } from "@mini/plan";
import { collect } from "@mini/testing";
import { expect, test } from "vitest";
import { type SpawnOptions, spawn } from "../src/index.js";

// What is taken away in the child, which shares Node's memory until execve, is taken from the child alone.

const noNewPrivileges: Step = { call: "prctl", args: [38, 1, 0, 0, 0] };
const plan = (steps: Step[], seal: Step[]): Plan => ({
  namespaces: [],
  steps,
  seal: [noNewPrivileges, ...seal],
});
const run = (line: string, options: SpawnOptions) => collect(spawn("sh", ["-c", line], options));
const status = (text: string, name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(text)?.[1];
const host = () =>
  ["CapPrm", "CapEff", "CapBnd", "NoNewPrivs", "Seccomp", "Seccomp_filters"].map((name) =>
    status(readFileSync("/proc/self/status", "utf8"), name),
  );

/** if (nr == number) return ERRNO(EPERM); return ALLOW; */
function denying(number: number): Step {
  const instructions = Buffer.alloc(32);
  for (const [index, [code, jt, jf, k]] of (
    [
      [0x20, 0, 0, 0], // BPF_LD|BPF_W|BPF_ABS: seccomp_data.nr
      [0x15, 0, 1, number], // BPF_JMP|BPF_JEQ|BPF_K
      [0x06, 0, 0, 0x50001], // BPF_RET: SECCOMP_RET_ERRNO|EPERM
      [0x06, 0, 0, 0x7fff0000], // SECCOMP_RET_ALLOW
    ] as const
  ).entries()) {
    instructions.writeUInt16LE(code, index * 8);
    instructions.writeUInt8(jt, index * 8 + 2);
    instructions.writeUInt8(jf, index * 8 + 3);
    instructions.writeUInt32LE(k, index * 8 + 4);
  }
  return { call: "seccomp", args: [1, 0, { struct: "sock_fprog", filter: instructions.toString("base64") }] };
}
const uname = process.arch === "arm64" ? 160 : 63;

test("a seccomp filter holds for the child, and not for Node", async () => {
  const before = host();
  const { stdout, code } = await run("cat /proc/self/status; uname", { plan: plan([], [denying(uname)]) });
  expect([status(stdout, "Seccomp"), status(stdout, "NoNewPrivs")]).toEqual(["2", "1"]);
  expect(code).not.toBe(0);
  expect(host()).toEqual(before);
  expect(execFileSync("uname", { encoding: "utf8" })).toBe("Linux\n");
});

test("what a filter refuses is the step's error, the last one's too", async () => {
  const execve = process.arch === "arm64" ? 221 : 59;
  await expect(run("true", { plan: plan([], [denying(execve)]) })).rejects.toMatchObject({
    code: "EPERM",
    syscall: "execve",
  });
});

test("capabilities are dropped in the child alone", async () => {
  const before = host();
  const capset: Step = {
    call: "capset",
    args: [
      { struct: "cap_user_header" },
      { struct: "cap_user_data", effective: 0, permitted: 0, inheritable: 0 },
    ],
  };
  const { stdout } = await run("cat /proc/self/status", { plan: plan([], [capset]) });
  expect([status(stdout, "CapPrm"), status(stdout, "CapEff")]).toEqual(Array(2).fill("0".repeat(16)));
  expect(host()).toEqual(before);
  expect((await run("cat /proc/self/status", {})).code).toBe(0);
});

test("a limit is the child's", async () => {
  const before = readFileSync("/proc/self/limits", "utf8");
  const limit: Step = {
    call: "prlimit64",
    args: [0, 7, { struct: "rlimit64", rlim_cur: 50, rlim_max: 60 }, null],
  };
  expect(await run("ulimit -Sn; ulimit -Hn", { plan: plan([limit], []) })).toMatchObject({
    stdout: "50\n60\n",
  });
  expect(readFileSync("/proc/self/limits", "utf8")).toBe(before);
});
