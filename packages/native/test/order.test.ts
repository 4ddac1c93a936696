import { once } from "node:events";
import { closeSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { binding } from "../src/binding.js";
import { Child } from "../src/child.js";
import { type Pipe, streamOf } from "../src/pipe.js";

// On a busy machine the output of a command is read before the loop hears that the command runs.

async function outputBeforeStart(): Promise<{ child: Child; stdout: Pipe }> {
  const [parent, end] = binding.channel("out") as [number, number];
  const stdout = streamOf(parent, 1);
  writeSync(end, "x");
  closeSync(end);
  while (stdout.bytesRead === 0) await sleep(1);
  return { child: new Child("true", ["true"], [null, stdout]), stdout };
}

test("what awaits 'spawn' goes on before data come", async () => {
  const { child, stdout } = await outputBeforeStart();
  const seen: string[] = [];
  stdout.on("data", () => seen.push("data"));
  const awaiting = once(child, "spawn").then(() => seen.push("spawn"));
  child._running(1, true);
  await awaiting;
  expect(seen).toEqual(["spawn"]);
  await once(stdout, "close");
  expect(seen).toEqual(["spawn", "data"]);
});

test("an exception in a listener of 'spawn' is heard before data come", async () => {
  const { child, stdout } = await outputBeforeStart();
  const seen: string[] = [];
  stdout.on("data", () => seen.push("data"));
  child.on("spawn", () => {
    throw new Error("thrown by a listener");
  });
  expect(() => child._running(1, true)).toThrow("thrown by a listener");
  expect(seen).toEqual([]);
  await once(stdout, "close");
  expect(seen).toEqual(["data"]);
});

const usage = { userMs: 0, systemMs: 0, maxRssBytes: null };

test("what had come by the end is handed on before 'exit'", async () => {
  const { child, stdout } = await outputBeforeStart();
  const seen: string[] = [];
  stdout.on("data", () => seen.push("data"));
  child.on("exit", () => seen.push("exit"));
  child._running(1, true);
  child._ended(0, 0, usage); // in the same round of the loop
  expect(seen).toEqual(["data", "exit"]);
  await once(child, "close");
});

test("an exception in a listener of 'data' keeps no end back", async () => {
  const { child, stdout } = await outputBeforeStart();
  const seen: string[] = [];
  stdout.once("data", () => {
    throw new Error("thrown by a listener");
  });
  child.on("exit", (code) => seen.push(`exit ${code}`));
  child._running(1, true);
  expect(() => child._ended(3, 0, usage)).toThrow("thrown by a listener");
  expect(seen).toEqual(["exit 3"]);
});
