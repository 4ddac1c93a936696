import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plan } from "@mini/plan";
import { collect, requires, withHostUnchanged } from "@mini/testing";
import { expect, test } from "vitest";
import { run, spawn } from "../src/index.js";
import { isolated, pivoted } from "./fixtures/plan.js";
import { childStates, eventually, pause, processesWith } from "./fixtures/processes.js";
import { busyboxRoot, executable, temporary } from "./fixtures/rootfs.js";

const contained = requires("user namespaces");
const rooted = requires("busybox", "user namespaces");
const directory = temporary();
const env = { PATH: "/usr/bin:/bin" };
const none: Plan = { namespaces: [], steps: [] };
const open = () => readdirSync("/proc/self/fd").length;

/** What a Node prints that sees `spawn`, `one` for how a start ends, and `limit` for its own limits. */
async function inNode(body: string, ...wrap: string[]): Promise<string> {
  const script = `
    const { spawn } = await import(${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)});
    const { execFileSync } = await import("node:child_process");
    const { readdirSync, readFileSync } = await import("node:fs");
    const open = () => readdirSync("/proc/self/fd").length;
    const limit = (...options) => execFileSync("prlimit", ["--pid", String(process.pid), ...options]);
    const one = (options = {}) => new Promise((resolve) =>
      spawn("true", [], { stdio: "ignore", ...options }).on("error", (error) => resolve(error.code + " " + error.message)).on("exit", resolve));
    ${body}`;
  const node = [process.execPath, "--input-type=module", "-e", script];
  const [file = "", ...args] = [...wrap, ...node];
  const { stdout, stderr } = await collect(spawn(file, args));
  return stdout + stderr;
}

requires("a compiler").each([
  ["thread", "EAGAIN"],
  ["stack", "ENOMEM"],
])("no memory left for a %s: %s, and the next start works once there is", async (what, code) => {
  const library = join(directory, "no-memory.so");
  const source = fileURLToPath(new URL("fixtures/no-memory.c", import.meta.url));
  execFileSync("cc", ["-shared", "-fPIC", "-o", library, source, "-ldl"]);
  const printed = await inNode(
    `
    const { rmSync, writeFileSync } = await import("node:fs");
    if (${what === "stack"}) {
      // The first start finds out on Node's own thread whether memory is shared.
      writeFileSync(process.env.FAIL, "stack");
      const { message } = await one().catch((error) => error);
      if (message !== "mmap: Cannot allocate memory") console.log(message);
      rmSync(process.env.FAIL);
      await one();
    }
    const slow = { plan: { namespaces: [], steps: [], parent: [{ run: ["true"] }] } }; // on a thread of its own
    const codes = new Set();
    const fail = async () => codes.add(String(await one(slow)).split(" ")[0]);
    writeFileSync(process.env.FAIL, "${what}");
    await fail();
    const before = open();
    for (let round = 0; round < 20; round++) await fail();
    const left = open() - before;
    rmSync(process.env.FAIL);
    console.log([...codes].join(), left, await one(slow), await one());`,
    "env",
    `LD_PRELOAD=${library}`,
    `FAIL=${join(directory, "fail")}`,
  );
  expect(printed).toBe(`${code} 0 0 0\n`);
});

requires("an ordinary user")(
  "as many processes as there may be: EAGAIN, and then again a start",
  async () => {
    const printed = await inNode(`
    await one();
    const [, hard] = /Max processes\\s+\\S+\\s+(\\S+)/.exec(readFileSync("/proc/self/limits", "utf8"));
    // Lifts the limit from a process that is there already, and makes no other.
    const lifting = spawn("sh", ["-c", "read line; exec prlimit --pid " + process.pid + " --nproc=" + hard + ":"]);
    await new Promise((resolve) => lifting.on("spawn", resolve));
    limit("--nproc=1:");
    const failed = await Promise.all([one(), one()]);
    lifting.stdin.end("\\n");
    await new Promise((resolve) => lifting.on("close", resolve));
    console.log(failed.join("; "), await one());`);
    expect(printed).toBe("EAGAIN EAGAIN: clone3(no namespaces); EAGAIN EAGAIN: clone3(no namespaces) 0\n");
  },
);

test.each(["cgroup", "ipc", "mount", "network", "pid", "uts"])(
  "without the right to a %s namespace: EPERM, and nothing has happened",
  async (namespace) => {
    const wrap = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-all"] : [];
    const plan = { namespaces: [namespace], steps: [] };
    await withHostUnchanged(async () => {
      const printed = await inNode(
        `console.log(await one({ plan: ${JSON.stringify(plan)} }), await one());`,
        ...wrap,
      );
      expect(printed).toBe(`EPERM EPERM: clone3(${namespace}) 0\n`);
    });
  },
);

contained.for([false, true])("a command that vanishes between check and exec: init %s", async (init) => {
  const file = join(directory, "vanishes");
  for (let round = 0; round < 3; round++) {
    executable(file, "#!/bin/sh\necho still here\n");
    const parent = [{ run: ["rm", file] as const }];
    const plan = init ? isolated(["pid"], { init, parent }) : { ...none, parent };
    const start = collect(spawn("vanishes", [], { env: { PATH: directory }, plan }));
    await expect(start).rejects.toMatchObject({ code: "ENOENT", syscall: "execve", path: "vanishes" });
  }
  expect(childStates().size).toBe(0);
});

contained.for([none, isolated(["pid"]), isolated(["pid"], { init: true })])(
  "a command that stops itself is not at its end, goes on, and can be killed: %j",
  async (plan) => {
    const script = "echo $$; kill -STOP $$; exit 7";
    // PID 1 does not stop itself: the kernel's rule (pid_namespaces(7)).
    if (plan.namespaces.includes("pid") && plan.init !== true) {
      expect(await collect(spawn("sh", ["-c", script], { plan, env }))).toMatchObject({ code: 7 });
      return;
    }
    const child = spawn("sh", ["-c", script], { plan, env });
    await once(child.stdout, "data");
    const stopped = () => statesBelow(child.pid ?? 0).includes("T");
    await eventually(stopped, "it has stopped");
    expect(child.exitCode).toBeNull();
    process.kill(deepest(child.pid ?? 0), "SIGCONT");
    expect(await once(child, "close")).toEqual([7, null]);

    const killed = run("sh", ["-c", script], { plan, env, timeout: 200 });
    expect(await killed).toMatchObject({ reason: "timeout", signal: "SIGKILL" });
  },
);

test("one that is stopped before it is executed holds up nobody, and goes on", async () => {
  const child = spawn("echo", ["went on"], { plan: { ...none, parent: [{ run: ["sleep", "0.1"] }] } });
  const ended = collect(child);
  child.kill("SIGSTOP");
  await pause(150);
  for (let n = 0; n < 20; n++) expect((await collect(spawn("true"))).code).toBe(0);
  expect(childStates().get(child.pid ?? 0)).toBe("T");
  child.kill("SIGCONT");
  expect(await ended).toMatchObject({ code: 0, stdout: "went on\n" });
});

contained.for([false, true])(
  "a program of another architecture, or half a program: init %s",
  async (init) => {
    const plan = init ? isolated(["pid"], { init }) : none;
    const vax = Buffer.from([75, 0]); // EM_VAX, for which nobody has registered an emulator
    for (const [name, bytes, at] of [
      ["vax", vax, 18],
      ["half", Buffer.alloc(64), 5],
    ] as const) {
      const file = join(directory, name);
      copyFileSync("/bin/true", file);
      const fd = openSync(file, "r+");
      writeSync(fd, bytes, 0, bytes.length, at);
      closeSync(fd);
      await expect(collect(spawn(file, [], { plan }))).rejects.toMatchObject({
        code: "ENOEXEC",
        syscall: "execve",
      });
    }
    writeFileSync(join(directory, "empty"), "", { mode: 0o755 });
    await expect(collect(spawn(join(directory, "empty"), [], { plan }))).rejects.toMatchObject({
      code: "ENOEXEC",
    });
  },
);

contained("five hundred starts at once", async () => {
  await withHostUnchanged(async () => {
    const plans = [none, isolated(["uts", "pid"]), isolated(["pid"], { init: true })];
    const many = (count: number) =>
      Promise.all(
        Array.from({ length: count }, async (_, n) => {
          const child = spawn("sh", ["-c", `exit ${n % 256}`], {
            stdio: "ignore",
            env,
            plan: plans[n % 3] ?? none,
          });
          return (await once(child, "close"))[0];
        }),
      );
    await many(20);
    const before = open();
    expect(await many(500)).toEqual(Array.from({ length: 500 }, (_, n) => n % 256));
    expect(open()).toBe(before);
    expect(childStates().size).toBe(0);
  });
});

rooted("an abort at every moment of a start: an AbortError, the end, and nothing is left", async () => {
  await withHostUnchanged(async () => {
    const kinds: [string, Plan][] = [
      ["sleep", none],
      ["sleep", isolated(["pid"], { init: true })],
      ["/bin/sleep", pivoted(busyboxRoot(), ["pid"], true)],
      ["sleep", { ...none, parent: [{ run: ["true"] }] }],
    ];
    const descriptors: number[] = [];
    const seen = new Set<string>();
    for (let round = 0; round < 120; round++) {
      if (round % 60 === 0) descriptors.push(open());
      for (const [file, plan] of kinds) {
        const moment = round % 60;
        const controller = new AbortController();
        const { signal } = controller;
        const child = spawn(file, ["73.5"], { plan, env, signal, killSignal: "SIGKILL", stdio: "ignore" });
        let ran = false;
        child.once("spawn", () => {
          ran = true;
        });
        const failed = new Promise<string>((resolve) => child.once("error", ({ name }) => resolve(name)));
        const closed = once(child, "close").catch(() => once(child, "close"));
        if (moment < 50) busy(moment * 0.03);
        else await pause(moment - 50);
        const early = ran ? "after exec" : "before it was heard of";
        controller.abort();
        expect(await failed).toBe("AbortError");
        expect(await closed).toEqual([null, "SIGKILL"]);
        seen.add(early);
      }
    }
    expect([...seen].toSorted()).toEqual(["after exec", "before it was heard of"]);
    expect(processesWith("sleep 73.5")).toEqual([]);
    expect(processesWith("/bin/sleep 73.5")).toEqual([]);
    expect(childStates().size).toBe(0);
    expect(open()).toBe(descriptors[1]); // the first round made threads, and opened what is kept
  });
});

function busy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

/** The process and what it has started, down to the last. */
function lineage(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return [pid, ...(children === "" ? [] : children.split(" ").flatMap((child) => lineage(Number(child))))];
}

const deepest = (pid: number) => lineage(pid).at(-1) ?? pid;

function statesBelow(pid: number): string[] {
  return lineage(pid).map((one) => /\) (\S)/.exec(readFileSync(`/proc/${one}/stat`, "utf8"))?.[1] ?? "");
}
