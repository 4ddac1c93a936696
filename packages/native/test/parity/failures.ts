import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { executable, temporary } from "../fixtures/rootfs.js";
import { type Observations, trace } from "./observe.js";

// Starts that fail, as far as child_process emits an 'error' for them.

const directory = temporary();
const path = (name: string) => join(directory, name);
writeFileSync(path("plain"), "#!/bin/sh\n");
mkdirSync(path("directory"));
executable(path("script"), "#!/no/such/interpreter\n");
symlinkSync("nothing", path("dangling"));

export const failures: Observations = {
  "EACCES: a file that is no program": (spawn) => trace(spawn(path("plain"))),
  "EACCES: a file that is no program, in PATH": (spawn) =>
    trace(spawn("plain", { env: { PATH: directory } })),
  "EACCES: a directory": (spawn) => trace(spawn(path("directory"))),
  "ENOENT: an interpreter that is not there": (spawn) => trace(spawn(path("script"))),
  "ENOENT: a link to nothing": (spawn) => trace(spawn(path("dangling"))),

  "the streams of a start that failed": async (spawn) => {
    const child = spawn("/no/such");
    const seen: unknown[] = [child.stdio.map((stream) => stream !== null)];
    for (const name of ["stdout", "stderr"] as const)
      for (const event of ["data", "end", "error"])
        child[name].on(event, () => seen.push(`${name} ${event}`));
    await once(child, "error");
    await new Promise((resolve) => child.once("close", resolve));
    return [seen.toSorted(), child.stdio.map((stream) => stream?.destroyed)];
  },
  "what is written to a start that failed": async (spawn) => {
    const child = spawn("/no/such");
    child.on("error", () => {});
    const failed = new Promise((resolve) => child.stdin.once("error", () => resolve("stdin error")));
    const closed = new Promise((resolve) => child.stdin.once("close", () => resolve("stdin close")));
    child.stdin.write("x");
    await new Promise((resolve) => child.once("close", resolve));
    return [await Promise.race([failed, closed]), child.stdin.destroyed, child.stdin.writable];
  },
  "a failed start and one that works, one after the other": async (spawn) => {
    const failed = trace(spawn("/no/such"));
    const worked = trace(spawn("true"));
    return [await failed, await worked];
  },
};
