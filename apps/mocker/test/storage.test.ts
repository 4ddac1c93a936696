import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeStorage, ownDirectory, storageFor, sweep } from "../src/storage.js";

let state: string;
const before = process.env.XDG_STATE_HOME;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "mini-state-"));
  process.env.XDG_STATE_HOME = state;
});
afterEach(() => {
  rmSync(state, { recursive: true });
  if (before === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = before;
});

test("memory, unless an ordinary user's kernel has no user attributes on tmpfs", () => {
  expect(storageFor(false, 5, "5.15.0")).toEqual({ size: 5 });
  expect(storageFor(true, 5, "6.6.0-debian")).toEqual({ size: 5 });
  expect(storageFor(true, 5, "6.18.44")).toEqual({ size: 5 });
  expect(storageFor(true, 5, "6.1.0-31-amd64")).toEqual({
    directory: expect.stringContaining(`${state}/mocker/${process.pid}-`),
  });
});

test("a directory on disk is there for the run, and gone after it", () => {
  const storage = storageFor(true, undefined, "6.1.0");
  const remove = makeStorage(storage);
  const directory = (storage as { directory: string }).directory;
  mkdirSync(join(directory, "work/0/work"), { recursive: true });
  chmodSync(join(directory, "work/0/work"), 0); // as overlayfs leaves it
  expect(existsSync(directory)).toBe(true);
  remove();
  expect(existsSync(directory)).toBe(false);
});

test("what killed runs have left is swept, what runs is not", () => {
  const left = join(state, `${process.pid}-1`); // this pid, but another process long ago
  mkdirSync(join(left, "upper"), { recursive: true });
  const storage = storageFor(true, undefined, "6.1.0") as { directory: string };
  const own = join(state, storage.directory.split("/").at(-1) ?? "");
  mkdirSync(own);
  sweep(state);
  expect(existsSync(left)).toBe(false);
  expect(existsSync(own)).toBe(true);
});

test("the last of the runs leaves no directory of mocker's", () => {
  const [first, second] = [ownDirectory("-first"), ownDirectory("-second")];
  const removeFirst = makeStorage({ directory: first });
  const removeSecond = makeStorage({ directory: second });
  removeFirst();
  expect(readdirSync(dirname(first))).toEqual([basename(second)]);
  removeSecond();
  expect(existsSync(dirname(first))).toBe(false);
});
