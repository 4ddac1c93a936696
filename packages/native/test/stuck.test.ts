import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AT_FDCWD, type Plan } from "@mini/plan";
import { hostState, requires } from "@mini/testing";
import { afterAll, beforeAll, expect } from "vitest";
import { type Child, spawn } from "../src/index.js";

// Starts that stand still, because a step waits for a fifo that nobody opens.

let directory: string;
let plan: Plan;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "mini-stuck-"));
  execFileSync("mkfifo", [join(directory, "fifo")]);
  plan = {
    namespaces: ["mount"],
    steps: [{ call: "openat", args: [AT_FDCWD, join(directory, "fifo"), 0], fd: "f" }],
  };
});
afterAll(() => rmSync(directory, { recursive: true }));

const ended = (child: Child) => new Promise((resolve) => child.on("exit", (...how) => resolve(how)));

requires("root")(
  "more of them than there are threads: the event loop goes on, and each can be killed",
  async () => {
    const host = hostState();
    const stuck = Array.from({ length: 40 }, () => spawn("/bin/true", [], { plan, stdio: "ignore" }));
    const ends = stuck.map(ended);
    const late = spawn("/bin/true", [], { stdio: "ignore" });
    const end = ended(late);
    expect(late.pid).toBeUndefined(); // no thread has begun with it; and asking did not wait for one
    expect(late.kill()).toBe(true);
    for (const child of stuck) expect(child.kill("SIGKILL")).toBe(true);
    expect(await end).toEqual([null, "SIGTERM"]);
    for (const how of ends) expect(await how).toEqual([null, "SIGKILL"]);
    expect(hostState()).toEqual(host);
  },
);

requires("user namespaces")(
  "a program of the parent's that has closed its stderr does not outlive the child",
  async () => {
    const run = ["sh", "-c", "exec 2>&-; exec sleep 60"] as const;
    const child = spawn("/bin/true", [], {
      plan: { namespaces: ["user"], steps: [], parent: [{ run }] },
      stdio: "ignore",
    });
    const end = ended(child);
    setTimeout(() => child.kill("SIGKILL"), 100);
    expect(await end).toEqual([null, "SIGKILL"]);
  },
);
