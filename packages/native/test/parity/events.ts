import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { type Observations, outcome, state, trace } from "./observe.js";

// https://nodejs.org/api/child_process.html#class-childprocess, event by event

export const events: Observations = {
  "events of a command that ends": (spawn) => trace(spawn("true")),
  "events of a command that fails": (spawn) => trace(spawn("sh", ["-c", "exit 3"])),
  "events of a command that a signal ends": (spawn) => trace(spawn("sh", ["-c", "kill -9 $$"])),
  "events of a path that is not there": (spawn) => trace(spawn("/no/such", ["a", "b"])),
  "events of a name that PATH does not have": (spawn) =>
    trace(spawn("no-such-name", ["a"], { env: { PATH: "/bin" } })),
  "events of a command without streams": (spawn) => trace(spawn("true", { stdio: "ignore" })),

  "what is there when spawn returns": async (spawn) => {
    const child = spawn("echo", ["a", "b c"], { argv0: "zero" });
    const { spawnfile, spawnargs, stdio, stdin, stdout, stderr, channel, send } = child;
    const seen = {
      ...state(child),
      spawnfile,
      spawnargs,
      streams: stdio.map((stream) => stream !== null),
      same: [stdin === stdio[0], stdout === stdio[1], stderr === stdio[2]],
      ipc: [typeof channel, typeof send],
      listeners: child.eventNames(),
    };
    await once(child, "close");
    return { ...seen, ...state(child), after: stdio.map((stream) => stream?.destroyed) };
  },

  "nothing is emitted before spawn has returned": async (spawn) => {
    const child = spawn("/no/such");
    let early = true;
    child.on("error", () => {
      early = false;
    });
    const seen = early;
    await once(child, "close").catch(() => {});
    return [seen, early];
  },

  "'spawn' comes before any data": async (spawn) => {
    const first = new Set<string>();
    for (let round = 0; round < 60; round++) {
      const order: string[] = [];
      const child = spawn("echo", ["x"]);
      child.on("spawn", () => order.push("spawn"));
      child.stdout.on("data", () => order.push("data"));
      if (round % 2 === 0) block(3); // so that all has happened when the loop looks
      await once(child, "close");
      first.add(order.join());
    }
    return [...first];
  },

  "'close' comes after the streams have closed": async (spawn) => {
    const child = spawn("sh", ["-c", "echo out; echo err >&2"]);
    const order: string[] = [];
    for (const name of ["stdout", "stderr"] as const)
      for (const event of ["data", "end", "close"])
        child[name].on(event, () => order.push(`${name} ${event}`));
    child.on("close", () => order.push("close"));
    await once(child, "close");
    return [order.toSorted(), order.filter((event) => event.endsWith("end") || event === "close")[2]];
  },

  "'exit' comes while another process still writes": async (spawn) => {
    const child = spawn("sh", ["-c", "(sleep 0.2; echo late) & exit 4"]);
    const order: unknown[] = [];
    child.on("exit", (code) => order.push("exit", code));
    child.stdout.on("data", (chunk) => order.push(String(chunk)));
    child.on("close", (code) => order.push("close", code));
    await once(child, "close");
    return order;
  },

  "events.once gives the arguments, and rejects with 'error'": async (spawn) => [
    await once(spawn("sh", ["-c", "exit 5"]), "exit"),
    await once(spawn("sh", ["-c", "kill -15 $$"]), "close"),
    await once(spawn("/no/such"), "exit").catch(({ code }) => code),
  ],

  "listeners are called on the child": async (spawn) => {
    const child = spawn("true");
    const self: boolean[] = [];
    for (const event of ["spawn", "exit", "close"])
      child.on(event, function (this: unknown) {
        self.push(this === child);
      });
    await once(child, "close");
    return self;
  },

  "the AsyncLocalStorage of the start is that of the events": async (spawn) => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const child = storage.run("start", () => spawn("echo", ["x"]));
    for (const event of ["spawn", "exit", "close"]) child.on(event, () => seen.push(storage.getStore()));
    child.stdout.on("data", () => seen.push(storage.getStore()));
    await storage.run("elsewhere", () => once(child, "close"));
    const failing = storage.run("failing", () => spawn("/no/such"));
    failing.on("error", () => seen.push(storage.getStore()));
    await once(failing, "close").catch(() => {});
    return seen;
  },

  "a hundred at once all end with what is theirs": async (spawn) => {
    const children = Array.from({ length: 100 }, (_, n) =>
      outcome(spawn("sh", ["-c", `echo ${n}; exit ${n}`])),
    );
    return Promise.all(children);
  },
};

function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}
