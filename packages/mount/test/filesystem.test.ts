import { existsSync, readdirSync } from "node:fs";
import { ipc } from "@mini/ipc";
import { net } from "@mini/net";
import { pid } from "@mini/pid";
import { compose } from "@mini/plan";
import { eitherUser } from "@mini/testing";
import { describe, expect } from "vitest";
import { parseMountinfo } from "../src/host.js";
import { devpts, mounts, mqueue, proc, sysfs, tmpfs } from "../src/index.js";
import { inside } from "./container.js";
import { Directory } from "./directory.js";

const own = new Directory();

describe.each(eitherUser)("as %s", (_, test) => {
  test("tmpfs: empty, of the size and mode asked for, and gone with the container", async () => {
    const target = own.directory("/target");
    own.file("/target/hidden");
    const { stdout } = await inside(
      tmpfs(target, { size: 1024 * 1024, mode: 0o750 }),
      `cd ${target}; ls; stat -c %a .; stat -f -c '%S %b' .; touch new; ls`,
    );
    expect(stdout).toBe("750\n4096 256\nnew\n");
    expect(readdirSync(target)).toEqual(["hidden"]);
  });

  test("tmpfs: what is too much is refused, what is read-only too", async () => {
    const target = own.directory("/target");
    const full = await inside(tmpfs(target, { size: 65_536 }), `head -c 100000 /dev/zero > ${target}/a`);
    expect(full.stderr).toContain("No space left");
    const readonly = await inside(tmpfs(target, { readonly: true }), `touch ${target}/a`);
    expect(readonly.stderr).toContain("Read-only file system");
  });

  test("tmpfs: nosuid and nodev always, noexec where asked for", async () => {
    const target = own.directory("/target");
    const { stdout } = await inside(tmpfs(target, { noexec: true }), "cat /proc/self/mountinfo");
    const options = parseMountinfo(stdout).find((mount) => mount.target === target)?.options;
    expect(options).toEqual(expect.arrayContaining(["rw", "nosuid", "nodev", "noexec"]));
  });

  test("a target is made where it is missing, as what was asked for", async () => {
    const { stdout } = await inside(
      tmpfs(own.path("/a/b/c"), { create: "directory" }),
      `ls -d ${own.path("/a/b/c")}`,
    );
    expect(stdout).toBe(`${own.path("/a/b/c")}\n`);
    // The mount point itself stays: it is a directory of whoever's file system it is in.
    expect(existsSync(own.path("/a/b/c"))).toBe(true);
  });

  test("the working directory is still the caller's after mounting elsewhere", async () => {
    const { stdout } = await inside(tmpfs(own.directory("/target")), "pwd");
    expect(stdout).toBe(`${process.cwd()}\n`);
  });

  test("proc: the processes of the pid namespace alone", async () => {
    const { stdout } = await inside(
      compose(pid(), proc()),
      "ls /proc | grep -c '^[0-9]'; echo /proc/[0-9]*; exit",
    );
    expect(stdout.split("\n")[1]).toBe("/proc/1");
  });

  test("sysfs: the network's own devices, read-only", async () => {
    const { stdout, stderr } = await inside(compose(net(), sysfs()), "ls /sys/class/net; touch /sys/a");
    expect(stdout).toBe("lo\n");
    expect(stderr).toContain("Read-only file system");
  });

  test("devpts: no terminal but those made in it", async () => {
    const target = own.directory("/pts");
    const { stdout } = await inside(devpts(target), `ls ${target}; stat -c %a ${target}/ptmx`);
    expect(stdout).toBe("ptmx\n666\n");
  });

  test("mqueue: the queues of the ipc namespace, none at first", async () => {
    const target = own.directory("/mqueue");
    const { stdout } = await inside(
      compose(ipc(), mqueue(target)),
      `touch ${target}/queue; ls ${target}; cat ${target}/queue`,
    );
    expect(stdout).toMatch(/^queue\nQSIZE:0 /);
  });

  test("mounts: a table of one's own, in which nothing is changed", async () => {
    const { stdout } = await inside(mounts(), "readlink /proc/self/ns/mnt; cat /proc/self/mountinfo");
    const [namespace, ...lines] = stdout.split("\n");
    expect(namespace).toMatch(/^mnt:\[\d+\]$/);
    const mine = parseMountinfo(lines.join("\n"));
    expect(mine.every(({ propagation }) => propagation.length === 0)).toBe(true);
  });
});
