import { getEventListeners, once } from "node:events";
import { end, type Observations, outcome, pause, trace } from "./observe.js";

// options.signal

const asleep = ["9"];
const listeners = (signal: AbortSignal) => getEventListeners(signal, "abort").length;

export const aborts: Observations = {
  "abort before the start": (spawn) => end(spawn("sleep", asleep, { signal: AbortSignal.abort("why") })),
  "abort as soon as spawn has returned": async (spawn) => {
    const controller = new AbortController();
    const child = spawn("sleep", asleep, { signal: controller.signal });
    const order: unknown[] = [];
    child.on("error", ({ name }) => order.push(name, child.killed));
    controller.abort();
    order.push("returned");
    return [order, await once(child, "close")];
  },
  "abort while it runs: the error, and the state in it": async (spawn) => {
    const controller = new AbortController();
    const child = spawn("sleep", asleep, { signal: controller.signal });
    child.once("spawn", () => controller.abort(new Error("enough")));
    return trace(child);
  },
  "the error of an abort": async (spawn) => {
    const controller = new AbortController();
    const child = spawn("sleep", asleep, { signal: controller.signal });
    const failed = once(child, "error");
    const reason = new Error("enough");
    controller.abort(reason);
    const [error] = await failed;
    const { name, code, message, cause } = error;
    const own = Object.keys(error).toSorted();
    return [error instanceof Error, name, code, message, cause === reason, own, String(error)];
  },
  "an abort without a reason": async (spawn) => {
    const controller = new AbortController();
    const child = spawn("sleep", asleep, { signal: controller.signal });
    const failed = once(child, "error");
    controller.abort();
    const [{ cause }] = await failed;
    return [cause.constructor.name, cause.name];
  },
  "an abort with killSignal": async (spawn) => {
    const controller = new AbortController();
    const child = spawn("sleep", asleep, { signal: controller.signal, killSignal: "SIGKILL" });
    child.once("spawn", () => controller.abort());
    return trace(child);
  },
  "AbortSignal.timeout": async (spawn) => {
    const child = spawn("sleep", asleep, { signal: AbortSignal.timeout(30) });
    const [error] = await once(child, "error");
    return [error.name, error.cause.name, await once(child, "close")];
  },
  "an abort that the command survives": async (spawn) => {
    const controller = new AbortController();
    const script = "trap 'exit 6' TERM; echo; while :; do sleep 0.02; done";
    const child = spawn("sh", ["-c", script], { signal: controller.signal });
    child.on("error", () => {});
    child.stdout.once("data", () => controller.abort());
    return new Promise((resolve) => child.on("close", (...how) => resolve([how, child.killed])));
  },
  "an abort in a listener of 'exit', and later": async (spawn) => {
    const controller = new AbortController();
    const child = spawn("true", { signal: controller.signal });
    child.once("exit", () => controller.abort());
    return trace(child);
  },
  "a signal is left alone once the command has ended": async (spawn) => {
    const { signal } = new AbortController();
    const child = spawn("true", { signal });
    const during = listeners(signal);
    await once(child, "exit");
    await pause();
    return [during, listeners(signal)];
  },
  "a signal that has fired, and a command that is not there": async (spawn) =>
    trace(spawn("no-such-name", { signal: AbortSignal.abort(), env: { PATH: "/bin" } })),
  "a signal of many commands ends them all": async (spawn) => {
    const controller = new AbortController();
    const children = Array.from({ length: 5 }, () => spawn("sleep", asleep, { signal: controller.signal }));
    const ends = children.map((child) => outcome(child));
    controller.abort();
    return [await Promise.all(ends), children.map(({ killed }) => killed)];
  },
};
