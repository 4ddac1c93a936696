import { describe, expect, test } from "vitest";
import * as k from "../src/index.js";
import { type Namespace, type ParentStep, type Plan, program, type Step } from "../src/index.js";

const all: readonly Namespace[] = ["cgroup", "ipc", "mount", "network", "pid", "user", "uts"];
const start = (plan: Plan) => () => program(plan, { file: "true" });

const inMount: readonly Step[] = [
  { call: "mkdirat", args: [k.AT_FDCWD, "/a", 0o755] },
  { call: "mknodat", args: [k.AT_FDCWD, "/a", k.S_IFREG | 0o644] },
  { call: "mount", args: ["tmpfs", "/a", "tmpfs", 0, null] },
  { call: "mount_setattr", args: [k.AT_FDCWD, "/a", 0, { struct: "mount_attr", attr_set: 1 }, 32] },
  { call: "move_mount", args: [k.AT_FDCWD, "/a", k.AT_FDCWD, "/b", 0] },
  { call: "open_tree", args: [k.AT_FDCWD, "/a", k.OPEN_TREE_CLONE] },
  { call: "pivot_root", args: [".", "."] },
  { call: "symlinkat", args: ["/a", k.AT_FDCWD, "/b"] },
  { call: "umount2", args: ["/a", k.MNT_DETACH] },
  { call: "unlinkat", args: [k.AT_FDCWD, "/a", 0] },
  { call: "openat", args: [k.AT_FDCWD, "/etc/passwd", k.O_WRONLY] },
  { call: "openat", args: [k.AT_FDCWD, "/etc/passwd", k.O_RDONLY | k.O_TRUNC] },
  { call: "openat", args: [k.AT_FDCWD, "/a", k.O_RDONLY | k.O_CREAT, 0o644] },
  { call: "openat2", args: [k.AT_FDCWD, "/etc/passwd", { struct: "open_how", flags: k.O_RDWR }, 24] },
];
const inUts: readonly Step[] = [
  { call: "sethostname", args: ["box", 3] },
  { call: "setdomainname", args: ["box", 3] },
];
const lo = { struct: "ifreq", ifr_name: "lo", ifr_flags: k.IFF_UP } as const;
const inNetwork: readonly Step[] = [{ call: "ioctl", args: [0, k.SIOCSIFFLAGS, lo] }];

const guarded = [
  ...inMount.map((step) => ["mount", step] as const),
  ...inUts.map((step) => ["uts", step] as const),
  ...inNetwork.map((step) => ["network", step] as const),
];

describe("a call that would change the host without its namespace", () => {
  test.each(guarded)("needs a %s namespace: %j", (needed, step) => {
    const namespaces = all.filter((name) => name !== needed);
    expect(start({ namespaces, steps: [step] })).toThrow(TypeError);
    expect(start({ namespaces, steps: [step] })).toThrow(
      `${k.describe(step)} would change the host: the plan has no ${needed} namespace`,
    );
    expect(start({ namespaces: [needed], steps: [step] })).not.toThrow();
  });
});

describe("a file of /proc/self that only the process itself is told through", () => {
  const write = (path: string): Step => ({ call: "openat", args: [k.AT_FDCWD, path, k.O_WRONLY] });

  test.each(["setgroups", "uid_map", "gid_map", "oom_score_adj"])("%s can be written", (name) => {
    expect(start({ namespaces: [], steps: [write(`/proc/self/${name}`)] })).not.toThrow();
  });

  test.each(["mem", "root/etc/passwd", "cwd/x", "fd/3", "../1/oom_score_adj", "uid_map/../../1/mem", "exe"])(
    "%s leads elsewhere",
    (name) => {
      expect(start({ namespaces: [], steps: [write(`/proc/self/${name}`)] })).toThrow(
        "would change the host",
      );
    },
  );
});

test("reading changes nothing", () => {
  const steps: Step[] = [
    { call: "openat", args: [k.AT_FDCWD, "/etc/passwd", k.O_RDONLY | k.O_CLOEXEC] },
    { call: "openat2", args: [k.AT_FDCWD, "/", { struct: "open_how", flags: k.O_PATH }, 24] },
    { call: "chdir", args: ["/"] },
    { call: "umask", args: [0o77] },
  ];
  expect(start({ namespaces: [], steps })).not.toThrow();
});

describe("an option that is one of memory would reach Node", () => {
  test.each([
    ["PR_SET_DUMPABLE", k.PR_SET_DUMPABLE],
    ["PR_SET_MM", k.PR_SET_MM],
  ])("%s", (name, option) => {
    const step: Step = { call: "prctl", args: [option, 0] };
    expect(start({ namespaces: all, steps: [step] })).toThrow(TypeError);
    expect(start({ namespaces: all, steps: [step] })).toThrow(`prctl(${name}, 0) would reach Node itself`);
  });

  test("one that the language does not know", () => {
    const thp = 41;
    expect(start({ namespaces: all, steps: [{ call: "prctl", args: [thp, 1] }] })).toThrow("not 41");
  });
});

describe("the parent", () => {
  const as = (...parent: ParentStep[]): Plan => ({ namespaces: all, steps: [], parent });
  const slot = { fd: "map" };

  test("writes what its child is told through", () => {
    const steps: ParentStep[] = [
      {
        call: "openat",
        args: [k.AT_FDCWD, { pid: "/proc/<pid>/uid_map" }, k.O_WRONLY | k.O_CLOEXEC],
        fd: "map",
      },
      { call: "write", args: [slot, "0 0 1", 5] },
      { call: "close", args: [slot] },
      { run: ["newgidmap", "<pid>", "0", "0", "1"] },
    ];
    expect(start(as(...steps))).not.toThrow();
  });

  test.each<[string, Step]>([
    ["another file", { call: "openat", args: [k.AT_FDCWD, "/etc/passwd", k.O_WRONLY] }],
    [
      "another file, named after the child",
      { call: "openat", args: [k.AT_FDCWD, { pid: "/etc/<pid>" }, k.O_WRONLY] },
    ],
    [
      "its child's root",
      { call: "openat", args: [k.AT_FDCWD, { pid: "/proc/<pid>/root/etc/passwd" }, k.O_WRONLY] },
    ],
    ["a mount", { call: "mount", args: ["tmpfs", "/a", "tmpfs", 0, null] }],
    ["its own directory", { call: "chdir", args: ["/"] }],
    ["its own umask", { call: "umask", args: [0] }],
    ["its own ids", { call: "setresuid", args: [1, 1, 1] }],
    ["its own program", { call: "execve", args: ["/bin/true", [], []] }],
    ["a descriptor of Node's", { call: "close", args: [3] }],
    ["what a descriptor of Node's leads to", { call: "write", args: [1, "a", 1] }],
    ["its own options", { call: "prctl", args: [k.PR_SET_PDEATHSIG, 0] }],
  ])("does not change %s", (_, step) => {
    expect(start(as(step))).toThrow(TypeError);
    expect(start(as(step))).toThrow(`${k.describe(step)} would change the host: the parent is in none`);
  });

  test("alone knows the child's pid", () => {
    const step: Step = { call: "openat", args: [k.AT_FDCWD, { pid: "/proc/<pid>/status" }, k.O_RDONLY] };
    expect(start(as(step))).not.toThrow();
    expect(start({ namespaces: all, steps: [step] })).toThrow("the child does not know its <pid>");
  });

  test.each([[[]], [["a", 1]], [["a\0"]]])("runs a program: %j is none", (run) => {
    expect(start(as({ run } as unknown as ParentStep))).toThrow("run: has to be a file and its arguments");
  });
});

describe("what could be read as two things is refused", () => {
  const start = (step: unknown, parent: unknown[] = []) => {
    const plan = { namespaces: ["mount"], steps: [step], parent } as unknown as Plan;
    return () => program(plan, { file: "/bin/true" });
  };
  const zeros = btoa("\0".repeat(300));
  test.each([
    ["write", [1, { base64: zeros, struct: "gids", gids: [1] }, 300]],
    ["write", [1, { base64: zeros, fd: "x" }, 300]],
    ["read", [1, { base64: zeros, pid: "x" }, 300]],
    ["close", [{ fd: "root", base64: zeros }]],
    ["setgroups", [1, { struct: "gids", gids: [1], base64: zeros }]],
    ["openat2", [-100, "/x", { struct: "open_how", flags: 0, fd: "x" }, 24]],
  ])("%s with %j", (call, args) => {
    expect(start({ call, args })).toThrow(TypeError);
  });

  test("by the parent too, where it would change a file of the host", () => {
    const path = { pid: "/proc/<pid>/uid_map", base64: btoa("/tmp/owned\0") };
    const open = { call: "openat", args: [-100, path, 0o101, 0o644], fd: "f" };
    expect(start({ call: "umask", args: [0] }, [open])).toThrow(TypeError);
  });

  test("the parent does not open what could keep it waiting, nor close the child's pidfd", () => {
    const umask = { call: "umask", args: [0] };
    expect(start(umask, [{ call: "openat", args: [-100, "/tmp/fifo", 0], fd: "f" }])).toThrow(
      "that it may open",
    );
    expect(
      start(umask, [{ call: "openat", args: [-100, { pid: "/proc/<pid>/root/fifo" }, 0], fd: "f" }]),
    ).toThrow(TypeError);
    expect(start(umask, [{ call: "close", args: [{ fd: "child" }] }])).toThrow(TypeError);
  });
});
