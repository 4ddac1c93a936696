import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { collect, requires } from "@mini/testing";
import { expect } from "vitest";
import { spawn } from "../src/index.js";
import { isolated } from "./fixtures/plan.js";
import { temporary } from "./fixtures/rootfs.js";

// Kernels before 5.3 have no clone3, and neither have programs under a seccomp filter that cannot read its argument.

const compiled = requires("a compiler", "user namespaces");
const directory = temporary();
const dist = JSON.stringify(new URL("../dist/index.js", import.meta.url).href);

/** Runs `script` in a Node for which clone3 is ENOSYS; it sees spawn, collect and plan. */
async function withoutClone3(script: string): Promise<string> {
  const launcher = join(directory, "without-clone3");
  const source = fileURLToPath(new URL("fixtures/without-clone3.c", import.meta.url));
  execFileSync("cc", ["-o", launcher, source]);
  const module = `
    import { spawn } from ${dist};
    const plan = ${JSON.stringify(isolated(["pid", "uts", "mount"]))};
    const env = { PATH: "/usr/bin:/bin" };
    const collect = (child) => new Promise((resolve) => {
      let out = "";
      child.stdout?.on("data", (chunk) => { out += chunk; });
      child.on("error", (error) => resolve(error.message));
      child.on("close", (code, signal) => resolve([out.trim(), code, signal].join()));
    });
    ${script}`;
  const node = [process.execPath, "--input-type=module", "-e", module];
  const { stdout, stderr } = await collect(spawn(launcher, node, { stdio: ["ignore", "pipe", "pipe"] }));
  return stdout + stderr;
}

compiled("the launcher does what it says", async () => {
  const script = `const { execFileSync } = await import("node:child_process");
    console.log(String(execFileSync("grep", ["Seccomp:", "/proc/self/status"])).trim())`;
  expect(await withoutClone3(script)).toBe("Seccomp:\t2\n");
});

compiled("starts work, with the right pid, inside and outside", async () => {
  const script = `
    const child = spawn("sh", ["-c", "echo $$; exit 3"]);
    const { pid } = child;
    console.log((await collect(child)) === pid + ",3,");
    console.log(await collect(spawn("sh", ["-c", "echo $$; exit 4"], { plan })));
    console.log(await collect(spawn("sh", ["-c", "echo $$; exit 5"], { plan: { ...plan, init: true } })));
    console.log(await collect(spawn("/no/such", [], { env: {} })));`;
  expect(await withoutClone3(script)).toBe(
    'true\n1,4,\n2,5,\nENOENT: execve("/no/such", ["/no/such"], /* 0 vars */), step 9 of 9\n',
  );
});

compiled("parent steps know the pid, and signals find the child", async () => {
  const script = `
    const run = ["sh", "-c", "echo $1 >&2; exit 1", "sh", "<pid>"];
    const waiting = spawn("true", [], { plan: { ...plan, parent: [{ run }] } });
    const { pid } = waiting;
    console.log((await collect(waiting)).endsWith("of the parent: " + pid));
    const child = spawn("sleep", ["10"]);
    child.kill("SIGKILL");
    console.log(await collect(child));`;
  expect(await withoutClone3(script)).toBe("true\n,,SIGKILL\n");
});

compiled("no handler of Node's runs in the child: a signal sent before it executes is its end", async () => {
  const script = `
    process.on("SIGUSR1", () => console.log("Node's own"));
    for (let round = 0; round < 5; round++) {
      const child = spawn("sleep", ["5"], { plan: { namespaces: [], steps: [], parent: [{ run: ["sleep", "0.05"] }] } });
      child.kill("SIGUSR1"); // while it waits for the parent's step, with all signals blocked
      console.log(await collect(child));
    }
    console.log(await collect(spawn("cat", ["/proc/self/status"])));`;
  const output = await withoutClone3(script);
  expect(output).toContain(",,SIGUSR1\n".repeat(5));
  expect(output).not.toContain("Node's own");
  for (const set of ["SigBlk", "SigIgn"]) expect(output).toContain(`${set}:\t${"0".repeat(16)}\n`);
});
