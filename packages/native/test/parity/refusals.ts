import type { SpawnOptions } from "node:child_process";
import { type Observations, type Spawn, thrown } from "./observe.js";

// What is refused before anything runs: the class and the code.

const call =
  (...args: readonly unknown[]) =>
  (spawn: Spawn) =>
    thrown(() => Reflect.apply(spawn, undefined, args));
const option = (options: { [name in keyof SpawnOptions]?: unknown }) => call("true", [], options);

export const refusals: Observations = {
  "file: none": call(),
  "file: a number": call(5),
  "file: null": call(null),
  "file: empty": call(""),
  "file: a null byte": call("a\0b"),
  "args: a string": call("true", "-l"),
  "args: a number": call("true", 5),
  "args: a null byte": call("true", ["a\0b"]),
  "options: null": call("true", [], null),
  "options: a string": call("true", [], "shell"),
  "options.cwd: a number": option({ cwd: 5 }),
  "options.cwd: a null byte": option({ cwd: "a\0b" }),
  "options.cwd: an https: URL": option({ cwd: new URL("https://example.org") }),
  "options.argv0: a number": option({ argv0: 5 }),
  "options.argv0: a null byte": option({ argv0: "a\0b" }),
  "options.detached: a string": option({ detached: "yes" }),
  "options.uid: a string": option({ uid: "1000" }),
  "options.gid: a string": option({ gid: "1000" }),
  "options.shell: an object": option({ shell: {} }),
  "options.shell: a null byte": option({ shell: "a\0b" }),
  "options.env: a null byte in a name": option({ env: { "A\0": "1" } }),
  "options.env: a null byte in a value": option({ env: { A: "1\0" } }),
  "options.killSignal: unknown": option({ killSignal: "SIGNOPE" }),
  "options.killSignal: 0": option({ killSignal: 0 }),
  "options.killSignal: an object": option({ killSignal: {} }),
  "options.signal: an object": option({ signal: {} }),
  "options.signal: a string": option({ signal: "abort" }),
  'options.stdio: "ipc"': option({ stdio: "ipc" }),
  "options.stdio: a number": option({ stdio: 7 }),
  "options.stdio: an object in it": option({ stdio: ["pipe", {}] }),
  "options.stdio: true in it": option({ stdio: [true] }),
};
