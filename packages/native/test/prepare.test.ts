import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compose } from "@mini/plan";
import { collect } from "@mini/testing";
import { expect, test } from "vitest";
import { prepare, spawn } from "../src/index.js";

test("each call starts one, with streams of its own", async () => {
  const start = prepare("sh", ["-c", "read line; echo $$ $line"]);
  const children = [start(), start(), start()];
  for (const [index, child] of children.entries()) child.stdin.end(`number ${index}\n`);
  const ends = await Promise.all(children.map((child) => collect(child)));
  expect(ends.map(({ code, stdout }) => [code, stdout])).toEqual(
    children.map(({ pid }, index) => [0, `${pid} number ${index}\n`]),
  );
  expect(new Set(children.map(({ pid }) => pid)).size).toBe(3);
});

test("what it starts is what spawn starts", async () => {
  const options = {
    argv0: "sh",
    cwd: "/usr",
    env: { A: "1" },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  } as const;
  const args = ["-c", "pwd; env; echo $0 $@ >&3; exit 4", "name", "a b"];
  const [prepared, spawned] = [prepare("/bin/sh", args, options)(), spawn("/bin/sh", args, options)];
  const [ours, theirs] = await Promise.all([collect(prepared), collect(spawned)]);
  expect(ours).toEqual(theirs);
  expect(prepared.spawnargs).toEqual(spawned.spawnargs);
  expect(prepared.exitCode).toBe(4);
});

test("the environment is read once, when it is prepared", async () => {
  process.env.MINI_TEST = "before";
  const start = prepare("printenv", ["MINI_TEST"]);
  process.env.MINI_TEST = "after";
  expect((await collect(start())).stdout).toBe("before\n");
  delete process.env.MINI_TEST;
  expect((await collect(start())).stdout).toBe("before\n");
});

test("the command is looked for once; what has gone by then is an error of each start", async () => {
  const directory = mkdtempSync(join(tmpdir(), "mini-prepare-"));
  symlinkSync("/bin/echo", join(directory, "mini-command"));
  const start = prepare("mini-command", ["x"], { env: { PATH: directory } });
  expect((await collect(start())).stdout).toBe("x\n");
  unlinkSync(join(directory, "mini-command"));
  for (let i = 0; i < 2; i++) await expect(collect(start())).rejects.toMatchObject({ code: "ENOENT" });
  rmSync(directory, { recursive: true });
});

test("a descriptor is what it is at each start", async () => {
  const directory = mkdtempSync(join(tmpdir(), "mini-prepare-"));
  const fd = openSync(join(directory, "first"), "w");
  const start = prepare("sh", ["-c", "echo out"], { stdio: ["ignore", fd, "inherit"] });
  const ended = async () => (await collect(start())).code;
  expect(await ended()).toBe(0);
  closeSync(fd);
  await expect(ended()).rejects.toMatchObject({ code: "EBADF", syscall: "dup3" });
  const again = openSync(join(directory, "second"), "w");
  expect(again).toBe(fd);
  expect(await ended()).toBe(0);
  closeSync(again);
  for (const name of ["first", "second"]) expect(readFileSync(join(directory, name), "utf8")).toBe("out\n");
  rmSync(directory, { recursive: true });
});

test("a descriptor that was closed at the first start may be closed as soon as the next has been asked for", async () => {
  const directory = mkdtempSync(join(tmpdir(), "mini-prepare-"));
  const fd = openSync(join(directory, "file"), "w");
  closeSync(fd);
  const start = prepare("sh", ["-c", "echo out"], { stdio: ["ignore", fd, "inherit"] });
  await expect(collect(start())).rejects.toMatchObject({ code: "EBADF" });
  expect(openSync(join(directory, "file"), "w")).toBe(fd);
  const ended = collect(start());
  closeSync(fd);
  expect((await ended).code).toBe(0);
  expect(readFileSync(join(directory, "file"), "utf8")).toBe("out\n");
  rmSync(directory, { recursive: true });
});

test("what makes no sense is refused before anything is started", () => {
  expect(() => prepare("")).toThrow(TypeError);
  expect(() => prepare("true", [], { timeout: -1 })).toThrow(TypeError);
  expect(() => prepare("true", [], { plan: null as never })).toThrow(TypeError);
  const plan = compose({ namespaces: [], steps: [{ call: "sethostname", args: ["x", 1] }], views: [] });
  expect(() => prepare("true", [], { plan })()).toThrow("would change the host");
});
