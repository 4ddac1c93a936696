import { execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { collect, requires, withHostUnchanged } from "@mini/testing";
import { expect, vi } from "vitest";
import { cli, mocker } from "./fixtures/mocker.ts";
import { withRoot } from "./fixtures/root.ts";
import { inTerminal } from "./fixtures/terminal.ts";

// Archives that are unpacked for one run, and work that is interrupted.

vi.setConfig({ testTimeout: 60_000 });

const directory = withRoot();
const at = (...names: string[]) => join(directory, ...names);
const state = at("state");
const env = { ...process.env, XDG_STATE_HOME: state };
const kept = () => (existsSync(join(state, "mocker")) ? readdirSync(join(state, "mocker")) : []);

let archive: string | undefined;
function packed(): string {
  archive ??= at("fs.tar.gz");
  if (!existsSync(archive)) mocker("rootfs", "pack", "-q", archive, at("root"));
  return archive;
}

const run = (...args: string[]) =>
  spawn(process.execPath, ["--", cli, "run", "--rootfs", packed(), ...args], { env });

requires("busybox", "user namespaces")("a run in an archive leaves nothing, whatever its end", async () => {
  await withHostUnchanged(async () => {
    const before = readFileSync(packed());
    const good = await collect(run("sh", "-c", "cat /etc/motd; ls /home; echo gone > /etc/motd; exit 7"));
    expect(good).toMatchObject({ code: 7, stdout: "hello\nme\n", stderr: "" });
    expect(kept()).toEqual([]);
    expect(await collect(run("nonesuch"))).toMatchObject({ code: 127 });
    expect(await collect(run("-u", "nobody", "true"))).toMatchObject({ code: 125 });
    // Not even its owner could remove this.
    const closed = await collect(run("sh", "-c", "cd /etc && busybox mkdir -p a/b && busybox chmod 0 a/b a"));
    expect(closed).toMatchObject({ code: 0, stderr: "" });
    expect(kept()).toEqual([]);
    expect(readFileSync(packed()).equals(before)).toBe(true);
  });
});

requires("busybox", "user namespaces")("what a killed run has left goes with the next", async () => {
  const killed = run("sh", "-c", "echo ready; sleep 100");
  const ended = collect(killed);
  await new Promise((resolve) => killed.stdout.once("data", resolve));
  expect(kept()).toHaveLength(1);
  // Another one that runs meanwhile takes nothing away from it.
  expect(await collect(run("cat", "/etc/motd"))).toMatchObject({ stdout: "hello\n" });
  expect(kept()).toHaveLength(1);
  killed.kill("SIGKILL");
  await ended;
  expect(await collect(run("cat", "/etc/motd"))).toMatchObject({ stdout: "hello\n" });
  expect(kept()).toEqual([]);
});

requires("busybox", "user namespaces")("a signal ends the container, and the root goes too", async () => {
  const child = run("sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done");
  const ended = collect(child);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ code: 9 });
  expect(kept()).toEqual([]);
});

/** A fifo from which half an archive comes, and no end. */
function half(): { fifo: string; close: () => void } {
  const fifo = at(`fifo ${performance.now()}`);
  execFileSync("mkfifo", [fifo]);
  const whole = at("whole.tar");
  mocker("rootfs", "pack", "-q", whole, at("root"));
  // Opened for reading too, or this would wait for the reader.
  const fd = openSync(fifo, "r+");
  const bytes = readFileSync(whole);
  writeSync(fd, bytes.subarray(0, 60_000));
  return { fifo, close: () => closeSync(fd) };
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
};

requires("busybox")("an extraction that is interrupted leaves nothing, or a mark", async () => {
  const extract = async (target: string, signal: NodeJS.Signals) => {
    const { fifo, close } = half();
    const child = spawn(process.execPath, ["--", cli, "rootfs", "extract", fifo, target]);
    const ended = collect(child);
    const begun = () =>
      existsSync(join(target, "bin/busybox")) ||
      readdirSync(directory).some((name) => name.startsWith(".new") && existsSync(at(name, "bin/busybox")));
    await until(begun);
    child.kill(signal);
    close();
    return await ended;
  };
  const nothing = "mocker: interrupted: nothing is left of what was unpacked\n";
  expect(await extract(at("new"), "SIGTERM")).toMatchObject({ code: 143, stderr: nothing });
  expect(readdirSync(directory).filter((name) => /new/.test(name))).toEqual([]);
  mkdirSync(at("full"));
  writeFileSync(at("full/mine"), "");
  expect(await extract(at("full"), "SIGINT")).toMatchObject({
    code: 130,
    stderr: `mocker: interrupted: "${at("full")}" is incomplete, as .mini-incomplete in it says\n`,
  });
  expect(readdirSync(at("full"))).toEqual(expect.arrayContaining([".mini-incomplete", "mine"]));
});

requires("busybox", "python3")("on a terminal there is a bar, and Ctrl-C leaves nothing", async () => {
  mkdirSync(at("big"), { recursive: true });
  writeFileSync(at("big/zeros"), "");
  execFileSync("truncate", ["-s", "20G", at("big/zeros")]);
  const command = [process.execPath, "--", cli, "rootfs", "pack", "--sparse=false", "big.tar.gz", "big"];
  const session = await inTerminal(
    [
      ["expect", "left"],
      ["send", "\u0003"],
    ],
    command,
    directory,
  );
  expect(session.missing).toBeNull();
  expect(session.code).toBe(130);
  expect(session.shown).toMatch(
    /packing +\d+ % \[.*#*.*\.*\] [\d.]+ [kMG]B, 2 entries, [\d.]+ [kMG]B\/s, .* left/,
  );
  expect(session.shown).toContain("\u001b[32m");
  expect(session.shown).toContain("mocker: interrupted: nothing is left of the archive");
  expect(readdirSync(directory).filter((name) => name.includes("big.tar"))).toEqual([]);
  expect(statSync(at("big/zeros")).size).toBe(20 * 2 ** 30);
});
