import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { requires, treeState } from "@mini/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Entry, extract, list, type Progress } from "../src/archive.js";
import { archive, directory, end, file, hardlink, symlink } from "./archive/tar.js";

let place: string;
let out: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "mini-extract-"));
  out = join(place, "out");
});
afterEach(() => {
  execFileSync("chmod", ["-R", "u+rwx", place]); // of an ordinary user's directories without write permission
  rmSync(place, { recursive: true, force: true });
});

const small = archive(
  directory("a", { mode: 0o555, mtime: 1000 }),
  file("a/file", "content", { mode: 0o640, mtime: 2000 }),
  symlink("a/link", "/etc/passwd"),
  hardlink("b", "a/file"),
);
const bytes = "x".repeat(1024 * 1024);
const large = archive(...Array.from({ length: 32 }, (_, i) => file(`file${i}`, bytes)));

test("a path, a URL, bytes, a Readable and any iterable of chunks are unpacked alike", async () => {
  const path = join(place, "small.tar");
  writeFileSync(path, small);
  const cut = Array.from({ length: Math.ceil(small.length / 7) }, (_, i) => small.subarray(i * 7, i * 7 + 7));
  async function* chunks() {
    yield* cut;
  }
  const sources = [path, pathToFileURL(path), small, Readable.from(cut), chunks()];
  for (const [i, source] of sources.entries()) {
    const directory = join(place, `out${i}`);
    const result = await extract(source, directory);
    expect(result).toMatchObject({ entries: 4, files: 1, directories: 1, links: 2, bytes: 7 });
    expect(readFileSync(join(directory, "b"), "utf8")).toBe("content");
    expect(lstatSync(join(directory, "a"))).toMatchObject({ mtimeMs: 1_000_000 });
    expect(lstatSync(join(directory, "a/file"))).toMatchObject({ nlink: 2, mtimeMs: 2_000_000 });
    expect(lstatSync(join(directory, "a")).mode & 0o7777).toBe(0o555);
  }
});

test("what does not exist appears when it is whole, and not at all after a failure", async () => {
  const seen: string[][] = [];
  const filter = () => {
    seen.push(readdirSync(place));
    return true;
  };
  await extract(small, out, { filter });
  expect(seen.flat().filter((name) => name === "out")).toEqual([]);
  expect(seen.flat().every((name) => name.startsWith(".out.mini-"))).toBe(true);
  const error = await extract(small.subarray(0, 1500), join(place, "half")).catch((error) => error);
  expect(error).toMatchObject({ name: "ArchiveError", code: "ERR_ARCHIVE_TRUNCATED", entry: "a/file" });
  expect(readdirSync(place)).toEqual(["out"]);
});

test("a directory that exists has a mark in it until all is there", async () => {
  mkdirSync(out);
  writeFileSync(join(out, "mine"), "mine");
  const seen: boolean[] = [];
  const filter = () => {
    seen.push(readdirSync(out).includes(".mini-incomplete"));
    return true;
  };
  await extract(small, out, { filter });
  expect(seen).toEqual([true, true, true, true]);
  expect(readdirSync(out).sort()).toEqual(["a", "b", "mine"]);
  await expect(extract(small.subarray(0, 1500), out)).rejects.toThrow("ERR_ARCHIVE_TRUNCATED");
  expect(readdirSync(out)).toContain(".mini-incomplete");
  expect(readFileSync(join(out, "mine"), "utf8")).toBe("mine");
});

test("an archive cannot take the mark away", async () => {
  mkdirSync(out);
  writeFileSync(join(out, "mine"), "mine");
  for (const name of [".mini-incomplete", "./.mini-incomplete", "here/.mini-incomplete"]) {
    const hostile = archive(symlink("here", "."), file(name, "mine now"));
    await expect(extract(hostile, out)).rejects.toMatchObject({ code: "ERR_ARCHIVE_UNSUPPORTED" });
    expect(readFileSync(join(out, ".mini-incomplete"), "utf8")).toBe("");
  }
  const hidden = Buffer.concat([file(".wh..mini-incomplete"), file(".wh..wh..opq"), file("b", "cut off")]);
  await expect(extract(hidden, out, { whiteouts: "apply" })).rejects.toThrow("TRUNCATED");
  expect(readdirSync(out)).toContain(".mini-incomplete");
});

test("an empty directory is empty again after a failure, and is the same one", async () => {
  mkdirSync(out);
  const { ino } = lstatSync(out);
  await expect(extract(small.subarray(0, 1500), out)).rejects.toThrow("ERR_ARCHIVE_TRUNCATED");
  expect(readdirSync(out)).toEqual([]);
  await extract(small, out);
  expect(lstatSync(out).ino).toBe(ino);
});

test("an AbortSignal ends it, whatever it waits for", async () => {
  const signal = AbortSignal.abort("too late");
  await expect(extract(small, out, { signal })).rejects.toMatchObject({ code: "ABORT_ERR" });
  const stuck = new Readable({ read() {} });
  const waiting = new AbortController();
  const ended = extract(stuck, out, { signal: waiting.signal });
  setTimeout(() => waiting.abort("enough"), 20);
  await expect(ended).rejects.toMatchObject({ name: "AbortError", cause: "enough" });
  expect(stuck.destroyed).toBe(true);
  const during = new AbortController();
  const filter = () => {
    during.abort();
    return true;
  };
  await expect(extract(large, out, { signal: during.signal, filter })).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(readdirSync(place)).toEqual([]);
});

test("the error of a stream, of a filter and of onProgress is what it rejects with", async () => {
  const broken = Readable.from(
    (function* () {
      yield small.subarray(0, 600);
      throw new RangeError("broken");
    })(),
  );
  const bad = () => {
    throw new RangeError("broken");
  };
  await expect(extract(broken, out)).rejects.toThrow(RangeError);
  await expect(extract(small, out, { filter: bad })).rejects.toThrow(RangeError);
  await expect(extract(large, out, { onProgress: bad })).rejects.toThrow(RangeError);
  await expect(extract(Readable.from(["text"]), out)).rejects.toThrow("has to be a Uint8Array");
  expect(readdirSync(place).filter((name) => name !== "out")).toEqual([]);
});

test("progress counts up to all of it", async () => {
  const reports: Progress[] = [];
  await extract(large, out, { onProgress: (progress) => reports.push(progress) });
  expect(reports.at(-1)).toEqual({
    entries: 32,
    bytes: 32 * 1024 * 1024,
    readBytes: large.length,
    totalBytes: large.length,
    path: "file31",
  });
});

test("strip takes names away, from hard links' targets too", async () => {
  const { entries, skipped } = await extract(
    archive(
      file("top", "gone"),
      directory("a/b"),
      file("a/b/file", "content"),
      hardlink("a/link", "a/b/file"),
      hardlink("a/lost", "top"),
    ),
    out,
    { strip: 1 },
  );
  expect(entries).toBe(5);
  expect(readdirSync(out).sort()).toEqual(["b", "link"]);
  expect(lstatSync(join(out, "link")).ino).toBe(lstatSync(join(out, "b/file")).ino);
  expect(skipped.map(({ path }) => path)).toEqual(["a/lost"]);
});

test("a filter sees each entry, and what it refuses is not made", async () => {
  const seen: Entry[] = [];
  const filter = (entry: Entry) => {
    seen.push(entry);
    return entry.type !== "symlink";
  };
  await extract(small, out, { filter });
  expect(readdirSync(join(out, "a"))).toEqual(["file"]);
  const listed: Entry[] = [];
  for await (const entry of list(small)) listed.push(entry);
  expect(seen).toEqual(listed);
  expect(listed[1]).toMatchObject({ path: "a/file", type: "file", mode: 0o640, size: 7, offset: 512 });
});

test("leaving a list early ends the work", async () => {
  const stream = Readable.from([large.subarray(0, 2_000_000), large.subarray(2_000_000)]);
  for await (const { path } of list(stream)) {
    expect(path).toBe("file0");
    break;
  }
  expect(stream.destroyed).toBe(true);
});

requires("root")("a map shifts owners, of what the archive only implies too", async () => {
  const range = [{ inside: 0, outside: 100_000, size: 65_536 }];
  const ownership = { uids: range, gids: range };
  await extract(archive(file("a/b/c", "", { uid: 5, gid: 6 })), out, { ownership });
  expect(lstatSync(join(out, "a/b/c"))).toMatchObject({ uid: 100_005, gid: 100_006 });
  expect(lstatSync(join(out, "a/b"))).toMatchObject({ uid: 100_000, gid: 100_000 });
  const unknown = archive(file("x", "", { uid: 70_000 }));
  await expect(extract(unknown, join(place, "other"), { ownership })).rejects.toMatchObject({
    code: "ERR_ARCHIVE_UNSUPPORTED",
    entry: "x",
  });
});

test("a squashed owner lends nobody's identity", async () => {
  const setuid = archive(file("su", "", { mode: 0o4755 }), directory("d", { mode: 0o2755 }));
  const { skipped } = await extract(setuid, out, { ownership: "squash" });
  expect(lstatSync(join(out, "su")).mode & 0o7777).toBe(0o755);
  expect(lstatSync(join(out, "d")).mode & 0o7777).toBe(0o2755);
  expect(skipped).toEqual([{ path: "su", reason: "the setuid or setgid bit: its owner is another" }]);
});

test("limits trip with an error that says which", async () => {
  const cases = [
    ["bytes", 6, "a/file"],
    ["entries", 3, "b"],
    ["pathLength", 5, "a/file"],
    ["depth", 1, "a/file"],
  ] as const;
  for (const [limit, most, entry] of cases) {
    const error = await extract(small, out, { limits: { [limit]: most } }).catch((error) => error);
    expect({ limit: error.limit, code: error.code }).toEqual({ limit, code: "ERR_ARCHIVE_LIMIT" });
    if (limit !== "entries") expect(error.entry).toBe(entry);
  }
  const all = { bytes: 7, entries: 4, pathLength: 11, depth: 2 };
  expect(await extract(small, out, { limits: all })).toMatchObject({ entries: 4 });
});

test("options that make no sense are refused before anything is done", async () => {
  const wrong = [
    { strip: -1 },
    { strip: 1.5 },
    { limits: { bytes: Number.NaN } },
    { limits: { byte: 1 } },
    { ownership: "mine" },
    { ownership: { uids: [{ inside: 0, outside: 0, size: 0 }], gids: [] } },
    { whiteouts: "burn" },
    { onProgres: () => undefined },
    { filter: "all" },
  ];
  for (const options of wrong)
    await expect(extract(small, out, options as never), JSON.stringify(options)).rejects.toThrow(TypeError);
  await expect(extract(5 as never, out)).rejects.toThrow(TypeError);
  await expect(extract(join(place, "none.tar"), out)).rejects.toMatchObject({ code: "ENOENT" });
  await expect(extract(small, join(place, "none", "out"))).rejects.toMatchObject({ code: "ENOENT" });
  expect(readdirSync(place)).toEqual([]);
});

test("the directory's own entry is about the directory, existing or not", async () => {
  const rooted = archive(directory("./", { mode: 0o700, mtime: 3000 }), file("./file", "x"), end);
  await extract(rooted, out);
  const made = treeState(out);
  expect(lstatSync(out)).toMatchObject({ mtimeMs: 3_000_000 });
  expect(lstatSync(out).mode & 0o7777).toBe(0o700);
  mkdirSync(join(place, "there"));
  await extract(rooted, join(place, "there"));
  expect(lstatSync(join(place, "there"))).toMatchObject({ mtimeMs: 3_000_000 });
  expect(made).toHaveLength(2);
});
