import { readdirSync } from "node:fs";
import { compose } from "@mini/plan";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SpawnOptions, spawn } from "../src/index.js";

const descriptors = () => readdirSync("/proc/self/fd").length;
let before = 0;
beforeAll(() => {
  before = descriptors();
});
// A refusal that came after a pipe had been made would have left it behind.
afterAll(() => expect(descriptors()).toBe(before));

const start =
  (options: unknown, file: unknown = "true", args: unknown = []) =>
  () =>
    spawn(file as string, args as string[], options as SpawnOptions);

test.each<[unknown, string]>([
  ["ipc", 'stdio has to be "pipe", "ignore", "inherit", a descriptor or a stream, not "ipc"'],
  [["pipe", "pipe", "pipe", "ipc"], 'stdio "ipc" is not offered: the channel is Node\'s own'],
  [["pipe", "pip"], 'not "pip"'],
  [["pipe", -1], "not -1"],
  [["pipe", 1.5], "not 1.5"],
  [["pipe", {}], "not an object without a descriptor"],
  [7, "not 7"],
])("stdio: %j", (stdio, message) => {
  expect(start({ stdio })).toThrow(TypeError);
  expect(start({ stdio })).toThrow(message);
});

test.each<[SpawnOptions | object, string]>([
  [
    { serialization: "json" },
    "serialization is not offered: it belongs to the ipc channel, which is Node's own",
  ],
  [{ uid: -1 }, "uid has to be an id, not -1"],
  [{ uid: 4294967295 }, "uid has to be an id, not 4294967295"],
  [{ gid: "1000" }, 'gid has to be an id, not "1000"'],
  [{ timeout: -5 }, "timeout has to be milliseconds, not -5"],
  [{ killSignal: "SIGNOPE" }, "Unknown signal: SIGNOPE"],
  [{ signal: {} }, "signal has to be an AbortSignal, not {}"],
  [{ env: { A: "x\0y" } }, 'env.A has to be without null bytes, not "x\\u0000y"'],
  [{ cwd: "a\0b" }, '"a\\u0000b"'],
  [{ cwd: new URL("https://example.org") }, "file"],
])("%j", (options, message) => {
  expect(start(options)).toThrow(TypeError);
  expect(start(options)).toThrow(message);
});

test("file and args", () => {
  expect(start({}, "")).toThrow('file has to be a name or a path, not ""');
  expect(start({}, 5)).toThrow("file has to be a name or a path, not 5");
  expect(start({}, "a\0b")).toThrow('args has to be without null bytes, not "a\\u0000b"');
  expect(start({}, "true", [1])).toThrow("args has to be an array of strings, not 1");
});

test("a plan that would change the host never starts", () => {
  const plan = compose({ namespaces: [], steps: [{ call: "sethostname", args: ["changed", 7] }] });
  expect(start({ plan })).toThrow(
    new TypeError('sethostname("changed", 7) would change the host: the plan has no uts namespace'),
  );
});

test.each([
  ["PR_SET_DUMPABLE", 4],
  ["PR_SET_MM", 35],
])("%s is a property of the memory that Node and the child share", (name, option) => {
  const plan = compose({ namespaces: [], steps: [{ call: "prctl", args: [option, 1] }] });
  expect(start({ plan })).toThrow(TypeError);
  expect(start({ plan })).toThrow(`prctl(${name}, 1) would reach Node itself`);
});

test.each<[unknown, string]>([
  [3, "spawn: a plan has to be { namespaces, steps }, not 3"],
  [null, "spawn: a plan has to be { namespaces, steps }, not null"],
  [{}, "spawn: a plan: namespaces and steps are missing"],
  [{ namespaces: [], steps: [], namespace: ["pid"] }, 'spawn: a plan: "namespace" is not an option'],
  [{ namespaces: ["pid"], steps: [], init: 1 }, "spawn: a plan: init has to be true or false, not 1"],
])("a plan that is none: %j", (plan, message) => {
  expect(start({ plan })).toThrow(TypeError);
  expect(start({ plan })).toThrow(message);
});
