import { describe, expect, test } from "vitest";
import {
  AT_FDCWD,
  MS_BIND,
  MS_REMOUNT,
  O_CREAT,
  O_WRONLY,
  PR_SET_NO_NEW_PRIVS,
  program,
  type Step,
} from "../src/index.js";
import { written } from "./vocabulary.js";

const namespaces = ["mount", "network", "uts"] as const;

// As a plan out of somebody's JSON would have it: of no type.
function refusal(...steps: unknown[]): () => unknown {
  return () => program({ namespaces, steps: steps as Step[] }, { file: "true" });
}

describe("what no kernel could be asked is refused, and the refusal names the value", () => {
  test.each<[wrong: unknown, message: string]>([
    [{ call: "fork", args: [] }, '"fork" is not a call that a step can make'],
    [{ call: "constructor", args: [] }, '"constructor" is not a call'],
    [{ call: "chdir", args: [] }, "chdir: takes 1 arguments, not []"],
    [{ call: "chdir", args: ["/a", "/b"] }, 'chdir: takes 1 arguments, not ["/a","/b"]'],
    [{ call: "chdir" }, "chdir: takes 1 arguments, not undefined"],
    [{ call: "chdir", args: [7] }, "chdir: argument 1 has to be a string without NUL, not 7"],
    [
      { call: "chdir", args: ["/a\0b"] },
      'chdir: argument 1 has to be a string without NUL, not "/a\\u0000b"',
    ],
    [{ call: "mknodat", args: [AT_FDCWD, "a"] }, "mknodat: takes 3 to 4 arguments"],
    [
      { call: "umask", args: [0o10000] },
      "umask: argument 1 has to be permissions from 0 to 0o7777, not 4096",
    ],
    [{ call: "umask", args: ["18"] }, 'umask: argument 1 has to be permissions from 0 to 0o7777, not "18"'],
    [{ call: "umask", args: [0.5] }, "umask: argument 1 has to be permissions from 0 to 0o7777, not 0.5"],
    [{ call: "close", args: [-1] }, "close: argument 1 has to be a descriptor, not -1"],
    [{ call: "close", args: [{ fd: 3 }] }, 'close: argument 1 has to be a descriptor, not {"fd":3}'],
    [{ call: "fchdir", args: [AT_FDCWD] }, "fchdir: argument 1 has to be a descriptor, not -100"],
    [{ call: "umount2", args: ["/", -1] }, "umount2: argument 2 has to be a set of flags, not -1"],
    [{ call: "umount2", args: ["/", "2"] }, 'umount2: argument 2 has to be a set of flags, not "2"'],
    [{ call: "setresuid", args: [0, 0, 2 ** 32] }, "setresuid: argument 3 has to be an id, not 4294967296"],
    [{ call: "setresuid", args: [-2, 0, 0] }, "setresuid: argument 1 has to be an id, not -2"],
    [
      { call: "fcntl", args: [0, 4, 0] },
      "fcntl: argument 2 has to be a constant F_… that steps can use, not 4",
    ],
    [
      { call: "ioctl", args: [0, 0x5412, {}] },
      "ioctl: argument 2 has to be a constant SIOC… that steps can use, not 21522",
    ],
    [
      { call: "socket", args: [38, 1, 0] },
      "socket: argument 1 has to be a constant AF_… that steps can use, not 38",
    ],
    [
      { call: "close_range", args: [0, "18446744073709551616", 0] },
      "close_range: argument 2 has to be an integer",
    ],
    [
      { call: "execve", args: ["/a", ["b", 1], []] },
      'execve: argument 2 has to be an array of strings without NUL, not ["b",1]',
    ],
    [
      { call: "write", args: [1, { base64: "?" }, 0] },
      'write: argument 2 has to be a string or { base64 }, not {"base64":"?"}',
    ],
    [
      { call: "openat2", args: [0, "a", { struct: "mount_attr" }, 24] },
      'has to be { struct: "open_how" } with its fields',
    ],
    [{ call: "openat2", args: [0, "a", { struct: "open_how" }, 24] }, 'not {"struct":"open_how"}'],
    [{ call: "openat2", args: [0, "a", { struct: "open_how", flags: 0, mode: "7" }, 24] }, '"mode":"7"'],
    [
      { call: "ioctl", args: [0, 0x8914, { struct: "ifreq", ifr_name: "a".repeat(16), ifr_flags: 1 }] },
      '"ifr_name":"aaaaaaaaaaaaaaaa"',
    ],
    [{ call: "rt_sigprocmask", args: [2, { struct: "sigset", signals: [65] }, null, 8] }, '"signals":[65]'],
    [{ call: "setgroups", args: [1, { struct: "gids", gids: [-1] }] }, '"gids":[-1]'],
    [{ run: [] }, '{"run":[]} is not a call that a step can make'],
  ])("%j", (wrong, message) => {
    expect(refusal(wrong)).toThrow(TypeError);
    expect(refusal(wrong)).toThrow(message);
  });
});

describe("a length that is not that of what it measures", () => {
  test.each<[Step, string]>([
    [{ call: "sethostname", args: ["box", 4] }, 'sethostname("box", 4): the length has to be 3, not 4'],
    [{ call: "setdomainname", args: ["é", 1] }, "the length has to be 2, not 1"],
    [{ call: "write", args: [1, "a", 2] }, 'write(1, "a", 2): the length has to be 1, not 2'],
    [{ call: "write", args: [1, { base64: "AAAA" }, 2] }, "the length has to be 3, not 2"],
    [{ call: "read", args: [1, "a", 4096] }, "the length has to be 1, not 4096"],
    [{ call: "setgroups", args: [2, null] }, "setgroups(2, NULL): the length has to be 0, not 2"],
    [{ call: "setgroups", args: [3, { struct: "gids", gids: [5] }] }, "the length has to be 1, not 3"],
    [
      { call: "openat2", args: [0, "a", { struct: "open_how", flags: 0 }, 32] },
      "the length has to be 24, not 32",
    ],
    [
      { call: "mount_setattr", args: [0, "", 0, { struct: "mount_attr" }, 24] },
      "the length has to be 32, not 24",
    ],
    [
      { call: "rt_sigprocmask", args: [2, { struct: "sigset", signals: [] }, null, 128] },
      "the length has to be 8, not 128",
    ],
  ])("%j", (step, message) => {
    expect(refusal(step)).toThrow(TypeError);
    expect(refusal(step)).toThrow(message);
  });
});

describe("what would read otherwise than the kernel takes it", () => {
  test.each<[Step, string]>([
    [
      { call: "mount", args: ["/a", "/b", "none", MS_BIND, null] },
      'the type is ignored: it has to be null, not "none"',
    ],
    [{ call: "mount", args: [null, "/b", "tmpfs", MS_REMOUNT, null] }, "the type is ignored"],
    [{ call: "mount", args: ["/a", "/b", null, MS_BIND, "ro"] }, 'the data are ignored: null, not "ro"'],
    [
      { call: "mount", args: ["a", "/b", "c", 0, "x".repeat(4096)] },
      "4096 bytes of data, the kernel reads 4095",
    ],
    [{ call: "openat", args: [AT_FDCWD, "/a", O_WRONLY | O_CREAT] }, "openat: takes 4 arguments"],
    [{ call: "prctl", args: [PR_SET_NO_NEW_PRIVS, 1] }, "prctl: takes 5 arguments, not [38,1]"],
    [
      { call: "mkdirat", args: [AT_FDCWD, "a", 0o755], fd: "a" },
      'mkdirat(AT_FDCWD, "a", 0755): returns no descriptor to keep as "a"',
    ],
  ])("%j", (step, message) => {
    expect(refusal(step)).toThrow(TypeError);
    expect(refusal(step)).toThrow(message);
  });

  test("an error that cannot be allowed", () => {
    expect(refusal({ call: "mkdirat", args: [AT_FDCWD, "a", 0], allow: "EACCES" })).toThrow(
      '"EACCES" is not an error',
    );
  });
});

test("everything that is written in the vocabulary is accepted", () => {
  for (const [step] of written) expect(refusal(step)).not.toThrow();
});
