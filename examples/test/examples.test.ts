import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { hostState } from "@mini/testing";
import { expect, test } from "vitest";

const examples = resolve(import.meta.dirname, "..");
const names = readdirSync(examples).filter((name) => name.endsWith(".mjs") && !name.startsWith("."));

// "// $ " begins the command in the comment at the top, and what it prints follows.
function shown(name: string): { command: string; output: string } {
  const [, command = "", output = ""] =
    /^\/\/ \$ (.*)\n((?:\/\/.*\n)*)/m.exec(readFileSync(join(examples, name), "utf8")) ?? [];
  return { command, output: output.replace(/^\/\/ ?/gm, "") };
}

for (const name of names) {
  test(`${name} prints what it says at its top, and the host is as it was`, () => {
    const { command, output } = shown(name);
    const before = hostState();
    const { stdout } = spawnSync("bash", ["-c", `exec 2>&1; ${command}`], {
      cwd: resolve(examples, ".."),
      env: { ...process.env, LC_ALL: "C.UTF-8" },
      encoding: "utf8",
    });
    expect(withoutPids(stdout)).toBe(withoutPids(output));
    expect(output).not.toBe("");
    expect(hostState()).toEqual(before);
  });
}

test("each example is the last one, and something new", () => {
  const primitives = names
    .filter((name) => /^\d/.test(name))
    .sort()
    .map((name) => readFileSync(join(examples, name), "utf8"))
    .map((text) => [...text.matchAll(/^ {2}(?:\.\.\.)?(\w+)\(/gm)].map(([, primitive]) => primitive));
  for (const [index, now] of primitives.entries()) {
    const before = primitives[index - 1] ?? [];
    expect(now).toEqual(expect.arrayContaining(before));
    expect(now.length).toBeGreaterThan(before.length);
  }
});

test("the hundred-line container has a hundred lines at most", () => {
  expect(readFileSync(join(examples, "hundred-lines.mjs"), "utf8").split("\n").length).toBeLessThanOrEqual(
    100,
  );
});

test("its exit statuses are Docker's", () => {
  const status = (...args: string[]) =>
    spawnSync(process.execPath, [join(examples, "hundred-lines.mjs"), ...args], { stdio: "ignore" }).status;
  expect(status()).toBe(125);
  expect(status("/etc/passwd")).toBe(126);
  expect(status("there-is-no-such-command")).toBe(127);
  expect(status("sh", "-c", "sh -c 'kill -KILL $$'")).toBe(137);
});

function withoutPids(text: string): string {
  return text.replace(/process \d{2,}/g, "process N");
}
