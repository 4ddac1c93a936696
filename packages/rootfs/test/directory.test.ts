import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostState, requires, treeState } from "@mini/testing";
import { afterAll, beforeAll, expect } from "vitest";
import { inPlace, layered } from "../src/index.js";
import { identity, inside, rootless, storage } from "./container.js";

// A root file system of one program, below /tmp: which the scratch hides while the root is built.
let rootfs: string;

beforeAll(() => {
  rootfs = mkdtempSync(join(tmpdir(), "mini-rootfs-"));
  for (const name of ["bin", "etc", "proc", "sys", "dev", "tmp"]) mkdirSync(join(rootfs, name));
  writeFileSync(join(rootfs, "bin/busybox"), readFileSync("/bin/busybox"), { mode: 0o755 });
  for (const name of ["sh", "cat", "ls", "rm", "touch", "mount", "mkdir"])
    symlinkSync("busybox", join(rootfs, "bin", name));
  writeFileSync(join(rootfs, "etc/hosts"), "127.0.0.1 mine\n");
  writeFileSync(join(rootfs, "etc/kept"), "kept\n");
});
afterAll(() => rmSync(rootfs, { recursive: true, force: true }));

requires("user namespaces", "busybox")(
  "a layer over a directory takes what is written, and the directory stays",
  async () => {
    const before = treeState(rootfs);
    const host = hostState();
    const plan = layered(rootfs, { storage, identity, userxattr: rootless });
    const { stdout, stderr } = await inside(
      plan,
      "echo changed > /etc/new; rm /bin/mount; cat /etc/new /etc/kept /etc/hostname",
    );
    expect(stderr).toBe("");
    expect(stdout).toBe("changed\nkept\ncontainer\n");
    expect(treeState(rootfs)).toEqual(before);
    expect(hostState()).toEqual(host);
  },
);

requires("user namespaces", "busybox")(
  "a directory used in place keeps what is written, but not the generated files",
  async () => {
    const host = hostState();
    const plan = inPlace(rootfs, { identity, has: ["/etc/hosts"] });
    const { stdout, stderr } = await inside(plan, "echo stays > /etc/new; cat /etc/hosts; ls /etc");
    expect(stderr).toBe("");
    expect(stdout).toContain("127.0.0.1\tlocalhost container\n");
    expect(stdout).toContain("hosts\nkept\nnew\n"); // and no hostname: the directory had none
    expect(readFileSync(join(rootfs, "etc/new"), "utf8")).toBe("stays\n");
    expect(readFileSync(join(rootfs, "etc/hosts"), "utf8")).toBe("127.0.0.1 mine\n");
    rmSync(join(rootfs, "etc/new"));
    expect(hostState()).toEqual(host);
  },
);

requires("user namespaces", "busybox")(
  "what is written can go to a directory on disk instead of memory",
  async () => {
    const directory = mkdtempSync("/var/tmp/mini-storage-");
    const before = treeState(rootfs);
    const plan = layered(rootfs, { storage: { directory }, identity, userxattr: rootless });
    const { stdout, stderr } = await inside(
      plan,
      "echo changed > /etc/kept; rm -r /tmp; mkdir /tmp; cat /etc/kept",
    );
    expect(stderr).toBe("");
    expect(stdout).toBe("changed\n");
    expect(readFileSync(join(directory, "upper/etc/kept"), "utf8")).toBe("changed\n");
    expect(treeState(rootfs)).toEqual(before);
    chmodSync(join(directory, "work/work"), 0o700); // overlayfs leaves it without any permission
    rmSync(directory, { recursive: true });
  },
);
