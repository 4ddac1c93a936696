import { readFileSync } from "node:fs";
import { release } from "node:os";
import { spawn } from "@mini/native";
import { compose, type Plan, PR_SET_NO_NEW_PRIVS } from "@mini/plan";
import { collect, eitherUser, type Outcome, withHostUnchanged } from "@mini/testing";
import { describe, expect } from "vitest";
import { defaultProfile, type Machine, seccomp } from "../src/index.js";

// What an ordinary user has to say before a filter; with it the command can gain no capability that the filter was not told of.
const noNewPrivs: Plan = {
  namespaces: [],
  steps: [{ call: "prctl", args: [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0] }],
};
const options = { arch: process.arch as Machine, capabilities: [], kernel: release() };
const plan = compose(noNewPrivs, seccomp(defaultProfile, options));

const filters = () => readFileSync("/proc/self/status", "utf8").match(/^(?:NoNewPrivs|Seccomp).*$/gm);

async function inside(file: string, ...args: string[]): Promise<Outcome> {
  const before = filters();
  const outcome = await withHostUnchanged(() => collect(spawn(file, args, { plan })));
  expect(filters()).toEqual(before);
  return outcome;
}

describe.each(eitherUser)("as %s", (_, test) => {
  test("the command is under the filter, and the process that started it is not", async () => {
    const { stdout } = await inside(
      "sh",
      "-c",
      "grep ^Seccomp: /proc/self/status; exec cat /proc/self/status",
    );
    expect(stdout.match(/^Seccomp:\s+2$/gm)).toHaveLength(2);
    expect(filters()).toContain("Seccomp:\t0");
  });

  test("a new namespace is refused, which is allowed outside", async () => {
    const { code, stderr } = await inside("unshare", "--user", "true");
    expect([code, stderr]).toEqual([1, "unshare: unshare failed: Operation not permitted\n"]);
    expect((await collect(spawn("unshare", ["--user", "true"]))).code).toBe(0);
  });

  test("node with a worker and a child runs", async () => {
    const script = `
      const { Worker } = require("node:worker_threads");
      const { execFileSync } = require("node:child_process");
      new Worker("require('node:worker_threads').parentPort.postMessage(1 + 1)", { eval: true }).on("message", (sum) => {
        console.log(sum, execFileSync("echo", ["child"], { encoding: "utf8" }).trim());
      });`;
    const outcome = await inside(process.execPath, "-e", script);
    expect(outcome).toEqual({ code: 0, signal: null, stdout: "2 child\n", stderr: "" });
  });
});
