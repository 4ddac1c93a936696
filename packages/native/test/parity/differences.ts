import { ChildProcess, type SpawnOptions, type StdioOptions } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { getEventListeners, once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { executable, temporary } from "../fixtures/rootfs.js";
import { outcome, type Spawn, thrown } from "./observe.js";
import { script } from "./scripts.js";

/** What remains different, as the page shows it: what each of the two is seen to do, and why. */
export interface Difference {
  readonly name: string;
  readonly child_process: string;
  readonly mini: string;
  readonly reason: string;
  readonly observe: (spawn: Spawn) => unknown;
}

const directory = temporary();
const text = executable(join(directory, "text"), "echo a shell ran it\n");
writeFileSync(join(directory, "file"), "");
const printed = async (child: ChildProcess) => ((await outcome(child)) as { stdout: string }).stdout.trim();
const option = (options: { [name in keyof SpawnOptions]?: unknown }) => (spawn: Spawn) =>
  thrown(() => spawn("true", [], options as SpawnOptions));
const prints = (body: string, wrap?: readonly string[]) => (spawn: Spawn) =>
  script(
    body,
    wrap && { wrap },
  )(spawn)
    .stdout.trim()
    .replaceAll("\n", ", ");

/** Whether a start throws or emits, and the code. */
async function failure(spawn: Spawn, file: string, args: string[] = [], options: SpawnOptions = {}) {
  try {
    const [error] = await once(spawn(file, args, options), "error");
    return `emits ${error.code}`;
  } catch (error) {
    return `throws ${(error as NodeJS.ErrnoException).code}`;
  }
}

async function failed(spawn: Spawn, options: SpawnOptions = {}): Promise<NodeJS.ErrnoException> {
  return (await once(spawn(options.cwd === undefined ? "/no/such" : "true", options), "error"))[0];
}

export const differences: readonly Difference[] = [
  {
    name: "when `spawn` comes",
    child_process: "in the next tick",
    mini: "later",
    reason: "It says that execve(2) has succeeded, and nobody stood still for that.",
    observe: async (spawn) => {
      const child = spawn("true");
      let seen = "later";
      child.once("spawn", () => {
        seen = "in the next tick";
      });
      await new Promise<void>((resolve) => process.nextTick(() => process.nextTick(resolve)));
      const first = seen;
      await once(child, "close");
      return first;
    },
  },
  {
    name: "`pid` of a start that will fail",
    child_process: "undefined",
    mini: "number",
    reason:
      "There is a process already, and whether it will execute the command is not known yet; once it has failed `pid` is undefined.",
    observe: async (spawn) => {
      const types = new Set<string>(); // of a start that has failed before it is asked there is none
      for (let round = 0; round < 50; round++) {
        const child = spawn("/no/such");
        types.add(typeof child.pid);
        await once(child, "error");
        if (child.pid !== undefined) return "kept";
      }
      return types.has("number") ? "number" : "undefined";
    },
  },
  {
    name: "the class of a failed start's error",
    child_process: "Error",
    mini: "StepError",
    reason: "It knows which of the start's steps failed.",
    observe: async (spawn) => (await failed(spawn)).constructor.name,
  },
  {
    name: "its `syscall`",
    child_process: "spawn /no/such",
    mini: "execve",
    reason:
      "The kernel's call, as in the errors of node:fs. `code`, `errno`, `path` and `spawnargs` are the same.",
    observe: async (spawn) => (await failed(spawn)).syscall,
  },
  {
    name: "its `message`",
    child_process: "spawn /no/such ENOENT",
    mini: 'ENOENT: execve("/no/such", ["/no/such"], /* 0 vars */), step 9 of 9',
    reason: "What was asked of the kernel, and where in the start.",
    observe: async (spawn) => (await failed(spawn, { env: {} })).message,
  },
  {
    name: "a `cwd` that is not there",
    child_process: "spawn true ENOENT",
    mini: 'ENOENT: chdir("/no/such")',
    reason: "It is not the command that is missing.",
    observe: async (spawn) => (await failed(spawn, { cwd: "/no/such" })).message.replace(/, step .*/, ""),
  },
  {
    name: "ENOTDIR, ELOOP, ENAMETOOLONG, E2BIG, EBADF",
    child_process: "throws",
    mini: "emits",
    reason: "A start that fails emits, whatever the error: when it is known, `spawn` has returned.",
    observe: async (spawn) => {
      const seen = [
        await failure(spawn, join(directory, "file/command")),
        await failure(spawn, "/proc/self/fd/0/".repeat(300)),
        await failure(spawn, "true", ["x".repeat(1 << 20)]),
        await failure(spawn, "true", [], { stdio: ["ignore", 999] as StdioOptions }),
      ];
      return [...new Set(seen.map((one) => one.split(" ")[0]))].join();
    },
  },
  {
    name: "a file that is no program and has no `#!`",
    child_process: "a shell ran it",
    mini: "ENOEXEC",
    reason:
      "execve(2) is the last step and what it says is the result; `shell: true` is the way to ask for a shell.",
    observe: async (spawn) => {
      const seen = (await outcome(spawn(text))) as { stdout?: string; code: unknown };
      return seen.stdout?.trim() ?? seen.code;
    },
  },
  {
    name: "`spawn` of a command that is killed before it is executed",
    child_process: "spawn, exit",
    mini: "exit",
    reason: "It never ran.",
    observe: async (spawn) => {
      const seen: string[] = [];
      const child = spawn("true", { stdio: "ignore" });
      for (const event of ["spawn", "exit"]) child.on(event, () => seen.push(event));
      child.kill("SIGKILL");
      await once(child, "close");
      // It may have come to execute the command after all.
      return seen.length === 2 && !(child instanceof ChildProcess) ? "exit" : seen.join(", ");
    },
  },
  {
    name: "a command that is running when this process ends",
    child_process: "lives on",
    mini: "ends",
    reason: "No container outlives the process that answers for it, unless it is `detached`.",
    observe: (spawn) => {
      const marker = join(directory, `marker-${Math.random()}`);
      return prints(
        `const child = spawn("sleep", ["0.4"], { stdio: "ignore" });
        child.on("spawn", () => setTimeout(() => { log(child.pid); process.exit(); }, 50));`,
        [
          "sh",
          "-c",
          `pid=$("$@"); sleep 0.1; grep -qs "^State:.[^ZX]" /proc/$pid/status && echo lives on || echo ends`,
          marker,
        ],
      )(spawn);
    },
  },
  {
    name: "a descriptor from 16 on that this process was started with",
    child_process: "open",
    mini: "closed",
    reason: "A descriptor of the host's that is open inside is a way out (CVE-2024-21626).",
    observe: prints(
      `spawn("sh", ["-c", "test -e /proc/$$/fd/40 && echo open || echo closed"], { stdio: "inherit" });`,
      ["bash", "-c", 'exec "$@" 40< /etc/hostname', "bash"],
    ),
  },
  {
    name: "what a `pipe` is",
    child_process: "socket",
    mini: "pipe",
    reason:
      "A pipe can be opened by its name, as `/dev/stdin`; from descriptor 3 on, where both ways are wanted, it is a socket too.",
    observe: (spawn) => printed(spawn("sh", ["-c", "readlink /proc/self/fd/0 | sed 's/:.*//'"])),
  },
  {
    name: "`stdout.writable`",
    child_process: "true",
    mini: "false",
    reason: "A pipe has one direction.",
    observe: async (spawn) => {
      const child = spawn("true");
      const { writable } = child.stdout as unknown as { writable: boolean };
      await once(child, "close");
      return String(writable);
    },
  },
  {
    name: "arguments that are no strings",
    child_process: "5 undefined",
    mini: "TypeError ERR_INVALID_ARG_TYPE",
    reason: "`undefined` as a word of a command line is a mistake, and TypeScript says so of both.",
    observe: async (spawn) => {
      const args = [5, undefined] as unknown as string[];
      const refused = thrown(() => spawn("true", args));
      return refused === "nothing is thrown" ? printed(spawn("echo", args)) : refused;
    },
  },
  {
    name: "the message of a refusal",
    child_process: "The argument 'file' cannot be empty. Received ''",
    mini: 'file has to be a name or a path, not ""',
    reason: "Ours; class and code are the same, but for the rows below.",
    observe: (spawn) => {
      try {
        return spawn("");
      } catch (error) {
        return (error as Error).message;
      }
    },
  },
  {
    name: "a `timeout` that is none",
    child_process: "RangeError ERR_OUT_OF_RANGE",
    mini: "TypeError ERR_OUT_OF_RANGE",
    reason: "What the caller got wrong is a TypeError, always.",
    observe: option({ timeout: -1 }),
  },
  {
    name: "a `timeout` of more than 2³¹ - 1 ms",
    child_process: "SIGTERM at once",
    mini: "TypeError ERR_OUT_OF_RANGE",
    reason: "setTimeout cannot count so far, and fires at once.",
    observe: async (spawn) => {
      const options = { timeout: 2 ** 31 };
      const refused = thrown(() => spawn("true", options));
      return refused === "nothing is thrown"
        ? `${(await once(spawn("sleep", ["9"], options), "exit"))[1]} at once`
        : refused;
    },
  },
  {
    name: "an unknown word in `stdio`",
    child_process: "TypeError ERR_INVALID_SYNC_FORK_INPUT",
    mini: "TypeError ERR_INVALID_ARG_VALUE",
    reason: "It is that, and nothing is synchronous here.",
    observe: option({ stdio: ["pip"] }),
  },
  {
    name: '`"ipc"` in `stdio`',
    child_process: "nothing is thrown",
    mini: "TypeError ERR_INVALID_ARG_VALUE",
    reason: "The channel is Node's own, and what speaks it inside would be trusted outside.",
    observe: (spawn) =>
      thrown(() => {
        const child = spawn("true", { stdio: ["ignore", "ignore", "ignore", "ipc"] });
        child.on("error", () => {});
      }),
  },
  {
    name: "`serialization`",
    child_process: "nothing is thrown",
    mini: "TypeError ERR_INVALID_ARG_VALUE",
    reason: "It belongs to that channel.",
    observe: option({ serialization: "json" }),
  },
  {
    name: "a `uid` above 2³¹",
    child_process: "is refused",
    mini: "is taken",
    reason: "The kernel's ids have 32 bits, and subordinate ones may lie there.",
    observe: (spawn) => {
      const refused = option({ uid: 3_000_000_000, cwd: "/" })(spawn);
      return refused === "nothing is thrown" ? "is taken" : "is refused";
    },
  },
  {
    name: "`kill` with a real-time signal's number",
    child_process: "TypeError ERR_UNKNOWN_SIGNAL",
    mini: "nothing is thrown",
    reason: "The kernel has 64 signals.",
    observe: async (spawn) => {
      const child = spawn("sleep", ["9"]);
      await once(child, "spawn");
      const seen = thrown(() => child.kill(34));
      child.kill("SIGKILL");
      await once(child, "close");
      return seen;
    },
  },
  {
    name: "an end by SIGRTMIN",
    child_process: "0, null",
    mini: "null, SIGRT0",
    reason: "It is no exit with status 0.",
    observe: async (spawn) => {
      const child = spawn("bash", ["-c", "kill -34 $$"]);
      const [code, signal] = await once(child, "exit");
      return `${code}, ${signal}`;
    },
  },
  {
    name: "`killed` after `kill(0)`",
    child_process: "true",
    mini: "false",
    reason: "No signal was sent.",
    observe: async (spawn) => {
      const child = spawn("cat");
      child.kill(0);
      const { killed } = child;
      child.stdin.end();
      await once(child, "close");
      return String(killed);
    },
  },
  {
    name: "listeners on `signal` after a start that failed",
    child_process: "1",
    mini: "0",
    reason: "A signal that serves many starts would gather them.",
    observe: async (spawn) => {
      const { signal } = new AbortController();
      const child = spawn("/no/such", { signal });
      child.on("error", () => {});
      await new Promise((resolve) => child.once("close", resolve));
      return String(getEventListeners(signal, "abort").length);
    },
  },
  {
    name: "`close` after an exception in a listener of `exit`",
    child_process: "does not come",
    mini: "comes",
    reason: "The end of the container is not up to its listeners.",
    observe: prints(`
      const child = spawn("true", { stdio: "ignore" });
      let close = "does not come";
      process.on("uncaughtException", () => {});
      child.on("exit", () => { throw new Error("thrown"); });
      child.on("close", () => { close = "comes"; });
      setTimeout(() => log(close), 300);`),
  },
  {
    name: "NODE_V8_COVERAGE, where `env` does not name it",
    child_process: "is added",
    mini: "is not there",
    reason: "`env` is the whole environment, and the variable names a directory of the host.",
    observe: prints(`
      process.env.NODE_V8_COVERAGE = "/no/such";
      spawn("/usr/bin/env", { env: {}, stdio: ["ignore", "pipe", "ignore"] })
        .stdout.setEncoding("utf8").on("data", (text) => { seen = "is added"; }).on("close", () => log(seen));
      let seen = "is not there";`),
  },
  {
    name: "a command found by an empty entry of PATH",
    child_process: "here",
    mini: "./here",
    reason: "A name without a slash would be searched again by whoever executes it next.",
    observe: (spawn) => {
      executable(join(directory, "here"), "#!/bin/sh\necho $0\n");
      return printed(spawn("here", { cwd: directory, env: { PATH: ":/bin" } }));
    },
  },
  {
    name: "`instanceof ChildProcess`",
    child_process: "true",
    mini: "false",
    reason: "It is a `Child`, with the same members, and no handle of libuv's.",
    observe: async (spawn) => {
      const child = spawn("true");
      await once(child, "close");
      return String(child instanceof ChildProcess);
    },
  },
  {
    name: "messages on the diagnostics channel `child_process`",
    child_process: "1",
    mini: "0",
    reason: "What listens there expects a ChildProcess.",
    observe: async (spawn) => {
      let count = 0;
      const listener = () => {
        count++;
      };
      subscribe("child_process", listener);
      await once(spawn("true"), "close");
      unsubscribe("child_process", listener);
      return String(count);
    },
  },
];
