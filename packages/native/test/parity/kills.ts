import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { type Observations, outcome, state, thrown, trace } from "./observe.js";

// subprocess.kill([signal]), subprocess.killed and subprocess[Symbol.dispose]()

const asleep = ["9"];
const signals = [
  "SIGTERM",
  "SIGKILL",
  "SIGINT",
  "SIGHUP",
  "SIGQUIT",
  "SIGABRT",
  "SIGUSR1",
  "SIGPIPE",
  "SIGXFSZ",
];

async function dead(child: ChildProcess): Promise<ChildProcess> {
  await once(child, "close");
  return child;
}

export const kills: Observations = {
  "kill(): SIGTERM": async (spawn) => {
    const child = spawn("sleep", asleep);
    await once(child, "spawn");
    return [child.kill(), state(child), await trace(child)];
  },
  "kill() with each signal": async (spawn) => {
    const ends: unknown[] = [];
    for (const signal of signals) {
      const child = spawn("sleep", asleep);
      await once(child, "spawn");
      ends.push(child.kill(signal as NodeJS.Signals), await once(child, "exit"));
    }
    return ends;
  },
  "kill() with a number, and with a name in small letters": async (spawn) => {
    const ends: unknown[] = [];
    for (const signal of [9, 15, "sigint" as NodeJS.Signals]) {
      const child = spawn("sleep", asleep);
      await once(child, "spawn");
      ends.push(child.kill(signal), await once(child, "exit"));
    }
    return ends;
  },
  "kill(0) asks": async (spawn) => {
    const child = spawn("sleep", asleep);
    const seen = [child.kill(0)];
    child.kill();
    await once(child, "close");
    return [...seen, child.kill(0), child.kill()];
  },
  "kill() with what is no signal": async (spawn) => {
    const child = spawn("sleep", asleep);
    const seen = ["SIGNOPE", "", "9", "TERM", 65, 100, -1, 1.5, Number.NaN, null, {}, [], true].map(
      (signal) => thrown(() => child.kill(signal as NodeJS.Signals)),
    );
    const { killed } = child;
    child.kill("SIGKILL");
    return [seen, killed, await once(child, "close")];
  },
  "kill() of what has ended is false, even with what is no signal": async (spawn) => {
    const child = await dead(spawn("true"));
    return [child.kill(), child.killed, thrown(() => child.kill("SIGNOPE" as NodeJS.Signals))];
  },
  "kill() of what never ran": async (spawn) => {
    const child = spawn("/no/such");
    await once(child, "error");
    return [child.kill(), child.kill(0), child.killed];
  },
  "kill() twice": async (spawn) => {
    const child = spawn("sh", ["-c", "trap '' TERM; echo; sleep 9 > /dev/null 2>&1 & wait; wait"]);
    await once(child.stdout, "data");
    return [child.kill(), child.kill("SIGKILL"), await once(child, "close")];
  },
  "killed is no sign of an end": async (spawn) => {
    const child = spawn("sh", ["-c", "trap 'exit 6' TERM; echo; while :; do sleep 0.02; done"]);
    await once(child.stdout, "data");
    child.kill();
    return [state(child), await once(child, "close")];
  },
  "a signal from elsewhere does not set killed": async (spawn) => {
    const child = spawn("sleep", asleep);
    await once(child, "spawn");
    process.kill(child.pid as number, "SIGTERM");
    return [await once(child, "close"), state(child)];
  },
  "SIGSTOP and SIGCONT end nothing": async (spawn) => {
    const child = spawn("sh", ["-c", "read line; exit 7"]);
    await once(child, "spawn");
    const stopped = [child.kill("SIGSTOP"), child.kill("SIGCONT"), child.exitCode];
    child.stdin.end("\n");
    return [stopped, await once(child, "close")];
  },
  "kill() in a listener of 'spawn'": async (spawn) => {
    const child = spawn("sleep", asleep);
    child.once("spawn", () => child.kill("SIGKILL"));
    return trace(child);
  },
  "kill() in a listener of 'exit'": async (spawn) => {
    const child = spawn("true");
    const killed = new Promise((resolve) => child.once("exit", () => resolve(child.kill())));
    return [await killed, child.killed];
  },
  "[Symbol.dispose](): SIGTERM": async (spawn) => {
    const child = spawn("sleep", asleep);
    await once(child, "spawn");
    child[Symbol.dispose]();
    return [state(child), await outcome(child)];
  },
  "[Symbol.dispose]() of what has ended": async (spawn) => {
    const child = await dead(spawn("true"));
    child[Symbol.dispose]();
    return state(child);
  },
};
