import { readdirSync } from "node:fs";
import { ipc } from "@mini/ipc";
import { StepError } from "@mini/native";
import { pid } from "@mini/pid";
import { compose, type Plan } from "@mini/plan";
import { requires, treeState } from "@mini/testing";
import { expect } from "vitest";
import { bind, dev, mountPoint, pivot, proc, readonly, root, tmpfs } from "../src/index.js";
import { inside, rootless } from "./container.js";
import { Directory } from "./directory.js";

// Root file systems made to hurt: what should be a directory is a link out. Whatever then happens has to be the kernel's
// refusal or harmless; the victim stays as it is, to the nanosecond.

const own = new Directory();
const UP = "/../../../../../../../..";

for (const [who, test] of [
  ["root", requires("root", "busybox")],
  ["an ordinary user", requires("an ordinary user", "user namespaces", "busybox")],
] as const) {
  const devices = rootless ? "bind" : "mknod";
  const directory = { create: "directory" } as const;

  const attacks: [name: string, link: string, to: () => string, plan: () => Plan, line: string][] = [
    [
      "/proc → /etc",
      "/proc",
      () => "/etc",
      () => compose(pid(), proc("/proc", directory)),
      "echo 1 > /proc/a",
    ],
    [
      "/proc → the victim",
      "/proc",
      () => `${UP}${own.path("/victim")}`,
      () => compose(pid(), proc("/proc", directory)),
      "true",
    ],
    [
      "/dev → the victim",
      "/dev",
      () => `${UP}${own.path("/victim")}`,
      () => compose(ipc(), dev("/dev", { devices })),
      "touch /dev/a",
    ],
    [
      "/dev → nothing yet",
      "/dev",
      () => `${UP}${own.path("/victim/new")}`,
      () => compose(ipc(), mountPoint("/dev", "directory"), dev("/dev", { devices })),
      "touch /dev/a",
    ],
    [
      "/data → the victim, by bind",
      "/data",
      () => `${UP}${own.path("/victim")}`,
      () => bind(own.path("/source"), "/data", directory),
      "touch /data/a",
    ],
    [
      "/data → the victim, below it",
      "/data",
      () => own.path("/victim"),
      () => tmpfs("/data/made/below", directory),
      "touch /data/made/a",
    ],
    [
      "/data → the victim, a file in it",
      "/data",
      () => `${UP}${own.path("/victim")}`,
      () => bind(own.path("/source/file"), "/data/made", { create: "file" }),
      "echo a > /data/file",
    ],
    [
      "/data → the victim, read-only",
      "/data",
      () => `${UP}${own.path("/victim")}`,
      () => readonly("/data"),
      "true",
    ],
    ["/tmp → the victim", "/tmp", () => `${UP}${own.path("/victim")}`, () => tmpfs("/tmp"), "touch /tmp/a"],
    [
      "/data → /proc/self/cwd",
      "/data",
      () => "/proc/self/cwd",
      () => compose(pid(), proc(), tmpfs("/data/made", directory)),
      "touch /data/a",
    ],
    [
      "/data → /proc/1/root",
      "/data",
      () => "/proc/1/root",
      () => compose(pid(), proc(), tmpfs("/data/made", directory)),
      "touch /data/a",
    ],
  ];

  for (const [name, link, to, plan, line] of attacks)
    test(`${name}, as ${who}`, async () => {
      own.file("/victim/file", "canary");
      own.file("/source/file", "content");
      const rootfs = own.rootfs();
      own.remove(`/rootfs${link}`);
      own.link(`/rootfs${link}`, to());
      const before = treeState(own.path("/victim"));
      const etc = readdirSync("/etc");
      const outcome = await inside(compose(root(rootfs), plan(), pivot()), line).catch(
        (error: unknown) => error,
      );
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(StepError);
      expect(treeState(own.path("/victim"))).toEqual(before);
      expect(readdirSync("/etc")).toEqual(etc);
    });
}
