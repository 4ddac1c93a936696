import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { collect, hostState, requires } from "@mini/testing";
import { afterAll, beforeAll, expect } from "vitest";
import { cli } from "./fixtures/mocker.js";

// After any run nothing is left: no mount, process, directory or file.

let rootfs: string;
let temporary: string;
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), "mini-temporary-"));
  rootfs = mkdtempSync("/var/tmp/mini-empty-");
  for (const name of ["proc", "sys", "dev", "usr", "lib", "lib64"]) mkdirSync(join(rootfs, name));
});
afterAll(() => {
  rmSync(rootfs, { recursive: true });
  rmSync(temporary, { recursive: true });
});

// A name for each run, by which its processes are known.
const marked = () => `MINI_RUN=${process.pid}-${performance.now()}`;

function state() {
  return {
    host: hostState(),
    temporary: readdirSync(temporary),
    named: [...readdirSync("/tmp"), ...readdirSync("/var/tmp")].filter((name) =>
      // What other tests make meanwhile begins with mini-.
      /^(?!mini-).*(mocker|upper|scratch)/.test(name),
    ),
    rootfs: readdirSync(rootfs, { recursive: true }).sort(),
    stateDirectory: list(join(process.env.XDG_STATE_HOME || join(homedir(), ".local/state"), "mocker")),
  };
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** The processes that have this in their environment. */
function processes(mark: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(mark);
    } catch {
      return false; // ended meanwhile, or somebody else's
    }
  });
}

async function gone(mark: string): Promise<void> {
  for (let tries = 0; processes(mark).length > 0 && tries < 500; tries++) await wait(20);
  expect(processes(mark)).toEqual([]);
}

const usr = ["-v", "/usr:/usr:ro", "-v", "/lib:/lib:ro", "-v", "/lib64:/lib64:ro"];

const runs: readonly (readonly [name: string, code: number, args: (root: string) => string[]])[] = [
  ["a run that succeeds", 0, () => ["true"]],
  ["a run that fails", 7, () => ["sh", "-c", "exit 7"]],
  ["a run that leaves processes behind", 0, () => ["sh", "-c", "sleep 100 & (setsid sleep 101 &) ; exit 0"]],
  [
    "a run with an init that leaves processes behind",
    0,
    () => ["--init", "sh", "-c", "(setsid sleep 101 &) ; exit 0"],
  ],
  ["a command that is not there", 127, () => ["nonesuch"]],
  ["a command that cannot be executed", 126, () => ["/etc/passwd"]],
  ["a working directory that is not there", 125, () => ["-w", "/nonesuch", "true"]],
  ["a directory in place", 0, (root) => ["--rootfs", root, ...usr, "/usr/bin/true"]],
  ["a layer over a directory", 0, (root) => ["--rootfs", `${root}:O`, ...usr, "/usr/bin/touch", "/new"]],
  [
    "a read-only root with volumes",
    0,
    () => ["--read-only", "--tmpfs", "/tmp", "-v", "/usr:/mnt", "sh", "-c", "touch /tmp/x"],
  ],
];

for (const [name, code, args] of runs) {
  requires("user namespaces")(`${name} leaves nothing behind`, async () => {
    const before = state();
    const mark = marked();
    const env = { ...process.env, TMPDIR: temporary };
    const outcome = await collect(
      spawn(process.execPath, ["--", cli, "run", "-e", mark, ...args(rootfs)], { env }),
    );
    expect(outcome.code, outcome.stderr).toBe(code);
    await gone(mark);
    expect(state()).toEqual(before);
  });
}

requires("user namespaces")("mocker killed with SIGKILL leaves nothing behind", async () => {
  const before = state();
  for (const init of [[], ["--init"]]) {
    const mark = marked();
    const child = spawn(process.execPath, [
      "--",
      cli,
      "run",
      ...init,
      "-e",
      mark,
      "sh",
      "-c",
      "sleep 100 & echo ready; sleep 101",
    ]);
    const ended = collect(child);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    expect(processes(mark).length).toBeGreaterThan(1);
    child.kill("SIGKILL");
    await ended;
    await gone(mark);
  }
  expect(state()).toEqual(before);
});

requires("user namespaces")("signals reach the command, and mocker ends as it does", async () => {
  for (const [signal, code] of [
    ["SIGTERM", 15],
    ["SIGHUP", 1],
    ["SIGUSR1", 10],
    ["SIGINT", 2],
  ] as const) {
    const script = `trap 'echo ${signal}; exit ${code}' ${signal.slice(3)}; echo ready; while :; do sleep 0.1; done`;
    const child = spawn(process.execPath, ["--", cli, "run", "sh", "-c", script]);
    const ended = collect(child);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill(signal);
    expect(await ended).toMatchObject({ code, stdout: `ready\n${signal}\n` });
  }
});
