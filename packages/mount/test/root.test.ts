import { readdirSync } from "node:fs";
import { StepError } from "@mini/native";
import { pid } from "@mini/pid";
import { compose, explain, type Plan } from "@mini/plan";
import { eitherUser, requires } from "@mini/testing";
import { uts } from "@mini/uts";
import { beforeEach, describe, expect, test } from "vitest";
import { parseMountinfo } from "../src/host.js";
import { bind, pivot, proc, root, tmpfs } from "../src/index.js";
import { inside } from "./container.js";
import { Directory } from "./directory.js";

const own = new Directory();
const here = requires("busybox") === test;
let rootfs: string;
beforeEach(() => {
  if (here) rootfs = own.rootfs();
});

const mountsIn = (stdout: string) => parseMountinfo(stdout).map(({ target, type }) => `${target} ${type}`);

describe.skipIf(!here).each(eitherUser)("as %s (needs busybox)", (_, test) => {
  /** The composition of the README of this repository. */
  const box = () =>
    compose(uts({ hostname: "box" }), pid(), proc(`${rootfs}/proc`), pivot(rootfs), tmpfs("/tmp"));

  test("a hostname, processes, a root and a /tmp of one's own", async () => {
    const { stdout, stderr } = await inside(box(), "hostname; echo $$; ls /; ls /tmp; touch /tmp/a; ps; pwd");
    expect(stderr).toBe("");
    const [hostname, self, ...rest] = stdout.split("\n");
    expect([hostname, self]).toEqual(["box", "1"]);
    expect(rest.slice(0, 7)).toEqual(["bin", "data", "dev", "etc", "proc", "sys", "tmp"]);
    expect(rest.filter((line) => /^ +\d+ /.test(line))).toHaveLength(2); // the shell and ps
    expect(rest.at(-2)).toBe("/");
    expect(readdirSync(`${rootfs}/tmp`)).toEqual([]);
  });

  test("nothing of the host's mounts is left, and there is no way up", async () => {
    const { stdout } = await inside(box(), "cat /proc/self/mountinfo");
    const mine = mountsIn(stdout);
    expect(mine.map((line) => line.split(" ")[0])).toEqual(["/", "/proc", "/tmp"]);
    const { stdout: above } = await inside(box(), "ls /.. /../../..; cd /; cd ..; pwd");
    expect(above).not.toContain("work");
    const listed = above.split("\n\n").map((part) =>
      part
        .split("\n")
        .filter((line) => /^[a-z]+$/.test(line))
        .join(" "),
    );
    expect(listed).toEqual(["bin data dev etc proc sys tmp", "bin data dev etc proc sys tmp"]);
    expect(above.trimEnd().split("\n").at(-1)).toBe("/");
  });

  test("root first: then targets are the container's own paths", async () => {
    const source = own.file("/source/file", "content");
    const plan = compose(
      pid(),
      root(rootfs),
      proc(),
      bind(source, "/data/file", { create: "file" }),
      pivot(),
    );
    const { stdout } = await inside(plan, "cat /data/file; ls /proc/1/cmdline");
    expect(stdout).toBe("content/proc/1/cmdline\n");
  });

  test("what is mounted below the directory comes along", async () => {
    const plan = compose(tmpfs(`${rootfs}/data`), pivot(rootfs));
    expect((await inside(plan, "touch /data/a; ls /data")).stdout).toBe("a\n");
    expect(readdirSync(`${rootfs}/data`)).toEqual([]);
  });

  test("the working directory is looked up inside", async () => {
    expect((await inside(box(), "pwd", "/data")).stdout).toBe("/data\n");
    expect((await inside(box(), "pwd", "data")).stdout).toBe("/data\n");
    own.link("/rootfs/up", "/../../../data");
    expect((await inside(box(), "pwd -P", "/up")).stdout).toBe("/data\n");
    await expect(inside(box(), "true", "/none")).rejects.toMatchObject({
      code: "ENOENT",
      syscall: "openat2",
    });
  });

  test("a working directory that leads through a descriptor is refused (CVE-2024-21626)", async () => {
    own.link("/rootfs/out", "/proc/self/cwd");
    const through = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((fd) => `/proc/self/fd/${fd}/../../..`);
    for (const cwd of ["/proc/self/cwd", "/proc/self/root", "/out", ...through]) {
      const outcome = await inside(box(), "pwd", cwd).catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(StepError);
      expect((outcome as StepError).syscall).toBe("openat2");
      expect((outcome as StepError).code).toMatch(cwd.includes("/fd/") ? /^(ELOOP|ENOENT)$/ : /^ELOOP$/);
    }
  });

  test("a root that is not there, or is a file, is the kernel's refusal", async () => {
    await expect(inside(pivot(own.path("/none")), "true")).rejects.toMatchObject({
      code: "ENOENT",
      syscall: "openat",
    });
    await expect(inside(pivot(own.file("/file")), "true")).rejects.toMatchObject({
      code: "ENOTDIR",
      syscall: "openat",
    });
  });

  test("a proc that comes after the old root is gone is refused to an ordinary user, and the error says where", async () => {
    const late: Plan = compose(pid(), pivot(rootfs), proc());
    const outcome = await inside(late, "echo $$").catch((error: unknown) => error);
    if (process.getuid?.() === 0) expect(outcome).toMatchObject({ stdout: "1\n" });
    else {
      expect(outcome).toMatchObject({ code: "EPERM", syscall: "mount" });
      const line = (outcome as StepError).message.replace(/^EPERM: (.*), step .*/, "$1");
      expect(explain(late, "sh")).toContain(line);
    }
  });
});
