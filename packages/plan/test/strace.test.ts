import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requires } from "@mini/testing";
import { expect } from "vitest";
import { type Arg, bytesOf, parametersOf, type Step } from "../src/index.js";
import { written } from "./vocabulary.js";

// The vocabulary is compiled as C, with the structures' bytes as the addon would pass them, and made under strace, each
// call by a process of its own in namespaces of its own. Nothing here comes from @mini/native: that tests itself.

requires(
  "strace",
  "a compiler",
  "user namespaces",
)("what strace prints is what describe writes", () => {
  const directory = mkdtempSync(join(tmpdir(), "mini-plan-"));
  try {
    const program = join(directory, "calls");
    writeFileSync(`${program}.c`, source(written.map(([step]) => step)));
    execFileSync("cc", ["-w", "-o", program, `${program}.c`]);
    execFileSync("strace", ["-ff", "-v", "-s", "4096", "-o", join(directory, "trace"), program]);
    const traces = readdirSync(directory).filter((name) => name.startsWith("trace."));
    const printed = new Map(traces.flatMap((name) => callOf(readFileSync(join(directory, name), "utf8"))));
    expect(written.map((_, index) => printed.get(index))).toEqual(written.map(([, text]) => text));
  } finally {
    rmSync(directory, { recursive: true });
  }
});

/** What a process did after it had said which step it is for. */
function callOf(trace: string): [index: number, call: string][] {
  const [, index, call = ""] = /^chdir\("\/step\/(\d+)"\).*\n(.*)$/m.exec(trace) ?? [];
  const written = call.slice(0, call.lastIndexOf(" = ")).trimEnd();
  return index === undefined ? [] : [[Number(index), written.replace(/filter=\[.*\]/, "filter=[...]")]];
}

function source(steps: readonly Step[]): string {
  const made = steps.map((step, index) => {
    const parameters = parametersOf(step.call);
    const args = (step.args as readonly Arg[]).map((arg, at) =>
      expression(arg, parameters[at]?.numeric ?? false),
    );
    return `if (fork() == 0) { chdir("/step/${index}"); syscall(${[`SYS_${step.call}`, ...args].join(", ")}); _exit(0); } wait(0);`;
  });
  return `
    #define _GNU_SOURCE
    #include <linux/filter.h>
    #include <sched.h>
    #include <sys/syscall.h>
    #include <sys/wait.h>
    #include <unistd.h>
    int main(void) {
      int ends[2];
      if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWNET) < 0 || pipe(ends) < 0) return 1;
      if (write(ends[1], "\\0", 1) != 1 || dup2(ends[0], 90) < 0) return 1;
      ${made.join("\n")}
    }`;
}

function expression(arg: Arg, numeric: boolean): string {
  if (arg === null) return "0L";
  if (typeof arg === "number" || (typeof arg === "string" && numeric)) return `${arg}L`;
  if (typeof arg === "string") return literal(new TextEncoder().encode(arg));
  if ("struct" in arg && arg.struct === "sock_fprog")
    return `&(struct sock_fprog){${bytesOf(arg).length / 8}, (void *)${literal(bytesOf(arg))}}`;
  if ("struct" in arg) return literal(bytesOf(arg));
  if ("base64" in arg) return literal(Buffer.from(arg.base64, "base64"));
  if (Array.isArray(arg))
    return `(char *[]){${[...arg.map((word: string) => expression(word, false)), "0"].join(", ")}}`;
  throw new TypeError(`${JSON.stringify(arg)} has no place in C`);
}

function literal(bytes: Uint8Array): string {
  return `(char[]){"${[...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")}"}`;
}
