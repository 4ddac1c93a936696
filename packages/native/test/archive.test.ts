import { execFileSync, spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { archive, type RawExtractOptions, type RawFailure, type RawResult } from "../src/archive.js";

let place: string;
let out: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "mini-archive-"));
  out = join(place, "out");
  mkdirSync(out);
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const limits = {
  bytes: Number.POSITIVE_INFINITY,
  entries: Number.POSITIVE_INFINITY,
  pathLength: Number.POSITIVE_INFINITY,
  depth: Number.POSITIVE_INFINITY,
  ratio: Number.POSITIVE_INFINITY,
  window: 1024 * 1024 * 128,
};

function options(more: Partial<RawExtractOptions> = {}): RawExtractOptions {
  return {
    directory: out,
    marker: "",
    empty: false,
    limits,
    ownership: "squash",
    whiteouts: 0,
    opaque: "user.overlay.opaque",
    strip: 0,
    filter: false,
    threads: 1,
    walk: false,
    ...more,
  };
}

function extract(path: string, more?: Partial<RawExtractOptions>): Promise<RawResult | RawFailure> {
  return new Promise((resolve) =>
    archive.extract(path, options(more), (...event) => {
      if (event[0] === 0 || event[0] === 1) resolve(event[1]);
    }),
  );
}

/** An archive of what a shell script makes. */
function made(script: string): string {
  const tree = join(place, "tree");
  mkdirSync(tree);
  execFileSync("sh", ["-ec", script], { cwd: tree });
  execFileSync("tar", ["-cf", join(place, "x.tar"), "-C", tree, "."]);
  return join(place, "x.tar");
}

// What openat2(2) does for us, done name by name where the kernel has none.
test("without openat2, links are followed inside the root alone", async () => {
  writeFileSync(join(place, "outside"), "untouched");
  const path = made("mkdir -p usr/lib; echo x > usr/lib/x; ln -s usr/lib lib");
  expect(await extract(path, { walk: true })).toMatchObject({ entries: 5 });
  symlinkSync("/inner", join(out, "absolute")); // which the host does not have
  mkdirSync(join(out, "inner"));
  symlinkSync("../../../..", join(out, "up"));
  symlinkSync("loop", join(out, "loop"));
  symlinkSync("nowhere", join(out, "dangling"));
  const inner = (name: string) => {
    const file = join(place, "inner.tar");
    execFileSync("tar", ["-cf", file, "-C", join(place, "tree"), `--transform=s,^,${name}/,`, "usr/lib/x"]);
    return extract(file, { walk: true, strip: 0 });
  };
  for (const [through, where] of [
    ["lib", "usr/lib"],
    ["absolute", "inner"],
    ["up", ""],
    ["usr/lib/../../up/lib", undefined],
  ] as const) {
    const result = await inner(through);
    if (where === undefined) expect(result).toMatchObject({ fault: 1 });
    else expect(readFileSync(join(out, where, "usr/lib/x"), "utf8")).toBe("x\n");
  }
  const errno = async (name: string) => ((await inner(name)) as RawFailure).errno;
  expect(await errno("loop")).toBe(40); // ELOOP
  expect(await errno("dangling")).toBe(2); // ENOENT
  expect(await errno("usr/lib/x")).toBe(20); // ENOTDIR
  expect(readFileSync(join(place, "outside"), "utf8")).toBe("untouched");
});

test("more threads make the same tree", async () => {
  const path = made("for i in $(seq 300); do mkdir d$i; echo $i > d$i/f; seq 20000 > d$i/g; done");
  expect(await extract(path, { threads: 8 })).toMatchObject({ files: 600, directories: 301 });
  expect(spawnSync("diff", ["-r", join(place, "tree"), out]).status).toBe(0);
  expect(lstatSync(join(out, "d7/g")).mtimeMs).toBe(
    Math.floor(lstatSync(join(place, "tree/d7/g")).mtimeMs / 1000) * 1000,
  );
});

// A Worker's end must wait until its memory is in use no longer, and must not wait for what never comes.
test("a Worker is terminated with an archive half pushed", async () => {
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    const { archive } = require(workerData.module);
    const job = archive.extract(null, workerData.options, () => {});
    const content = Buffer.alloc(64 * 1024 * 1024);
    archive.push(job, workerData.header);
    archive.push(job, content);
    parentPort.postMessage("pushed");
    setInterval(() => {}, 1000);`;
  const header = execFileSync("sh", ["-c", "truncate -s 1G big; tar -c big | head -c 512"], { cwd: place });
  for (let i = 0; i < 5; i++) {
    const module = join(import.meta.dirname, "../dist/archive.cjs");
    const worker = new Worker(source, { eval: true, workerData: { module, options: options(), header } });
    await new Promise((resolve) => worker.once("message", resolve));
    await worker.terminate();
  }
});

test("a process that exits does not wait for its archives", () => {
  const script = `
    const { archive } = require(process.argv[1]);
    archive.extract(null, JSON.parse(process.argv[2]), () => {});
    archive.list(null, JSON.parse(process.argv[2]), () => {});
    process.exit(7);`;
  const module = join(import.meta.dirname, "../dist/archive.cjs");
  const given = JSON.stringify(
    options({ limits: Object.fromEntries(Object.keys(limits).map((name) => [name, 1e9])) as never }),
  );
  const { status, stderr } = spawnSync(process.execPath, ["-e", script, module, given], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 7, stderr: "" });
});

test("many jobs at once come to their ends", async () => {
  const path = made("seq 10000 > f");
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, i) => {
      mkdirSync(join(out, `${i}`));
      return extract(path, { directory: join(out, `${i}`) });
    }),
  );
  expect(results).toHaveLength(50);
  for (const result of results) expect(result).toMatchObject({ files: 1, skippedCount: 0 });
});
