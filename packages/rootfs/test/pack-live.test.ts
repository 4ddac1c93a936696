import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { expect, test, vi } from "vitest";
import { type PackProgress, pack } from "../src/index.ts";
import { freshIn, names, tar, temporary } from "./packed.ts";

// A tree that changes while it is packed: the destination takes nothing for a while, and so the packer stands still in the
// middle of "b", which is larger than all that is packed ahead.

vi.setConfig({ testTimeout: 60_000 });

const directory = temporary();
const fresh = () => freshIn(directory);
const LARGE = 24 * 2 ** 20;

function large(): string {
  const root = fresh();
  for (const name of ["a", "c", "d"]) writeFileSync(join(root, name), `content of ${name}`);
  writeFileSync(join(root, "b"), Buffer.alloc(LARGE, "content of b "));
  return root;
}

/** Writes to a file, but what comes after the first bytes only when `act` has ended. */
function interrupted(file: string, act: () => void): Writable {
  const chunks: Buffer[] = [];
  let waiting: Promise<void> | undefined;
  return new Writable({
    highWaterMark: 1,
    async write(chunk: Buffer, _, done) {
      waiting ??= new Promise((resolve) => setTimeout(resolve, 300)).then(act);
      await waiting;
      chunks.push(chunk);
      done();
    },
    final(done) {
      writeFileSync(file, Buffer.concat(chunks));
      done();
    },
  });
}

async function packWhile(root: string, act: () => void) {
  const archive = join(fresh(), "archive");
  const result = await pack(root, interrupted(archive, act));
  const copy = fresh();
  expect(tar("-C", copy, "-xpf", archive)).toBe("");
  return { ...result, archive, copy };
}

const content = (size: number) => Buffer.alloc(size, "content of b ");

test("a file that shrinks is filled up with zeros, and reported", async () => {
  const root = large();
  const { skipped, incompleteCount, copy } = await packWhile(root, () =>
    truncateSync(join(root, "b"), LARGE / 2),
  );
  expect(skipped).toEqual([
    { path: "b", reason: "it shrank while it was read: what was missing is zeros", incomplete: true },
  ]);
  expect(incompleteCount).toBe(1);
  const expected = Buffer.concat([content(LARGE / 2), Buffer.alloc(LARGE / 2)]);
  expect(readFileSync(join(copy, "b")).equals(expected)).toBe(true);
  expect(readFileSync(join(copy, "d"), "utf8")).toBe("content of d");
});

test("a file that grows is packed as it was, and reported", async () => {
  const root = large();
  const { skipped, incompleteCount, copy } = await packWhile(root, () =>
    appendFileSync(join(root, "b"), "more"),
  );
  expect(skipped).toEqual([{ path: "b", reason: "it changed while it was read", incomplete: false }]);
  expect(incompleteCount).toBe(0);
  expect(readFileSync(join(copy, "b")).equals(content(LARGE))).toBe(true);
});

test("a file that vanishes is reported", async () => {
  const root = large();
  const { skipped, archive } = await packWhile(root, () => rmSync(join(root, "c")));
  expect(skipped).toEqual([{ path: "c", reason: "it was removed before it was read", incomplete: false }]);
  expect(names(archive)).toEqual(["./", "a", "b", "d"]);
});

test("what becomes a fifo or a link leads nowhere", async () => {
  const root = large();
  const outside = fresh();
  writeFileSync(join(outside, "secret"), "secret");
  mkdirSync(join(root, "e"));
  const { skipped, copy } = await packWhile(root, () => {
    for (const name of ["c", "d", "e"]) rmSync(join(root, name), { recursive: true });
    execFileSync("mkfifo", [join(root, "c")]);
    symlinkSync(join(outside, "secret"), join(root, "d"));
    symlinkSync(outside, join(root, "e"));
  });
  expect(skipped.map(({ path }) => path)).toEqual(["c", "d", "e"]);
  expect(readdirSync(copy).sort()).toEqual(["a", "b"]);
});

test("a directory that is moved away does not lead out of the tree", async () => {
  const root = fresh();
  const outside = fresh();
  mkdirSync(join(outside, "secret"));
  // Deeper than the packer has directories open: it comes back by "..".
  const deep = Array.from({ length: 150 }, () => "d");
  mkdirSync(join(root, ...deep), { recursive: true });
  writeFileSync(join(root, ...deep, "b"), content(LARGE));
  const archive = join(fresh(), "archive");
  const moved = interrupted(archive, () =>
    renameSync(join(root, ...deep.slice(0, 30)), join(outside, "moved")),
  );
  await expect(pack(root, moved)).rejects.toMatchObject({ code: "ENOENT", syscall: "openat" });
  expect(existsSync(archive)).toBe(false);
});

test("a stream is written no faster than it takes it, and holds the same archive", async () => {
  const root = large();
  const files = [join(fresh(), "file"), join(fresh(), "stream")] as const;
  await pack(root, files[0]);
  let most = 0;
  const stream = createWriteStream(files[1], { highWaterMark: 1000 });
  stream.on("drain", () => {
    most = Math.max(most, stream.writableLength);
  });
  const { writtenBytes } = await pack(root, stream);
  expect(readFileSync(files[1]).equals(readFileSync(files[0]))).toBe(true);
  expect(writtenBytes).toBe(statSync(files[0]).size);
  expect(most).toBeLessThan(2 ** 20);
});

for (const compression of ["gzip", "zstd"] as const) {
  test(`${compression} is what its own program reads`, async () => {
    const root = large();
    const files = [join(fresh(), "plain"), join(fresh(), "packed")] as const;
    await pack(root, files[0]);
    const result = await pack(root, files[1], { compression: { type: compression, level: 9 } });
    expect(result).toMatchObject({ compression, writtenBytes: statSync(files[1]).size });
    const unpacked = execFileSync(compression, ["-dc", files[1]], { maxBuffer: 2 ** 28 });
    expect(unpacked.equals(readFileSync(files[0]))).toBe(true);
  });
}

test("progress is told, with a total", async () => {
  const root = large();
  const told: PackProgress[] = [];
  await pack(
    root,
    interrupted(join(fresh(), "x"), () => undefined),
    { onProgress: (one) => told.push(one) },
  );
  expect(told.length).toBeGreaterThan(2);
  expect(told[1]).toMatchObject({ path: "b", totalBytes: LARGE + 36 });
  expect(told.at(-1)).toMatchObject({ entries: 5, bytes: LARGE + 36, path: "d" });
});

/** A pack that fails, or is aborted: of whatever it was to write there is nothing, and nothing is left open. */
async function failing(act: (root: string, target: string) => Promise<unknown>): Promise<void> {
  const root = large();
  const target = fresh();
  writeFileSync(join(target, "archive"), "an older one");
  const before = readdirSync("/proc/self/fd").length;
  await act(root, join(target, "archive"));
  expect(readdirSync(target)).toEqual(["archive"]);
  expect(readFileSync(join(target, "archive"), "utf8")).toBe("an older one");
  expect(readdirSync("/proc/self/fd").length).toBe(before);
}

test("an abort leaves nothing", async () => {
  await failing(async (root, target) => {
    const signal = AbortSignal.timeout(1);
    const aborted = { name: "AbortError", code: "ABORT_ERR" };
    await expect(pack(root, target, { signal, compression: "gzip" })).rejects.toMatchObject(aborted);
    await expect(pack(root, target, { signal })).rejects.toMatchObject(aborted);
    const stalled = new Writable({ write() {} });
    const later = AbortSignal.timeout(100);
    await expect(pack(root, stalled, { signal: later })).rejects.toMatchObject(aborted);
    expect(stalled.destroyed).toBe(true);
  });
});

test("a destination that fails says why", async () => {
  await failing(async (root) => {
    await expect(pack(root, "/dev/full")).rejects.toMatchObject({ code: "ENOSPC" });
    const error = new Error("enough");
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(error) });
    await expect(pack(root, broken)).rejects.toBe(error);
    await expect(pack(root, root)).rejects.toMatchObject({ code: "EISDIR" });
    await expect(pack(root, join(root, "nonesuch/x"))).rejects.toMatchObject({ code: "ENOENT" });
    const reader = createReadStream("/dev/null");
    await expect(pack(join(root, "nonesuch"), join(root, "x"))).rejects.toMatchObject({ code: "ENOENT" });
    reader.destroy();
    await new Promise<void>((resolve) => reader.once("close", resolve));
  });
});
