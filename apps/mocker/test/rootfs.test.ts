import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { requires, treeState } from "@mini/testing";
import { expect, test, vi } from "vitest";
import { cli } from "./fixtures/mocker.ts";
import { withRoot } from "./fixtures/root.ts";

vi.setConfig({ testTimeout: 60_000 });

const directory = withRoot();
const at = (...names: string[]) => join(directory, ...names);

function mocker(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--", cli, ...args], {
    cwd: directory,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const names = (archive: string) => mocker("rootfs", "list", archive).stdout.trim().split("\n").sort();

requires("busybox")("a tree is packed, listed, unpacked and run in", () => {
  const before = treeState(at("root"));
  const packed = mocker("rootfs", "pack", "fs.tar.gz", "root", "--exclude=/home");
  expect(packed).toEqual({
    status: 0,
    stdout: "",
    stderr: expect.stringMatching(/^mocker: packed 10 entries, .* into .*\n$/),
  });
  expect(readFileSync(at("fs.tar.gz")).subarray(0, 2).toString("hex")).toBe("1f8b");
  expect(names("fs.tar.gz")).toEqual(
    [
      "./",
      "bin/",
      "etc/",
      "etc/motd",
      "bin/busybox",
      "bin/cat",
      "bin/id",
      "bin/ls",
      "bin/sh",
      "bin/sleep",
    ].sort(),
  );
  expect(mocker("rootfs", "extract", "fs.tar.gz", "fs")).toMatchObject({ status: 0, stdout: "" });
  expect(readFileSync(at("fs/etc/motd"), "utf8")).toBe("hello\n");
  expect(treeState(at("root"))).toEqual(before);
});

requires("busybox", "user namespaces")("the original's recipe", () => {
  // In a container, whose / is small: with /home in it, and other file systems.
  mkdirSync(at("out"), { recursive: true });
  const mounts = [
    `${dirname(realpathSync(cli))}:/mnt/mocker:ro`,
    `${realpathSync(process.execPath)}:/mnt/node:ro`,
    ...["/lib", "/lib64", "/usr/lib"].filter(existsSync).map((path) => `${path}:${path}:ro`),
    `${at("out")}:/out`,
  ];
  const pack = (...args: string[]) =>
    mocker(
      ...["run", "-q", "--rootfs", "root:O", "--tmpfs", "/data", ...mounts.flatMap((mount) => ["-v", mount])],
      ...[
        "sh",
        "-c",
        `echo x > /data/x; cd /out; /mnt/node -- /mnt/mocker/cli.cjs rootfs pack "$@" >&2`,
        "sh",
        ...args,
      ],
    );
  const recipe = pack("ubuntu-fs.tar");
  expect(recipe.status, recipe.stderr).toBe(0);
  const found = names("out/ubuntu-fs.tar");
  expect(found).toEqual(expect.arrayContaining(["bin/busybox", "etc/motd", "proc/", "data/"]));
  expect(found.filter((name) => /^(home|proc\/.|data\/.|out\/.)/.test(name))).toEqual([]);
  // Without the defaults.
  const big = ["proc", "sys", "usr", "lib", "lib64", "mnt", "dev"];
  expect(pack("all.tar", "/", ...big.map((name) => `--exclude=/${name}`)).status).toBe(0);
  expect(names("out/all.tar")).toEqual(
    expect.arrayContaining(["home/me/file", "data/x", "out/ubuntu-fs.tar"]),
  );
  expect(names("out/all.tar")).not.toContain("out/all.tar");

  expect(mocker("rootfs", "extract", "out/ubuntu-fs.tar", "ubuntu-fs").status).toBe(0);
  expect(mocker("run", "-q", "--rootfs", "ubuntu-fs", "cat", "/etc/motd")).toMatchObject({
    status: 0,
    stdout: "hello\n",
  });
});

requires("busybox")("results as JSON, and no word with --quiet", () => {
  const { status, stdout, stderr } = mocker("rootfs", "pack", "--json", "--zstd", "json.tar", "root");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ compression: "zstd", incompleteCount: 0, links: 5 });
  expect(mocker("rootfs", "extract", "-q", "json.tar", "json")).toEqual({
    status: 0,
    stdout: "",
    stderr: "",
  });
  const lines = mocker("rootfs", "list", "--json", "json.tar").stdout.trim().split("\n");
  const motd = lines.map((line) => JSON.parse(line)).find(({ path }) => path === "etc/motd");
  expect(motd).toMatchObject({ type: "file", size: 6, mode: 0o644, xattrs: {} });
  expect(mocker("rootfs", "list", "-v", "json.tar").stdout).toMatch(
    /^lrwxrwxrwx \d+\/\d+ +0 \d{4}-\d\d-\d\d \d\d:\d\d bin\/sh -> busybox$/m,
  );
});

requires("busybox")("archives go through pipes", () => {
  const shell = (script: string) =>
    spawnSync("sh", ["-c", `mocker() { "${process.execPath}" -- "${cli}" rootfs "$@"; }; ${script}`], {
      cwd: directory,
      encoding: "utf8",
    });
  expect(shell("mocker pack -q - root | mocker list -")).toMatchObject({
    stdout: mocker("rootfs", "list", "json.tar").stdout,
    stderr: "",
  });
  expect(shell("mocker pack -q - root | mocker extract -q - piped")).toMatchObject({
    stdout: "",
    stderr: "",
  });
  expect(readFileSync(at("piped/etc/motd"), "utf8")).toBe("hello\n");
  expect(shell("mocker list json.tar | head -1")).toMatchObject({ stdout: "./\n", stderr: "" });
});

requires("busybox")("--strip-components and --reproducible", () => {
  mkdirSync(at("above/root"), { recursive: true });
  writeFileSync(at("above/root/file"), "");
  mocker("rootfs", "pack", "-q", "above.tar", "above");
  expect(mocker("rootfs", "extract", "--strip-components=1", "-q", "above.tar", "stripped").status).toBe(0);
  expect(readdirSync(at("stripped"))).toEqual(["file"]);
  for (const name of ["a.tar", "b.tar"]) mocker("rootfs", "pack", "-q", "--reproducible", name, "above");
  expect(readFileSync(at("a.tar")).equals(readFileSync(at("b.tar")))).toBe(true);
});

requires("busybox", "an ordinary user")("what cannot be read is said, and is exit code 1", () => {
  mkdirSync(at("closed"));
  writeFileSync(at("closed/secret"), "", { mode: 0 });
  expect(mocker("rootfs", "pack", "-q", "closed.tar", "closed")).toEqual({
    status: 1,
    stdout: "",
    stderr: "mocker: secret: it cannot be read (EACCES)\n",
  });
});

test.each([
  [["rootfs", "pak"], 'rootfs "pak" is nothing that there is: did you mean "mocker rootfs pack"?'],
  [["rootfs", "pack"], "the archive is missing: mocker rootfs pack [options] <archive|-> [directory]"],
  [
    ["rootfs", "extract", "x"],
    "the directory is missing: mocker rootfs extract [options] <archive|-> <directory>",
  ],
  [["rootfs", "list", "x", "y"], '"y" is one argument too many: mocker rootfs list [options] <archive|->'],
  [["rootfs", "pack", "--exlude=x", "y"], "there is no option --exlude: did you mean --exclude?"],
  [["rootfs", "pack", "-z", "--zstd", "y"], "--gzip and --zstd contradict each other: leave one out"],
  [
    ["rootfs", "pack", "x.tar.xz", "root"],
    '"x.tar.xz": that compression can be read and not written: name it .tar.gz or .tar.zst, or say --gzip or --zstd',
  ],
  [["rootfs", "pack", "x.tar", "nope"], 'packing "nope" into "x.tar": it does not exist'],
  [
    ["rootfs", "pack", "/dev/full", "root"],
    'packing "root" into "/dev/full": there is no space left: make room, or name one elsewhere',
  ],
  [["rootfs", "extract", "nope", "x"], 'unpacking "nope": it does not exist: check the path'],
  [["rootfs", "extract", "/etc/passwd", "x"], 'unpacking "/etc/passwd": not a tar archive'],
  [
    ["rootfs", "extract", "--strip-components=-1", "x", "y"],
    '--strip-components "-1" is no number of names: give one from 0 on',
  ],
  [
    ["rootfs", "extract", "--limit", "size=1", "x", "y"],
    '--limit "size=1": there is no such limit: name one of bytes, entries, pathLength, depth, ratio, window',
  ],
  [
    ["rootfs", "extract", "--limit", "entries=2", "above.tar", "y"],
    "--limit entries=… allows more, if you trust it",
  ],
  [
    ["explain", "--rootfs", "above.tar", "true"],
    'is an archive: say "mocker rootfs extract" first, and name the directory',
  ],
])("%j is refused in one sentence", (args, sentence) => {
  const { status, stdout, stderr } = mocker(...args);
  expect({ status, stdout }).toEqual({ status: 125, stdout: "" });
  expect(stderr).toContain(sentence);
  expect(stderr).toMatch(/^mocker: [^\n]*\n$/);
  expect(readdirSync(directory).filter((name) => /^(x|y|\.)/.test(name))).toEqual([]);
});
