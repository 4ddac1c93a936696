import { type Plan, program, describe as written } from "@mini/plan";
import { describe, expect, test } from "vitest";
import * as mount from "../src/index.js";

const lines = (plan: Plan) => plan.steps.map(written);
const PATH = "O_RDONLY|O_CLOEXEC|O_PATH";
const resolved = (path: string, slot = "root", flags = PATH) =>
  `openat2(${slot}, "${path}", {flags=${flags}, resolve=RESOLVE_IN_ROOT}, 24)`;
// The kernel's own file systems go over a directory itself: a link in its place is not followed.
const ITSELF = "O_RDONLY|O_NOFOLLOW|O_CLOEXEC|O_PATH";
const over = (path: string, call: string) => {
  const flags = /^mount."(proc|sysfs|devpts|mqueue)"/.test(call) ? ITSELF : PATH;
  return [resolved(path, "root", flags), "fchdir(target)", call, "close(target)"];
};

describe("file systems are mounted by descriptor, over a target that was resolved in the root", () => {
  test.each<[Plan, string, string]>([
    [mount.tmpfs("/tmp"), "/tmp", 'mount("tmpfs", ".", "tmpfs", MS_NOSUID|MS_NODEV, NULL)'],
    [
      mount.tmpfs("/tmp", { size: 4096, mode: 0o700, readonly: true, noexec: true }),
      "/tmp",
      'mount("tmpfs", ".", "tmpfs", MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC, "mode=0700,size=4096")',
    ],
    [mount.proc(), "/proc", 'mount("proc", ".", "proc", MS_NOSUID|MS_NODEV|MS_NOEXEC, NULL)'],
    [mount.sysfs(), "/sys", 'mount("sysfs", ".", "sysfs", MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC, NULL)'],
    [
      mount.devpts("/dev/pts", { gid: 5 }),
      "/dev/pts",
      'mount("devpts", ".", "devpts", MS_NOSUID|MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5")',
    ],
    [mount.mqueue(), "/dev/mqueue", 'mount("mqueue", ".", "mqueue", MS_NOSUID|MS_NODEV|MS_NOEXEC, NULL)'],
    [
      mount.overlay("/m", { lower: ["/a:b", "/c,d\\e"], upper: "/u:,", work: "/w", userxattr: true }),
      "/m",
      String.raw`mount("overlay", ".", "overlay", MS_NODEV, "lowerdir=/a\\:b:/c\\,d\\\\e,upperdir=/u:\\,,workdir=/w,userxattr")`,
    ],
    [
      mount.overlay("/m", { lower: ["/a", "/b"] }),
      "/m",
      'mount("overlay", ".", "overlay", MS_NODEV, "lowerdir=/a:/b")',
    ],
  ])("%#", (plan, target, call) => {
    expect(plan.namespaces).toEqual(["mount"]);
    expect(lines(plan)).toEqual(over(target, call));
  });
});

describe("a target that is missing", () => {
  test("is made one directory at a time, each resolved in the root", () => {
    expect(lines(mount.tmpfs("/a/b", { create: "directory" })).slice(0, 4)).toEqual([
      'mkdirat(root, "a", 0755)',
      resolved("/a", "root", `${PATH}|O_DIRECTORY`),
      'mkdirat(parent, "b", 0755)',
      "close(parent)",
    ]);
  });

  test("is made as a file for a file", () => {
    expect(lines(mount.mountPoint("/a", "file"))).toEqual(['mknodat(root, "a", S_IFREG|0644)']);
    expect(mount.mountPoint("/a", "file").steps).toEqual([expect.objectContaining({ allow: "EEXIST" })]);
  });
});

describe("trees", () => {
  const attached = [
    'move_mount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH)',
    "close(target)",
    "close(tree)",
  ];

  test("bind copies one mount, rbind all below", () => {
    expect(lines(mount.bind("/a", "/b"))).toEqual([
      'open_tree(AT_FDCWD, "/a", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC)',
      resolved("/b"),
      ...attached,
    ]);
    expect(lines(mount.rbind("/a", "/b"))[0]).toBe(
      'open_tree(AT_FDCWD, "/a", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE)',
    );
  });

  test("attributes are set before it is attached, on all that is mounted below", () => {
    expect(
      lines(mount.rbind("/a", "/b", { readonly: true, nosuid: true, nodev: true, noexec: true }))[1],
    ).toBe(
      'mount_setattr(tree, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC, attr_clr=0, propagation=0 /* MS_??? */, userns_fd=0}, 32)',
    );
  });

  test("readonly is an attribute of what is mounted there already", () => {
    expect(lines(mount.readonly("/a"))).toEqual([
      resolved("/a"),
      'mount_setattr(target, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY, attr_clr=0, propagation=0 /* MS_??? */, userns_fd=0}, 32)',
      "close(target)",
    ]);
  });
});

describe("the root", () => {
  const changed = ["fchdir(root)", 'pivot_root(".", ".")', 'umount2(".", MNT_DETACH)', 'chdir("/")'];
  const opened = [
    `openat(AT_FDCWD, "/r", ${PATH}|O_DIRECTORY)`,
    'open_tree(directory, "", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH|AT_RECURSIVE)',
    'move_mount(root, "", directory, "", MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH)',
    "close(directory)",
  ];

  test("is let go of at once after the new one stands", () => {
    expect(lines(mount.pivot())).toEqual(changed);
    expect(lines(mount.root("/r"))).toEqual(opened);
    expect(lines(mount.pivot("/r"))).toEqual([...opened, ...changed]);
  });
});

test("every step says which primitive it comes from", () => {
  const plans = {
    bind: mount.bind("/a", "/b"),
    rbind: mount.rbind("/a", "/b"),
    tree: mount.tree("/a", "x"),
    attach: mount.attach("x", "/b"),
    readonly: mount.readonly("/a"),
    tmpfs: mount.tmpfs("/a"),
    proc: mount.proc(),
    sysfs: mount.sysfs(),
    devpts: mount.devpts(),
    mqueue: mount.mqueue(),
    overlay: mount.overlay("/a", { lower: ["/b"] }),
    dev: mount.dev(),
    root: mount.root("/a"),
    pivot: mount.pivot("/a"),
  };
  for (const [name, plan] of Object.entries(plans))
    expect(new Set(plan.steps.map(({ by }) => by))).toEqual(new Set([name]));
});

describe("refused", () => {
  const targets: [string, (target: string) => Plan][] = [
    ["tmpfs", (target) => mount.tmpfs(target)],
    ["bind", (target) => mount.bind("/a", target)],
    ["attach", (target) => mount.attach("x", target)],
    ["readonly", (target) => mount.readonly(target)],
    ["overlay", (target) => mount.overlay(target, { lower: ["/a"] })],
    ["dev", (target) => mount.dev(target)],
    ["mountPoint", (target) => mount.mountPoint(target, "directory")],
  ];
  test.each(targets)("%s: a target that is relative or goes up", (_, make) => {
    for (const target of ["a", "", "./a"])
      expect(() => make(target)).toThrow(`${JSON.stringify(target)}: a target has to be an absolute path`);
    for (const target of ["/..", "/a/../b", "/../etc"]) {
      expect(() => make(target)).toThrow(TypeError);
      expect(() => make(target)).toThrow(`${JSON.stringify(target)}: ".." has no place in a target`);
    }
  });

  test.each<[string, () => Plan]>([
    ["bind", () => mount.bind("a", "/b")],
    ["tree", () => mount.tree("a", "x")],
    ["root", () => mount.root("a")],
    ["pivot", () => mount.pivot("a")],
    ["overlay", () => mount.overlay("/b", { lower: ["/c", "a"] })],
    ["overlay", () => mount.overlay("/b", { lower: ["/c"], upper: "a", work: "/w" })],
  ])("%s: what would be looked up wherever the child happens to be", (_, make) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(/^"a": .* has to be an absolute path/);
  });

  test.each([0, -1, 1.5, Number.NaN])("a tmpfs of %d bytes", (size) => {
    expect(() => mount.tmpfs("/a", { size })).toThrow(`${size} is no size`);
  });
  test.each([-1, 0o10000, 0.5])("a tmpfs of mode %d", (mode) => {
    expect(() => mount.tmpfs("/a", { mode })).toThrow(`${mode} is no mode`);
  });
  test("an overlay of nothing, or with half of what is needed to write", () => {
    expect(() => mount.overlay("/a", { lower: [] })).toThrow(TypeError);
    expect(() => mount.overlay("/a", { lower: ["/b"], upper: "/u" })).toThrow("upper and work go together");
    expect(() => mount.overlay("/a", { lower: ["/b"], work: "/w" })).toThrow("upper and work go together");
  });
  test("an overlay of more layers than mount(2) reads", () => {
    const lower = Array.from({ length: 100 }, (_, index) => `/${"x".repeat(40)}${index}`);
    expect(() => program(mount.overlay("/a", { lower }), { file: "true" })).toThrow("the kernel reads 4095");
  });
  test("all of it without a mount namespace", () => {
    for (const plan of [
      mount.tmpfs("/a"),
      mount.bind("/a", "/b"),
      mount.pivot("/a"),
      mount.readonly("/a"),
      mount.dev(),
    ])
      expect(() => program({ ...plan, namespaces: [] }, { file: "true" })).toThrow(
        "the plan has no mount namespace",
      );
  });
});
