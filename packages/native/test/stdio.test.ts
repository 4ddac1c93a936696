import { randomBytes } from "node:crypto";
import { closeSync, createWriteStream, openSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { collect } from "@mini/testing";
import { expect, test } from "vitest";
import { spawn } from "../src/index.js";
import type { StdioOptions } from "../src/stdio.js";
import { temporary } from "./fixtures/rootfs.js";

const directory = temporary();
const target = (descriptor: number) => `readlink /proc/$$/fd/${descriptor} || echo none`;
const sh = (script: string, stdio: StdioOptions) => collect(spawn("sh", ["-c", script], { stdio }));

test.each(["pipe", "overlapped", undefined, null] as const)(
  "%s: a pipe that can be opened by name",
  async (entry) => {
    const child = spawn("sh", ["-c", "cat /dev/stdin > /dev/stdout; echo e > /dev/stderr"], {
      stdio: [entry, entry, entry],
    });
    child.stdin?.end("in");
    expect(await collect(child)).toMatchObject({ stdout: "in", stderr: "e\n" });
    expect(child.stdio).toEqual([child.stdin, child.stdout, child.stderr]);
  },
);

test("ignore: /dev/null below 3, nothing from there on", async () => {
  const { stdout } = await sh([0, 2, 3].map(target).join("; "), ["ignore", "pipe", "ignore", "ignore"]);
  expect(stdout).toBe("/dev/null\n/dev/null\nnone\n");
  const child = spawn("true", [], { stdio: "ignore" });
  expect([child.stdin, child.stdout, child.stderr]).toEqual([null, null, null]);
  await collect(child);
});

test("a descriptor, which may be closed as soon as spawn has returned", async () => {
  const path = join(directory, "log");
  for (let round = 0; round < 20; round++) {
    const fd = openSync(path, "w");
    const child = spawn("sh", ["-c", "echo out; echo err >&2"], { stdio: ["ignore", fd, fd] });
    closeSync(fd);
    await collect(child);
    expect(readFileSync(path, "utf8")).toBe("out\nerr\n");
  }
});

test("streams: of a file, and a socket", async () => {
  const file = createWriteStream(join(directory, "stream"));
  await new Promise((resolve) => file.once("open", resolve));
  const server = createServer((socket) => socket.end("from the socket")).listen(join(directory, "socket"));
  const socket = connect(join(directory, "socket")).pause();
  await new Promise((resolve) => socket.once("connect", resolve));
  await sh("cat", [socket as unknown as { fd: number }, file as unknown as { fd: number }, "inherit"]);
  expect(readFileSync(join(directory, "stream"), "utf8")).toBe("from the socket");
  file.close();
  socket.destroy();
  server.close();
});

test("inherit: the same file as here", async () => {
  const inode = (info: string) => /ino:\s*(\d+)/.exec(info)?.[1] ?? "none";
  const here = readFileSync("/proc/self/fdinfo/2", "utf8");
  const { stdout } = await sh("cat /proc/self/fdinfo/2", ["inherit", "pipe", "inherit"]);
  expect(inode(stdout)).toBe(inode(here));
});

test("swapped descriptors: [2, 1, 0]", async () => {
  const fds = ["a", "b", "c"].map((name) => {
    writeFileSync(join(directory, name), "");
    return openSync(join(directory, name), "r+");
  });
  // The same three numbers in a process whose own 0, 1 and 2 are these files.
  const script = `import(${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)}).then(({ spawn }) =>
    spawn("sh", ["-c", "echo zero >&0; echo one >&1; echo two >&2"], { stdio: [2, 1, 0] }))`;
  await collect(spawn(process.execPath, ["-e", script], { stdio: fds }));
  expect(["a", "b", "c"].map((name) => readFileSync(join(directory, name), "utf8"))).toEqual([
    "two\n",
    "one\n",
    "zero\n",
  ]);
  for (const fd of fds) closeSync(fd);
});

test("further descriptors carry both ways, holes stay holes", async () => {
  const stdio = ["ignore", "pipe", "inherit", "pipe", undefined, "pipe"] as const;
  const child = spawn("sh", ["-c", `cat <&3; echo five >&5; cat <&5; ${target(4)}`], { stdio });
  child.stdio[3]?.end("three ");
  const five = child.stdio[5];
  five?.once("data", (chunk: Buffer) => five.end(`echoed ${chunk}`));
  expect((await collect(child)).stdout).toBe("three echoed five\nnone\n");
  expect(child.stdio.map((stream) => stream !== null)).toEqual([false, true, false, true, false, true]);
});

test("more descriptors than a command ever has", async () => {
  const stdio = Array.from({ length: 100 }, () => "pipe" as const);
  const child = spawn("bash", ["-c", "echo x >&99; ls /proc/self/fd | wc -l"], { stdio });
  const last = buffer(child.stdio[99] as NodeJS.ReadableStream);
  expect((await collect(child)).stdout.trim()).toBe("101"); // and the directory that ls reads
  expect(`${await last}`).toBe("x\n");
});

test("three megabytes of binary go through unchanged, both ways at once", async () => {
  const sent = randomBytes(3 << 20);
  const child = spawn("cat");
  child.stdin?.end(sent);
  const received = await buffer(child.stdout as NodeJS.ReadableStream);
  expect(received.equals(sent)).toBe(true);
});

test("who writes more than is read has to wait", async () => {
  const child = spawn("sh", ["-c", "sleep 0.2; cat > /dev/null"]);
  expect(child.stdin?.write(randomBytes(3 << 20))).toBe(false);
  await new Promise((resolve) => child.stdin?.once("drain", resolve));
  child.stdin?.end();
  expect((await collect(child)).code).toBe(0);
});
