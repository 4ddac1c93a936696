import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { requires } from "@mini/testing";
import { expect, test, vi } from "vitest";
import { pack } from "../src/index.ts";
import { attributes, freshIn, names, python, setAttributes, tar, temporary, tree } from "./packed.ts";

vi.setConfig({ testTimeout: 60_000 });

const isRoot = process.getuid?.() === 0;
const directory = temporary();
const fresh = () => freshIn(directory);

/** One of everything that this user can make. */
function everything(): string {
  const root = fresh();
  const at = (...names: string[]) => join(root, ...names);
  mkdirSync(at("directory", "empty"), { recursive: true });
  mkdirSync(at(...Array.from({ length: 40 }, () => "nested"), "deep"), { recursive: true });
  mkdirSync(at(...Array.from({ length: 150 }, () => "d")), { recursive: true });
  writeFileSync(at("file"), "content");
  writeFileSync(at("directory", "empty file"), "");
  writeFileSync(at("block"), Buffer.alloc(512, 7));
  writeFileSync(at("large"), Buffer.alloc(3_000_001, "large"));
  writeFileSync(at("a line\nand another, \\ and ü"), "ü");
  writeFileSync(at("n".repeat(100)), "a hundred");
  writeFileSync(at("m".repeat(101)), "and one");
  writeFileSync(at("o".repeat(255)), "the longest");
  writeFileSync(at(...Array.from({ length: 40 }, () => "nested"), "deep", "p".repeat(120)), "deep and long");
  execFileSync("touch", [
    Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]).toString("latin1"),
  ]);
  linkSync(at("file"), at("directory", "hard link"));
  linkSync(at("o".repeat(255)), at("z"));
  symlinkSync("/etc/passwd", at("absolute"));
  symlinkSync("../../..", at("upwards"));
  symlinkSync("t".repeat(1000), at("long"));
  execFileSync("mkfifo", [at("fifo")]);
  chmodSync(at("file"), 0o6751);
  chmodSync(at("directory"), 0o1777);
  execFileSync("touch", ["-d", "@1234567890.123456789", at("block")]);
  execFileSync("touch", ["-d", "@-1.5", at("large")]);
  lutimesSync(at("long"), 1_000_000_000.5, 1_000_000_000.5);
  if (isRoot) {
    for (const [name, ...node] of [
      ["zero", "c", "1", "5"],
      ["disk", "b", "259", "70000"],
    ] as const)
      execFileSync("mknod", [at(name), ...node]);
    execFileSync("chown", ["-h", "3000000:4000000", at("block"), at("long")]);
  }
  return root;
}

test("GNU tar unpacks what was packed, and says nothing", async () => {
  const root = everything();
  const archive = join(fresh(), "archive.tar");
  const result = await pack(root, archive);
  expect(result).toMatchObject({ skipped: [], skippedCount: 0, incompleteCount: 0, compression: "none" });
  expect(result.writtenBytes).toBe(statSync(archive).size);
  expect(result.entries).toBe(result.files + result.directories + result.links + result.devices);
  const copy = fresh();
  expect(
    tar(
      "--warning=no-unknown-keyword",
      "--warning=no-timestamp",
      "--numeric-owner",
      "-C",
      copy,
      "-xpf",
      archive,
    ),
  ).toBe("");
  expect(tree(copy)).toEqual(tree(root));
});

requires("python3")("Python's tarfile reads the same", async () => {
  const root = everything();
  const archive = join(fresh(), "archive.tar");
  const result = await pack(root, archive);
  const entries = python(archive);
  expect(entries).toHaveLength(result.entries);
  const entry = (name: string) => entries.find((one) => one.name === name);
  expect(entry(".")).toMatchObject({ type: "5", uname: "" });
  expect(entry("file")).toMatchObject({ type: "1", mode: 0o6751, size: 0, link: "directory/hard link" });
  expect(entry("z")).toMatchObject({ type: "1", link: "o".repeat(255) });
  expect(entry("long")).toMatchObject({ type: "2", link: "t".repeat(1000) });
  expect(entry("block")?.mtime).toBe("1234567890.123456789");
  expect(entry("large")?.mtime).toBe("-1.500000000");
  expect(entry("fifo")).toMatchObject({ type: "6" });
  expect(entries.filter(({ name }) => name.endsWith(`deep/${"p".repeat(120)}`))).toHaveLength(1);
  if (!isRoot) return;
  expect(entry("block")).toMatchObject({ uid: 3_000_000, gid: 4_000_000 });
  expect(entry("disk")).toMatchObject({ type: "4", device: [259, 70_000] });
});

requires("python3")("a size of more than 8 GiB is in the header", async () => {
  const root = fresh();
  writeFileSync(join(root, "huge"), "");
  truncateSync(join(root, "huge"), 9 * 2 ** 30);
  const archive = join(fresh(), "archive.tar");
  await pack(root, archive);
  expect(statSync(archive).size).toBeLessThan(100_000);
  expect(python(archive)[1]).toMatchObject({ name: "huge", size: 9 * 2 ** 30, sparse: true });
});

/** Islands of data in holes, at the beginning, at the end, and a hole at the end. */
function sparse(): string {
  const root = fresh();
  const write = (name: string, size: number, ...at: number[]) => {
    writeFileSync(join(root, name), "");
    truncateSync(join(root, name), size);
    for (const offset of at)
      execFileSync("dd", ["conv=notrunc", "bs=1", `seek=${offset}`, `of=${join(root, name)}`], {
        input: `here ${offset}`,
        stdio: ["pipe", "ignore", "ignore"],
      });
  };
  write("islands", 64 * 2 ** 20, 0, 1_000_000, 33_000_000);
  write("end", 20 * 2 ** 20, 20 * 2 ** 20 - 6);
  write("hole", 20 * 2 ** 20);
  write("s".repeat(200), 2 ** 21, 5000);
  return root;
}

requires("python3")("holes stay holes", async () => {
  const root = sparse();
  const archive = join(fresh(), "archive.tar");
  await pack(root, archive);
  expect(statSync(archive).size).toBeLessThan(200_000);
  const copy = fresh();
  expect(tar("-C", copy, "-xf", archive)).toBe("");
  expect(tree(copy)).toEqual(tree(root));
  expect(statSync(join(copy, "islands")).blocks).toBeLessThan(2000);
  const ours = python(archive).map(({ name, content }) => [name, content]);
  tar("-C", root, "-cf", join(directory, "plain.tar"), ".");
  const theirs = python(join(directory, "plain.tar")).map(({ name, content }) => [name, content]);
  expect(ours.sort()).toEqual(
    theirs.map(([name = "", content]) => [name?.replace("./", ""), content]).sort(),
  );
  await pack(root, archive, { sparse: false });
  expect(statSync(archive).size).toBeGreaterThan(100 * 2 ** 20);
});

requires("python3")("attributes are kept, and their names may have any characters", async () => {
  const root = fresh();
  writeFileSync(join(root, "file"), "");
  mkdirSync(join(root, "directory"));
  const acl = "0200000001000600ffffffff02000400e703000004000400ffffffff10000400ffffffff20000400ffffffff";
  const capability = "0100000200040000000000000000000000000000";
  const given: Record<string, string> = {
    ...(isRoot && { "security.capability": capability }),
    "system.posix_acl_access": acl,
    "user.a=b%c": "00ff0a",
    "user.empty": "",
    "user.plain": "6f6e65",
  };
  setAttributes(join(root, "file"), given);
  // user::rwx,user:999:r-x,group::r-x,mask::rwx,other::r-x
  const inherited =
    "0200000001000700ffffffff02000500e703000004000500ffffffff10000700ffffffff20000500ffffffff";
  const directory = { "system.posix_acl_default": inherited, "user.d": "31" };
  setAttributes(join(root, "directory"), directory);
  const archive = join(fresh(), "archive.tar");
  await pack(root, archive);
  const copy = fresh();
  expect(tar("--xattrs", "--xattrs-include=*", "-C", copy, "-xpf", archive)).toBe("");
  expect(attributes(join(copy, "file"), join(copy, "directory"))).toEqual([given, directory]);
  // GNU tar has its own words for ACLs, and so has bsdtar.
  const acls = fresh();
  expect(tar("--acls", "-C", acls, "-xpf", archive)).toBe("");
  expect(attributes(join(acls, "file"), join(acls, "directory"))).toEqual([
    { "system.posix_acl_access": acl },
    { "system.posix_acl_default": inherited },
  ]);
});

test("the same tree gives the same bytes", async () => {
  const root = sparse();
  writeFileSync(join(root, "file"), "content");
  linkSync(join(root, "file"), join(root, "another name"));
  const copy = fresh();
  execFileSync("cp", ["-a", "--sparse=never", `${root}/.`, copy]);
  execFileSync("find", [copy, "-exec", "touch", "-h", "-d", "2001-02-03", "{}", ";"]);
  const bytes = async (from: string) => {
    const archive = join(fresh(), "archive");
    await pack(from, archive, { reproducible: true, compression: "gzip" });
    return readFileSync(archive);
  };
  const first = await bytes(root);
  expect(first.length).toBeLessThan(200_000);
  expect((await bytes(copy)).equals(first)).toBe(true);
  vi.stubEnv("SOURCE_DATE_EPOCH", "86400");
  const dated = await bytes(root);
  vi.unstubAllEnvs();
  expect(dated.equals(first)).toBe(false);
  const archive = join(fresh(), "archive");
  writeFileSync(archive, dated);
  const times = tar("--utc", "--full-time", "-tvf", archive).trim().split("\n");
  for (const line of times) expect(line).toContain("1970-01-02 00:00:00");
});

test("what is left out is what GNU tar leaves out", async () => {
  const root = fresh();
  for (const path of [
    "home/me/.cache/x",
    "usr/home/y",
    "usr/lib/a.pyc",
    "usr/lib/deep/b.pyc",
    "[odd]/c",
    "a b/d",
    "homes/e",
  ]) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), "");
  }
  const archive = join(fresh(), "archive");
  const theirs = join(fresh(), "archive");
  const patterns = [
    "home",
    "*.pyc",
    "usr/*",
    "lib/*.pyc",
    "h?me",
    "[h]ome",
    "h[!x]me",
    "\\[odd\\]",
    "a b",
    "me/.cache",
    "x",
    "*",
    "deep/",
    "ho",
    "",
    "lib/deep",
  ];
  for (const pattern of patterns) {
    await pack(root, archive, { exclude: [pattern] });
    // GNU tar leaves nothing out for a pattern with a "/" at its end.
    tar(
      "-C",
      root,
      "--transform=s,^\\./\\(.\\),\\1,",
      `--exclude=${pattern.replace(/\/$/, "")}`,
      "-cf",
      theirs,
      ".",
    );
    expect(names(archive), pattern).toEqual(pattern === "*" ? ["./"] : names(theirs));
  }
  // From the root of the tree on.
  for (const pattern of ["/home", "./home", "/home/"]) {
    await pack(root, archive, { exclude: [pattern, "/usr/lib"] });
    tar(
      "-C",
      root,
      "--anchored",
      "--exclude=./home",
      "--exclude=./usr/lib",
      "--transform=s,^\\./\\(.\\),\\1,",
      "-cf",
      theirs,
      ".",
    );
    expect(names(archive), pattern).toEqual(names(theirs));
    expect(names(archive)).toContain("usr/home/y");
  }
});

requires("root")("what is mounted is left out, and its mount point is not", async () => {
  const root = fresh();
  mkdirSync(join(root, "mount"));
  writeFileSync(join(root, "file"), "");
  const archives = [join(fresh(), "ours"), join(fresh(), "theirs")] as const;
  execFileSync("mount", ["-t", "tmpfs", "-o", "mode=751", "mini-pack-test", join(root, "mount")]);
  try {
    writeFileSync(join(root, "mount/inside"), "");
    const { skipped } = await pack(root, archives[0], { oneFileSystem: true });
    expect(skipped).toMatchObject([{ path: "mount", incomplete: false }]);
    tar("-C", root, "--one-file-system", "--transform=s,^\\./\\(.\\),\\1,", "-cf", archives[1], ".");
    expect(names(archives[0])).toEqual(names(archives[1]));
    expect(names(archives[0])).toContain("mount/");
    await pack(root, archives[0]);
    expect(names(archives[0])).toContain("mount/inside");
  } finally {
    execFileSync("umount", [join(root, "mount")]);
  }
});

test("an archive is no part of itself, nor is the one that it replaces", async () => {
  const root = fresh();
  const archive = join(root, "archive.tar");
  writeFileSync(archive, "an older one", { mode: 0o600 });
  chmodSync(archive, 0o600);
  writeFileSync(join(root, "file"), "");
  symlinkSync("archive.tar", join(root, "link"));
  const { skipped } = await pack(root, join(root, "link"));
  expect(skipped).toEqual([]);
  expect(names(archive)).toEqual(["./", "file", "link"]);
  expect(statSync(archive).mode & 0o777).toBe(0o600);
  expect(readdirSync(root).sort()).toEqual(["archive.tar", "file", "link"]);
});

test("sockets are left out and named", async () => {
  const root = fresh();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(root, "socket"), resolve));
  const { skipped, incompleteCount } = await pack(root, join(fresh(), "archive"));
  server.close();
  expect(skipped).toEqual([
    { path: "socket", reason: "sockets have no place in archives", incomplete: false },
  ]);
  expect(incompleteCount).toBe(0);
});

requires("an ordinary user")("what cannot be read is reported, and the rest is packed", async () => {
  const root = fresh();
  for (const name of ["closed", "file", "secret"]) writeFileSync(join(root, name), name);
  mkdirSync(join(root, "locked/inside"), { recursive: true });
  chmodSync(join(root, "secret"), 0);
  chmodSync(join(root, "locked"), 0);
  const archive = join(fresh(), "archive");
  const { skipped, incompleteCount } = await pack(root, archive);
  chmodSync(join(root, "locked"), 0o700);
  expect(skipped).toEqual([
    { path: "locked", reason: "it cannot be read (EACCES)", incomplete: true },
    { path: "secret", reason: "it cannot be read (EACCES)", incomplete: true },
  ]);
  expect(incompleteCount).toBe(2);
  expect(names(archive)).toEqual(["./", "closed", "file", "locked/"]);
});

test("options that make no sense are refused", async () => {
  const refused = async (options: object) =>
    await expect(pack(directory, join(directory, "x"), options)).rejects.toThrow(TypeError);
  await refused({ exclud: [] });
  await refused({ exclude: "x" });
  await refused({ exclude: ["\0"] });
  await refused({ compression: "xz" });
  await refused({ compression: { type: "gzip", level: 10 } });
  await refused({ compression: { type: "none", level: 1 } });
  await refused({ onProgress: true });
  vi.stubEnv("SOURCE_DATE_EPOCH", "yesterday");
  await refused({ reproducible: true });
  vi.unstubAllEnvs();
  await expect(pack(join(directory, "nonesuch"), "x")).rejects.toMatchObject({ code: "ENOENT" });
  cpSync(import.meta.filename, join(directory, "file"));
  await expect(pack(join(directory, "file"), "x")).rejects.toMatchObject({ code: "ENOTDIR" });
});
