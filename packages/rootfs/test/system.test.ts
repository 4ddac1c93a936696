import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { hostState, requires, treeState } from "@mini/testing";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { system } from "../src/index.js";
import { identity, inside, rootless, storage } from "./container.js";

// Where the container sees it: /tmp is its own there, /var/tmp is the host's.
let canary: string;

beforeAll(() => {
  canary = mkdtempSync("/var/tmp/mini-canary-");
  writeFileSync(join(canary, "file"), "host\n");
  writeFileSync(join(canary, "other"), "other\n");
  linkSync(join(canary, "other"), join(canary, "linked"));
  symlinkSync("file", join(canary, "link"));
  mkdirSync(join(canary, "directory/deep"), { recursive: true });
  writeFileSync(join(canary, "directory/deep/file"), "deep\n");
});
afterAll(() => rmSync(canary, { recursive: true, force: true }));

const python = (code: string) => `python3 -c '${code}'`;

/** What is done to the host's files inside, and what is seen there afterwards. */
const cases: readonly (readonly [name: string, script: string, seen: string])[] = [
  ["changed", "echo new > file; cat file", "new"],
  ["truncated", ": > file; stat -c %s file", "0"],
  ["grown, sparsely", "truncate -s 1G file; stat -c %s file", "1073741824"],
  ["appended to", "echo more >> file; cat file", "host\nmore"],
  ["appended to through a symbolic link", "echo more >> link; cat file", "host\nmore"],
  ["deleted", "rm file; ls file 2>/dev/null || echo gone", "gone"],
  ["replaced by another", "mv other file; cat file", "other"],
  ["replaced by a directory", "rm file; mkdir file; touch file/x; ls file", "x"],
  ["replaced by a symbolic link", "ln -sf /etc/hostname file; readlink file", "/etc/hostname"],
  ["linked to by a hard link", "ln file hard; echo more >> hard; cat file", "host\nmore"],
  ["changed through one of its hard links", "echo more >> linked; cat linked", "other\nmore"],
  ["made setuid", "chmod 4755 file; stat -c %a file", "4755"],
  ["given another time", "touch -d @1 file; stat -c %Y file", "1"],
  ["given another owner", "chown 0:0 file; stat -c %u:%g file", "0:0"],
  [
    "written through a shared mapping",
    python(
      'import mmap; f = open("file", "r+b"); m = mmap.mmap(f.fileno(), 0); m[0:4] = b"MMAP"; m.flush(); print(open("file").read(), end="")',
    ),
    "MMAP",
  ],
  [
    "given an extended attribute",
    python('import os; os.setxattr("file", "user.mini", b"x"); print(os.listxattr("file"))'),
    "['user.mini']",
  ],
  ["a directory renamed", "mv directory renamed; cat renamed/deep/file", "deep"],
  [
    "a directory deleted and made again",
    "rm -r directory; mkdir directory; ls directory; echo empty",
    "empty",
  ],
  ["a directory replaced by a file", "rm -r directory; echo flat > directory; cat directory", "flat"],
  ["a file made", "echo made > new; cat new", "made"],
  ["a fifo made", "mkfifo fifo; test -p fifo && echo fifo", "fifo"],
  ["a file system mounted", "mount -t tmpfs tmpfs directory; touch directory/x; ls directory", "x"],
  ["everything deleted", "rm -r ../$(basename $PWD)/*; ls | wc -l", "0"],
];

describe("the host's system, copy on write", () => {
  for (const [name, script, seen] of cases) {
    requires("user namespaces", "python3")(
      `a file of the host ${name}: inside it is, outside it is not`,
      async () => {
        const before = treeState(canary);
        const host = hostState();
        const outcome = await inside(system({ storage, identity, rootless }), `cd ${canary}; ${script}`);
        expect(outcome.stderr).toBe("");
        expect(outcome.stdout.trim()).toBe(seen);
        expect(treeState(canary)).toEqual(before);
        expect(hostState()).toEqual(host);
      },
    );
  }

  requires("root")("a device made by root cannot be opened, and is not on the host", async () => {
    const before = treeState(canary);
    const { stdout, stderr } = await inside(
      system({ storage, identity, rootless }),
      `cd ${canary}; mknod null c 1 3 && echo made; cat null`,
    );
    expect(stdout).toBe("made\n");
    expect(stderr).toContain("Permission denied"); // overlays are nodev
    expect(treeState(canary)).toEqual(before);
  });

  requires("an ordinary user", "user namespaces")("a device cannot be made by an ordinary user", async () => {
    const { stderr } = await inside(system({ storage, identity, rootless }), `mknod ${canary}/null c 1 3`);
    expect(stderr).toContain("Operation not permitted");
  });

  requires("an ordinary user", "user namespaces")(
    "writes are EACCES where the directory is somebody else's",
    async () => {
      const { stdout } = await inside(
        system({ storage, identity, rootless }),
        "for d in /usr/bin /var/lib /etc/default /tmp /root /home /run; do touch $d/x 2>/dev/null && echo $d; done",
      );
      expect(stdout.trim().split("\n")).toEqual(["/tmp", "/root", "/home", "/run"]);
    },
  );

  requires("user namespaces")(
    "the private directories are empty, and have hier(7)'s permissions",
    async () => {
      const { stdout } = await inside(
        system({ storage, identity, rootless }),
        "cd /; for d in home root tmp mnt media boot; do ls -A $d; done; stat -c '%a %n' home root tmp run run/lock",
      );
      expect(stdout.trim().split("\n")).toEqual([
        "755 home",
        "700 root",
        "1777 tmp",
        "755 run",
        "1777 run/lock",
      ]);
    },
  );

  requires("user namespaces")("it knows its own name, and /var/lock leads somewhere", async () => {
    const { stdout } = await inside(
      system({ storage, identity, rootless }),
      "getent hosts container | head -n 1 | grep -o container; cat /etc/hostname; ls -d /var/lock/; cat /etc/resolv.conf",
    );
    expect(stdout).toBe("container\ncontainer\n/var/lock/\n# This container has no network but loopback.\n");
  });

  requires("user namespaces")(
    "with the host's network it has the host's resolvers, and still its own name",
    async () => {
      const { stdout } = await inside(
        system({ storage, identity: { hostname: "box", network: "host" }, rootless }),
        "cat /etc/resolv.conf; getent hosts box | head -n 1 | grep -o box",
      );
      expect(stdout).toBe(`${execFileSync("cat", ["/etc/resolv.conf"], { encoding: "utf8" })}box\n`);
    },
  );

  requires("user namespaces")("what is written is bounded, all together", async () => {
    const { stdout } = await inside(
      system({ storage: { size: 4 * 1024 * 1024 }, identity, rootless }),
      "head -c 3M /dev/zero > /tmp/a && echo a; head -c 3M /dev/zero 2>&1 > /root/b | grep -o 'No space.*'; rm /tmp/a; head -c 3M /dev/zero > /etc/c && echo c",
    );
    expect(stdout).toContain("a\n");
    expect(stdout).toContain("c\n");
    expect(stdout.match(/No space/g)).toHaveLength(1);
  });

  requires("user namespaces")("nothing of the host's own /tmp is there, sockets included", async () => {
    const path = join(canary, "socket");
    const server = createServer().listen(path);
    const { stdout } = await inside(system({ storage, identity, rootless }), "ls -A /tmp | wc -l");
    server.close();
    expect(stdout.trim()).toBe("0");
  });
});
