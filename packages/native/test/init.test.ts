import { collect, requires } from "@mini/testing";
import { expect } from "vitest";
import { spawn } from "../src/index.js";
import { pivoted } from "./fixtures/plan.js";
import { childStates, eventually, processesWith } from "./fixtures/processes.js";
import { busyboxRoot } from "./fixtures/rootfs.js";

const contained = requires("busybox", "user namespaces");
const env = { PATH: "/bin" };
const shell = (script: string, init: boolean) =>
  spawn("sh", ["-c", script], { plan: pivoted(busyboxRoot(), ["pid"], init), env });
const run = (script: string, init = true) => collect(shell(script, init));

contained.for([
  ["kill -9 $$", { code: null, signal: "SIGKILL" }],
  ["kill -ABRT $$", { code: null, signal: "SIGABRT" }],
  ["kill -SEGV $$", { code: null, signal: "SIGSEGV" }],
  ["exit 0", { code: 0, signal: null }],
  ["exit 3", { code: 3, signal: null }],
  ["exit 137", { code: 137, signal: null }],
] as const)("with the init `%s` ends the container, as it would end outside", async ([script, outcome]) => {
  expect(await run(script)).toMatchObject(outcome);
});

// pid_namespaces(7): "only signals for which the init process has established a signal handler can be sent".
contained("without it the command is PID 1, and kill -9 $$ does nothing: the kernel's rule", async () => {
  expect(await run("echo $$; kill -9 $$; kill -TERM $$; echo alive; exit 5", false)).toEqual({
    code: 5,
    signal: null,
    stdout: "1\nalive\n",
    stderr: "",
  });
});

contained("with it the command is another process, and PID 1 is the init", async () => {
  const { stdout } = await run("echo $$; cat /proc/1/comm; cat /proc/1/cmdline | cut -c1-4");
  expect(stdout).toMatch(/^2\ninit\n/);
});

contained.for([true, false])(
  "daemons end with the command, and with them their pipes: init %s",
  async (init) => {
    const seconds = init ? "55.5" : "56.5";
    const daemon = `setsid /bin/sleep ${seconds}`;
    const child = shell(`(${daemon} &); (${daemon} > /dev/null 2>&1 &); read line; exit 4`, init);
    await eventually(() => processesWith(`/bin/sleep ${seconds}`).length === 2, "two daemons");
    child.stdin?.end();
    expect((await collect(child)).code).toBe(4); // "close" has come: nobody holds its output
    expect(processesWith(`/bin/sleep ${seconds}`)).toEqual([]);
  },
);

contained("a thousand orphans are reaped", async () => {
  const script = `
    n=0; while [ $n -lt 1000 ]; do (: &); n=$((n + 1)); done
    while grep -q '^State:.Z' /proc/[0-9]*/status 2> /dev/null; do sleep 0.02; done
    echo no zombie; exit 6`;
  expect(await run(script)).toMatchObject({ code: 6, stdout: "no zombie\n" });
});

contained.for(["SIGTERM", "SIGINT", "SIGUSR1", "SIGHUP", "SIGQUIT", "SIGWINCH"] as const)(
  "%s is passed on",
  async (signal) => {
    const child = shell(
      `trap 'echo got; exit 9' ${signal.slice(3)}; echo ready; while :; do sleep 0.02; done`,
      true,
    );
    child.stdout?.once("data", () => child.kill(signal));
    expect(await collect(child)).toMatchObject({ code: 9, stdout: "ready\ngot\n" });
  },
);

contained("a signal without a handler ends the command, also one sent while it starts", async () => {
  for (let round = 0; round < 40; round++) {
    const child = shell("sleep 5", true);
    const sent = setTimeout(() => child.kill("SIGTERM"), round % 4);
    if (round % 2 === 0) {
      clearTimeout(sent);
      child.kill("SIGTERM");
    }
    expect((await collect(child)).signal).toBe("SIGTERM");
  }
});

contained("the init keeps nothing open that the command has closed", async () => {
  const child = shell("exec >&- 2>&-; sleep 0.5", true);
  const order: string[] = [];
  child.stdout?.once("close", () => order.push("stdout")).resume();
  child.once("exit", () => order.push("exit"));
  await new Promise((resolve) => child.once("close", resolve));
  expect(order).toEqual(["stdout", "exit"]);
});

contained("SIGKILL ends all, and leaves nothing to reap", async () => {
  const child = shell("/bin/sleep 57.5 & /bin/sleep 57.5 & wait", true);
  await eventually(() => processesWith("/bin/sleep 57.5").length === 2, "two sleep");
  child.kill("SIGKILL");
  expect((await collect(child)).signal).toBe("SIGKILL");
  expect(processesWith("/bin/sleep 57.5")).toEqual([]);
  expect(childStates().size).toBe(0);
});
