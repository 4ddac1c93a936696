import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { collect, hostState, requires } from "@mini/testing";
import { expect } from "vitest";
import { type SpawnOptions, spawn } from "../src/index.js";
import { isolated, pivoted } from "./fixtures/plan.js";
import { busyboxRoot } from "./fixtures/rootfs.js";
import { hostileRoot } from "./fixtures/self.js";

// CVE-2019-5736: until its first execve a child's /proc/self/exe is the host's node.

const contained = requires("busybox", "user namespaces", "a compiler");
const NODE_OPTIONS = "--require=/tmp/preload.js";
const start = (options: SpawnOptions, file: string, ...args: string[]) =>
  collect(spawn(file, args, { env: { PATH: "/bin", NODE_OPTIONS }, ...options }));
const identity = () => {
  const { ino, size, mtimeMs, ctimeMs, nlink } = statSync(process.execPath);
  return [ino, size, mtimeMs, ctimeMs, nlink, readFileSync(process.execPath).length];
};

contained("the proof can fail: in this root node runs, where it is asked for by name", async () => {
  const root = hostileRoot();
  copyFileSync(process.execPath, join(root, "bin/node"));
  const outcome = await start({ plan: pivoted(root, ["pid"]) }, "node");
  expect(outcome).toMatchObject({ code: 99, stdout: "preloaded\n" });
});

contained.for([
  [false, "/entry"],
  [true, "/entry"],
  [false, "/evaluate"],
  [true, "/evaluate"],
] as const)(
  "a script of #!/proc/self/exe never runs the host's node (init %s, %s)",
  async ([init, entry]) => {
    const before = [identity(), hostState()];
    const outcome = await start({ plan: pivoted(hostileRoot(), ["pid"], init) }, entry);
    // What runs is the trampoline itself, on a number that is none: a few calls, and its end.
    expect(outcome.stdout).toBe("");
    expect(outcome.code === 99 || outcome.stderr.includes("preloaded")).toBe(false);
    expect([identity(), hostState()]).toEqual(before);
  },
);

contained("what is behind /proc/self/exe at the start is sealed, and is not node", async () => {
  const root = busyboxRoot();
  // The init stands still beside its command: /proc/1/exe is what it was executed from.
  const script =
    'readlink /proc/1/exe; echo x > /proc/1/exe; echo "$?"; cat /proc/1/exe > /tmp/copy; ls -l /tmp/copy';
  const { stdout } = await start({ plan: pivoted(root, ["pid"], true) }, "sh", "-c", script);
  const [exe, status] = stdout.split("\n");
  expect(exe).toContain("/memfd:mini-init");
  expect(status).not.toBe("0");
  expect(readFileSync(join(root, "tmp/copy")).length).toBeLessThan(4096);
  expect(readFileSync(join(root, "tmp/copy")).subarray(1, 4).toString()).toBe("ELF");
});

contained("no process of a container has node open, for reading or writing", async () => {
  const child = spawn("sleep", ["5"], { plan: pivoted(busyboxRoot(), ["pid"], true), env: { PATH: "/bin" } });
  await once(child, "spawn");
  const pids = [
    child.pid,
    ...execFileSync("ps", ["-o", "pid=", "--ppid", String(child.pid)], { encoding: "utf8" })
      .trim()
      .split(/\s+/),
  ];
  expect(pids).toHaveLength(2);
  for (const pid of pids) {
    const open = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    expect([...open, readlinkSync(`/proc/${pid}/exe`)]).not.toContain(process.execPath);
    expect(readFileSync(`/proc/${pid}/maps`, "utf8")).not.toContain(process.execPath);
  }
  child.kill("SIGKILL");
  await collect(child);
});

contained("with the init, and no new root, the host's node is out of reach too", async () => {
  const { stdout } = await start({ plan: isolated(["pid", "mount"], { init: true }) }, "true");
  expect(stdout).toBe("");
});
