import { readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import type { Plan } from "@mini/plan";
import { collect, requires } from "@mini/testing";
import { expect } from "vitest";
import { spawn } from "../src/index.js";
import { userNamespace } from "./fixtures/plan.js";

// A child that changes its uid before it executes clears the "dumpable" flag of the memory that it shares with Node. Then
// /proc/self belongs to root, and an ordinary user can write no uid map (proc(5)).

const env = { PATH: "/usr/bin:/bin" };
const id = async (plan: Plan, options = {}) =>
  (await collect(spawn("id", ["-u"], { plan, env, cwd: "/", ...options }))).stdout.trim();

/** The caller as root, its subordinate ids behind, mapped by newuidmap(1) and newgidmap(1). */
function ranges(): Plan {
  const words = (file: string, own: number) => {
    const line = readFileSync(file, "utf8")
      .split("\n")
      .find((owner) => owner.startsWith(`${userInfo().username}:`));
    const [, start = "", size = ""] = line?.split(":") ?? [];
    return ["<pid>", "0", String(own), "1", "1", start, size];
  };
  const { uid, gid } = userInfo();
  return {
    namespaces: ["user"],
    parent: [
      { run: ["newuidmap", ...words("/etc/subuid", uid)] },
      { run: ["newgidmap", ...words("/etc/subgid", gid)] },
    ],
    steps: [
      { call: "setgroups", args: [0, null] },
      { call: "setresgid", args: [0, 0, 0] },
      { call: "setresuid", args: [0, 0, 0] },
    ],
  };
}

const ordinary = requires("an ordinary user", "newuidmap and subids", "user namespaces");

ordinary("a start that changes the uid, then one that writes its own map", async () => {
  for (let round = 0; round < 10; round++) {
    expect(await id(ranges(), { uid: 1000, gid: 1000 })).toBe("1000");
    expect(statSync("/proc/self/status").uid).toBe(process.getuid?.());
    expect(await id(userNamespace())).toBe("0");
  }
});

ordinary("both side by side, fifty times", async () => {
  const starts = Array.from({ length: 50 }, () => [
    id(ranges(), { uid: 1000, gid: 1000 }),
    id(userNamespace()),
    id(userNamespace(), { uid: 0 }),
  ]);
  expect(await Promise.all(starts.flat())).toEqual(starts.flatMap(() => ["1000", "0", "0"]));
  expect(statSync("/proc/self/status").uid).toBe(process.getuid?.());
});

ordinary("a slow step of the parent holds up no start that writes its own map", async () => {
  const slow = ranges();
  const ended: string[] = [];
  const first = id({ ...slow, parent: [{ run: ["sleep", "1"] }, ...(slow.parent ?? [])] }, { uid: 1000 });
  const waits = first.then(() => ended.push("slow"));
  for (let n = 0; n < 10; n++) ended.push(await id(userNamespace()));
  expect(ended).not.toContain("slow");
  await waits;
  expect(await first).toBe("1000");
});

requires("root")("as root: Node stays as traceable as it was", async () => {
  // Without CAP_SYS_PTRACE another process of root's may read /proc/<pid>/exe only where the flag is set.
  const script = `import(${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)}).then(async ({ spawn }) => {
    const { spawnSync } = require("node:child_process");
    const traceable = () => spawnSync("readlink", ["/proc/" + process.pid + "/exe"]).status === 0;
    const ids = (uid) => new Promise((resolve, reject) => spawn("true", [], { uid, gid: uid, cwd: "/" }).on("close", resolve).on("error", reject));
    console.log(traceable());
    await ids(1234);
    console.log(traceable());
    await Promise.all(Array.from({ length: 40 }, (_, n) => ids(1000 + n)));
    console.log(traceable());
  })`;
  const node = [process.execPath, "-e", script];
  const { stdout, stderr } = await collect(spawn("setpriv", ["--bounding-set=-sys_ptrace", ...node]));
  expect(stdout + stderr).toBe("true\ntrue\ntrue\n");
});

requires("root", "user namespaces")(
  "a start that changes the uid, then one with a user namespace",
  async () => {
    for (let round = 0; round < 5; round++) {
      expect(await id({ namespaces: [], steps: [] }, { uid: 1234, gid: 1234 })).toBe("1234");
      expect(await id(userNamespace())).toBe("0");
    }
  },
);
