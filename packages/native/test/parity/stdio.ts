import type { StdioOptions } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  createReadStream,
  createWriteStream,
  openSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { temporary } from "../fixtures/rootfs.js";
import { type Observations, outcome, pause, type Spawn, thrown } from "./observe.js";

// options.stdio, subprocess.stdio

const directory = temporary();
const path = (name: string) => join(directory, name);
writeFileSync(path("input"), "from a file\n");

async function shape(spawn: Spawn, stdio: unknown) {
  const child = spawn("true", [], { stdio: stdio as StdioOptions });
  const { stdin, stdout, stderr } = child;
  const seen = [
    child.stdio.map((stream) => stream !== null),
    [stdin, stdout, stderr].map((one) => one === null),
  ];
  await once(child, "close");
  return seen;
}

const where = (...descriptors: number[]) =>
  descriptors.map((fd) => `readlink /proc/$$/fd/${fd} | sed 's/:.*//' | grep . || echo none`).join("; ");

/** A socket, and what it is connected with. */
async function connected(): Promise<[Socket, Socket, () => void]> {
  const name = path("socket");
  const server = createServer().listen(name);
  const other = once(server, "connection");
  const socket = connect(name);
  const [peer] = (await other) as [Socket];
  return [socket, peer, () => [socket.destroy(), peer.destroy(), server.close()]];
}

export const stdio: Observations = {
  'stdio: "pipe", "overlapped", "ignore"': async (spawn) => [
    await shape(spawn, "pipe"),
    await shape(spawn, "overlapped"),
    await shape(spawn, "ignore"),
  ],
  "stdio: null, undefined, an empty and a short array": async (spawn) => [
    await shape(spawn, null),
    await shape(spawn, undefined),
    await shape(spawn, []),
    await shape(spawn, ["ignore"]),
    await shape(spawn, [null, undefined, "overlapped"]),
  ],
  "stdio: more than three, with holes": async (spawn) => [
    await shape(spawn, ["ignore", "ignore", "ignore", "pipe", null, undefined, "ignore", "pipe"]),
  ],
  "stdio: what an ignored descriptor is": (spawn) =>
    outcome(spawn("sh", ["-c", where(0, 2)], { stdio: ["ignore", "pipe", "ignore", "ignore", null] })),
  "stdio: a descriptor": async (spawn) => {
    const fd = openSync(path("log"), "w");
    const child = spawn("sh", ["-c", "echo out; echo err >&2"], { stdio: ["ignore", fd, fd] });
    closeSync(fd);
    return [await outcome(child), readFileSync(path("log"), "utf8")];
  },
  "stdio: a descriptor from 3 on": (spawn) => {
    const fd = openSync(path("input"), "r");
    const child = spawn("cat", ["/dev/fd/3"], { stdio: ["ignore", "pipe", "pipe", fd] });
    closeSync(fd);
    return outcome(child);
  },
  "stdio: a stream of a file, to write": async (spawn) => {
    const file = createWriteStream(path("written"));
    await once(file, "open");
    const child = spawn("sh", ["-c", "echo written"], { stdio: ["ignore", file, file] });
    const seen = [child.stdout, await outcome(child), file.destroyed];
    file.close();
    return [...seen, readFileSync(path("written"), "utf8")];
  },
  "stdio: a stream of a file, to read": async (spawn) => {
    const file = createReadStream(path("input"));
    await once(file, "open");
    const seen = await outcome(spawn("cat", { stdio: [file, "pipe", "pipe"] }));
    file.close();
    return seen;
  },
  "stdio: a stream that is not open yet": (spawn) => {
    const file = createWriteStream(path("late"));
    file.on("open", () => file.close());
    return thrown(() => spawn("true", { stdio: ["ignore", file, file] }));
  },
  "stdio: a socket, from which nothing is read here any more": async (spawn) => {
    const [socket, peer, close] = await connected();
    const here: string[] = [];
    socket.on("data", (chunk) => here.push(String(chunk)));
    await pause(); // it flows
    const child = spawn("cat", { stdio: [socket, "pipe", "pipe"] });
    const seen = outcome(child);
    await pause(50); // the descriptor does not block for Node, and has to for `cat`
    peer.end("for the child");
    const got = await seen;
    close();
    return [got, here];
  },
  "stdio: a socket to write to": async (spawn) => {
    const [socket, peer, close] = await connected();
    const got = once(peer, "data");
    const child = spawn("echo", ["to the peer"], { stdio: ["ignore", socket, "pipe"] });
    const seen = [await outcome(child), String(await got), socket.destroyed];
    close();
    return seen;
  },
  "stdio: a socket that has been destroyed": async (spawn) => {
    const [socket, , close] = await connected();
    close();
    return thrown(() => spawn("true", { stdio: [socket, "pipe", "pipe"] }));
  },
  "stdio: the output of another child": async (spawn) => {
    const first = spawn("sh", ["-c", "echo one; sleep 0.1; echo two"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const second = spawn("cat", { stdio: [first.stdout, "pipe", "pipe"] });
    const here: string[] = [];
    first.stdout.on("data", (chunk) => here.push(String(chunk)));
    const seen = await outcome(second);
    first.stdout.destroy();
    return [seen, here];
  },
  "stdio: the input of another child": async (spawn) => {
    const second = spawn("cat");
    const first = spawn("echo", ["x"], { stdio: ["ignore", second.stdin, "ignore"] });
    await once(first, "close");
    second.stdin.end("y");
    return outcome(second);
  },
  "stdio: a further descriptor carries both ways": async (spawn) => {
    const child = spawn("sh", ["-c", "cat <&3 >&3; echo done"], {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const third = child.stdio[3] as unknown as Socket;
    const echoed: string[] = [];
    third.setEncoding("utf8").on("data", (chunk: string) => echoed.push(chunk));
    third.end("there and back");
    return [await outcome(child), echoed.join("")];
  },
  "stdio: a further descriptor holds up 'close'": async (spawn) => {
    const stdio = ["ignore", "ignore", "ignore", "pipe"] as StdioOptions;
    const child = spawn("sh", ["-c", "(sleep 0.1; echo late >&3) & exit 0"], { stdio });
    const order: string[] = [];
    child.stdio[3]?.on("data", (chunk) => order.push(String(chunk)));
    child.on("exit", () => order.push("exit"));
    child.on("close", () => order.push("close"));
    await once(child, "close");
    return order;
  },
};
