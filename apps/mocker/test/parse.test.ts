import { describe, expect, test } from "vitest";
import { parse } from "../src/arguments/parse.ts";
import type { RunOptions } from "../src/options.ts";
import { someDirectory } from "./fixtures/directory.ts";

const directory = someDirectory();
const caller = { directory: () => directory, env: { HOME: "/home/me", EMPTY: "" } };

function options(...args: string[]): RunOptions {
  const request = parse("run", args, caller);
  if (request.help) throw new Error("help was asked for");
  return request.options;
}

/** What differs from nothing having been asked for. */
function asked(...args: string[]): Partial<RunOptions> {
  const plain = Object.entries(options("x"));
  const found = Object.entries(options(...args, "x"));
  return Object.fromEntries(
    found.filter(([key, value], i) => JSON.stringify([key, value]) !== JSON.stringify(plain[i])),
  );
}

test("nothing asked for is everything's default", () => {
  expect(options("bash")).toEqual({
    rootfs: undefined,
    hostname: "container",
    volumes: [],
    tmpfs: [],
    env: {},
    workdir: undefined,
    user: undefined,
    readOnly: false,
    network: "none",
    init: false,
    name: undefined,
    storageSize: undefined,
    verbosity: "normal",
    command: ["bash"],
  });
});

describe("each form of each option", () => {
  const data = { source: `${directory}/data`, target: "/d", readonly: false, type: "directory" };
  const tmpfs = { target: "/t", size: undefined, mode: undefined, readonly: false, noexec: true };
  test.each<[args: string[], Partial<RunOptions>]>([
    [["--rootfs", "data"], { rootfs: { directory: `${directory}/data`, overlay: false } }],
    [["--rootfs=./data"], { rootfs: { directory: `${directory}/data`, overlay: false } }],
    [["--rootfs", `${directory}/link:O`], { rootfs: { directory: `${directory}/data`, overlay: true } }],
    [["--hostname", "box"], { hostname: "box" }],
    [["--hostname=box"], { hostname: "box" }],
    [["-h", "box"], { hostname: "box" }],
    [["-hbox"], { hostname: "box" }],
    [["-h=box"], { hostname: "box" }],
    [["-h", "first", "-h", "last"], { hostname: "last" }],
    [["-h", "é".repeat(32)], { hostname: "é".repeat(32) }],
    [["-v", "./data:/d"], { volumes: [data as never] }],
    [["-v", ".:/d"], { volumes: [{ ...data, source: directory } as never] }],
    [["-v./data:/d/"], { volumes: [data as never] }],
    [["--volume=./data:/d:rw"], { volumes: [data as never] }],
    [["-v", "link/../data:/d:cached"], { volumes: [data as never] }],
    [
      ["-v", `${directory}/file:/f:ro`],
      { volumes: [{ source: `${directory}/file`, target: "/f", readonly: true, type: "file" }] },
    ],
    [["-v", "./data:/d", "-v", "./data:/./e//"], { volumes: [data, { ...data, target: "/e" }] as never }],
    [["--mount", "type=bind,source=./data,target=/d"], { volumes: [data as never] }],
    [["--mount", "type=bind,src=data,dst=/d,ro"], { volumes: [{ ...data, readonly: true } as never] }],
    [
      ["--mount", "type=bind,src=data,destination=/d,readonly=true"],
      { volumes: [{ ...data, readonly: true } as never] },
    ],
    [["--mount", "type=bind,src=data,dst=/d,readonly=0"], { volumes: [data as never] }],
    [["--mount", 'type=bind,src=data,"dst=/a,b"'], { volumes: [{ ...data, target: "/a,b" } as never] }],
    [["--mount", 'type=bind,src=data,"dst=/a""b"'], { volumes: [{ ...data, target: '/a"b' } as never] }],
    [["--mount", "type=tmpfs,target=/t"], { tmpfs: [tmpfs] }],
    [
      ["--mount", "type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=700,ro"],
      { tmpfs: [{ ...tmpfs, size: 1 << 20, mode: 0o700, readonly: true }] },
    ],
    [["--tmpfs", "/t"], { tmpfs: [tmpfs] }],
    [["--tmpfs", "/t:size=64m,mode=1777"], { tmpfs: [{ ...tmpfs, size: 64 << 20, mode: 0o1777 }] }],
    [["--tmpfs=/t:ro,nosuid,nodev,noexec"], { tmpfs: [{ ...tmpfs, readonly: true }] }],
    [["--tmpfs", "/t:rw,exec,mode=0755"], { tmpfs: [{ ...tmpfs, noexec: false, mode: 0o755 }] }],
    [["-e", "A=b"], { env: { A: "b" } }],
    [["-eA=b"], { env: { A: "b" } }],
    [["-e=A=b"], { env: { A: "b" } }],
    [["--env=A=b=c", "--env", "B="], { env: { A: "b=c", B: "" } }],
    [["-e", "HOME", "-e", "EMPTY", "-e", "MISSING"], { env: { HOME: "/home/me", EMPTY: "" } }],
    [["-e", "A=1", "-e", "A=2"], { env: { A: "2" } }],
    [["-w", "/srv"], { workdir: "/srv" }],
    [["--workdir=/"], { workdir: "/" }],
    [["-u", "nobody"], { user: "nobody" }],
    [["-u1000:1000"], { user: "1000:1000" }],
    [["--user", "4294967294"], { user: "4294967294" }],
    [["--read-only"], { readOnly: true }],
    [["--read-only=true"], { readOnly: true }],
    [["--read-only", "--read-only=false"], {}],
    [["--network", "host"], { network: "host" }],
    [["--network=none"], {}],
    [["--net", "host"], { network: "host" }],
    [["--net=host"], { network: "host" }],
    [["--init"], { init: true }],
    [["--init=0"], {}],
    [["--name", "a"], { name: "a" }],
    [["--name=Box_1.x-y"], { name: "Box_1.x-y" }],
    [["--storage-size", "512"], { storageSize: 512 }],
    [["--storage-size", "512B"], { storageSize: 512 }],
    [["--storage-size", "2k"], { storageSize: 2048 }],
    [["--storage-size", "64m"], { storageSize: 64 * 2 ** 20 }],
    [["--storage-size", "1.5g"], { storageSize: 1.5 * 2 ** 30 }],
    [["--storage-size", "1 GiB"], { storageSize: 2 ** 30 }],
    [["--storage-size=1T"], { storageSize: 2 ** 40 }],
    [["--verbose"], { verbosity: "verbose" }],
    [["--quiet"], { verbosity: "quiet" }],
    [["-q"], { verbosity: "quiet" }],
    [["--rm", "-i", "-t", "-it", "-ti", "--interactive", "--tty=true"], {}],
    [["-itq"], { verbosity: "quiet" }],
    [["-ith", "box"], { hostname: "box" }],
    [["-ithbox"], { hostname: "box" }],
    [["-qe", "A=b"], { verbosity: "quiet", env: { A: "b" } }],
    [["-h", "--init"], { hostname: "--init" }],
  ])("%j", (args, expected) => {
    expect(asked(...args)).toEqual(expected);
  });
});

describe("options end at the command", () => {
  test.each<[args: string[], command: string[]]>([
    [
      ["bash", "-c", "x", "--hostname", "y"],
      ["bash", "-c", "x", "--hostname", "y"],
    ],
    [
      ["bash", "--help"],
      ["bash", "--help"],
    ],
    [
      ["bash", "--", "x"],
      ["bash", "--", "x"],
    ],
    [
      ["--", "bash", "-i"],
      ["bash", "-i"],
    ],
    [["--init", "--", "--odd"], ["--odd"]],
    [
      ["-h", "box", "echo", ""],
      ["echo", ""],
    ],
    [["-"], ["-"]],
    [
      ["-e", "A=b", "sh", "-e"],
      ["sh", "-e"],
    ],
  ])("%j", (args, command) => {
    expect(options(...args).command).toEqual(command);
  });
});

test("--help before the command is asked for help, wherever it stands", () => {
  expect(parse("run", ["--help"], caller)).toEqual({ help: true });
  expect(parse("run", ["--rm", "--help", "bash"], caller)).toEqual({ help: true });
});

test("--json is of explain alone", () => {
  expect(parse("explain", ["--json", "--init", "sh"], caller)).toMatchObject({
    json: true,
    options: { init: true },
  });
  expect(() => parse("run", ["--json", "sh"], caller)).toThrow("there is no option --json");
});

test("the command's arguments are nowhere taken for options of mocker's", () => {
  expect(options("sh", "--bogus", "-Z", "--memory", "1g")).toMatchObject({
    command: ["sh", "--bogus", "-Z", "--memory", "1g"],
  });
});
