import { describe, expect, test } from "vitest";
import {
  AT_FDCWD,
  type Command,
  compose,
  O_CLOEXEC,
  O_PATH,
  type Plan,
  program,
  type Step,
  describe as written,
} from "../src/index.js";

const empty = compose();
const command: Command = { file: "/bin/true", args: ["a"], env: { A: "1", B: undefined } };

function child(plan: Plan, options: Partial<Command> = {}): string[] {
  return program(plan, { ...command, ...options }).child.map(written);
}

/** What lies between descriptors and credentials: the plan's own steps, and where they are made. */
function middle(plan: Plan, options: Partial<Command> = {}): string[] {
  const all = child(plan, options);
  return all.slice(
    all.findIndex((line) => /^close_range\(\d, 4294967295/.test(line)) + 1,
    all.indexOf(sigpipe),
  );
}

const sigpipe = "rt_sigaction(SIGPIPE, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, NULL, 8)";
const signals = [
  sigpipe,
  "rt_sigaction(SIGXFSZ, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, NULL, 8)",
  "rt_sigprocmask(SIG_SETMASK, [], NULL, 8)",
];
const directory = "O_RDONLY|O_CLOEXEC|O_PATH|O_DIRECTORY";

test("an ordinary child: it dies with its parent, keeps stdio alone, and has the signals of a fresh process", () => {
  expect(child(empty)).toEqual([
    "prctl(PR_SET_PDEATHSIG, SIGKILL)",
    "fcntl(0, F_SETFD, 0)",
    "fcntl(1, F_SETFD, 0)",
    "fcntl(2, F_SETFD, 0)",
    "close_range(3, 4294967295, 0)",
    ...signals,
    'execve("/bin/true", ["/bin/true", "a"], ["A=1"])',
  ]);
  expect(program(empty, command)).toMatchObject({ namespaces: [], parent: [], after: [] });
});

test("order is the order that was written, and what is added says who added it", () => {
  const steps: Step[] = [
    { call: "umask", args: [0o77], by: "mine" },
    { call: "chdir", args: ["/"] },
    { call: "umask", args: [0o22] },
  ];
  const planned = program({ namespaces: [], steps }, { ...command, cwd: "/" }).child;
  const at = planned.findIndex(({ by }) => by === "mine");
  expect(planned.slice(at, at + 3)).toEqual(steps);
  expect(planned.toSpliced(at, 3).every(({ by }) => by === "spawn")).toBe(true);
});

test("clone's flags are the namespaces', each once", () => {
  const base = program(empty, command).flags;
  const plan: Plan = { namespaces: ["uts", "pid", "uts"], steps: [] };
  expect(program(plan, command).flags - base).toBe(0x4000000 + 0x20000000);
  const wrong = { namespaces: ["time"], steps: [] } as unknown as Plan;
  expect(() => program(wrong, command)).toThrow(new TypeError('"time" is not a namespace'));
});

describe("descriptors", () => {
  const placed = (stdio: (number | string | null)[], plan = empty) => {
    const all = child(plan, { stdio });
    return all.slice(1, all.findIndex((line) => /^close_range\(\d+, 4294967295/.test(line)) + 1);
  };

  test("one that lies where another goes is moved aside first, so they can be swapped", () => {
    expect(placed([1, 0, 2])).toEqual([
      "fcntl(1, F_DUPFD_CLOEXEC, 3)",
      "fcntl(0, F_DUPFD_CLOEXEC, 3)",
      "dup3(aside 0, 0, 0)",
      "dup3(aside 1, 1, 0)",
      "fcntl(2, F_SETFD, 0)",
      "close_range(3, 4294967295, 0)",
    ]);
  });

  test("one that lies beyond is put in its place; all that is left beyond is closed", () => {
    expect(placed([7, 8, 7, 9])).toEqual([
      "dup3(7, 0, 0)",
      "dup3(8, 1, 0)",
      "dup3(7, 2, 0)",
      "dup3(9, 3, 0)",
      "close_range(4, 4294967295, 0)",
    ]);
  });

  test("a hole is closed, after what lay there has been put elsewhere", () => {
    expect(placed([0, null, 1, null, 4])).toEqual([
      "fcntl(1, F_DUPFD_CLOEXEC, 5)",
      "fcntl(0, F_SETFD, 0)",
      "close_range(1, 1, 0)",
      "dup3(aside 2, 2, 0)",
      "close_range(3, 3, 0)",
      "fcntl(4, F_SETFD, 0)",
      "close_range(5, 4294967295, 0)",
    ]);
  });

  test("a slot that the spawner fills lies out of the way, but for very many descriptors", () => {
    expect(placed(["pipe 0", 1, 2])).toContain("dup3(pipe 0, 0, 0)");
    const many = Array.from({ length: 65 }, (_, fd) => (fd === 64 ? "pipe 64" : fd));
    expect(placed(many)).toContain("fcntl(pipe 64, F_DUPFD_CLOEXEC, 65)");
  });

  test("the spawner's own follow stdio", () => {
    expect(
      placed([0, 1, 2], { namespaces: ["pid"], steps: [], init: true, parent: [{ run: ["true"] }] }),
    ).toEqual([
      "fcntl(0, F_SETFD, 0)",
      "fcntl(1, F_SETFD, 0)",
      "fcntl(2, F_SETFD, 0)",
      "dup3(report, 3, 0)",
      "dup3(trampoline, 4, O_CLOEXEC)",
      "dup3(ready, 5, O_CLOEXEC)",
      "close_range(6, 4294967295, 0)",
    ]);
  });

  test("where memory is not shared, a failure is reported by a pipe that execve closes", () => {
    expect(child(empty, { report: true })).toContain("dup3(report, 3, O_CLOEXEC)");
  });
});

const target = { fd: "target" } as const;
const open: Step = { call: "openat", args: [AT_FDCWD, "/a", O_PATH | O_CLOEXEC], fd: "target" };
const enter: Step = { call: "fchdir", args: [target] };
const mount: Step = { call: "mount", args: ["tmpfs", ".", "tmpfs", 0, null] };
const inMount: Plan = { namespaces: ["mount"], steps: [open, enter, mount] };
const openThere = `openat(AT_FDCWD, "/a", O_RDONLY|O_CLOEXEC|O_PATH)`;
const inThere = [openThere, "fchdir(target)", 'mount("tmpfs", ".", "tmpfs", 0, NULL)'];
const priv = 'mount(NULL, "/", NULL, MS_REC|MS_PRIVATE, NULL)';
const pivot: Step[] = [
  { call: "pivot_root", args: [".", "."] },
  { call: "umount2", args: [".", 2] },
];

describe("the working directory", () => {
  test("is the caller's, which costs nothing", () => {
    expect(middle(empty)).toEqual([]);
    expect(middle(empty, { cwd: "sub" })).toEqual(['chdir("sub")']);
  });

  test("is the caller's again after steps that led elsewhere", () => {
    const cwd = `openat(AT_FDCWD, ".", ${directory})`;
    expect(middle(inMount)).toEqual([priv, cwd, ...inThere, "fchdir(cwd)"]);
    expect(middle(inMount, { cwd: "sub" })).toEqual([priv, cwd, ...inThere, "fchdir(cwd)", 'chdir("sub")']);
    expect(middle(inMount, { cwd: "/sub" })).toEqual([priv, ...inThere, 'chdir("/sub")']);
  });

  test("of a new root is / , also after mounting there", () => {
    const before = { ...inMount, steps: [...inMount.steps, ...pivot] };
    expect(middle(before).at(-1)).toBe('umount2(".", MNT_DETACH)');
    const after = { ...inMount, steps: [...pivot, ...inMount.steps] };
    expect(middle(after).at(-1)).toBe('chdir("/")');
  });

  test("of a new root is looked up in it, through no descriptor that was left open", () => {
    const plan = { ...inMount, steps: pivot };
    for (const cwd of ["/sub", "sub"])
      expect(middle(plan, { cwd }).slice(-2)).toEqual([
        `openat2(AT_FDCWD, "/sub", {flags=${directory}, resolve=RESOLVE_NO_MAGICLINKS}, 24)`,
        "fchdir(cwd)",
      ]);
  });
});

describe('the slot "root"', () => {
  const inRoot: Step = { call: "mkdirat", args: [{ fd: "root" }, "a", 0o755] };
  const root: Step = { call: "openat", args: [AT_FDCWD, "/new", O_PATH], fd: "root" };
  const opened = `openat(AT_FDCWD, "/", ${directory})`;

  test("is / until the plan opens another", () => {
    expect(middle({ namespaces: ["mount"], steps: [inRoot] })).toEqual([
      priv,
      opened,
      'mkdirat(root, "a", 0755)',
    ]);
    expect(middle({ namespaces: ["mount"], steps: [inRoot, root] })).toContain(opened);
    expect(middle({ namespaces: ["mount"], steps: [root, inRoot] })).not.toContain(opened);
  });

  test("is not opened where nobody uses it", () => {
    expect(middle(inMount)).not.toContain(opened);
  });
});

test("mounts are made private before anything is mounted", () => {
  expect(middle({ namespaces: ["mount"], steps: [] })).toEqual([priv]);
});

describe("credentials", () => {
  const death = "prctl(PR_SET_PDEATHSIG, SIGKILL)";

  test("groups, gid, uid: in the order in which each can still be changed, and the death signal after them", () => {
    expect(middle(empty, { uid: 1000, gid: 100 })).toEqual([
      "setgroups(0, NULL)",
      "setresgid(100, 100, 100)",
      "setresuid(1000, 1000, 1000)",
      death,
    ]);
    expect(middle(empty, { uid: 0 })).toEqual(["setgroups(0, NULL)", "setresuid(0, 0, 0)", death]);
  });

  test("supplementary groups are those given, and then have to be had", () => {
    expect(middle(empty, { uid: 1, gid: 2, groups: [5, 1000] })[0]).toBe("setgroups(2, [5, 1000])");
    expect(middle(empty, { groups: [] })).toEqual(["setgroups(0, NULL)"]);
    const [asked] = program(empty, { ...command, groups: [] }).child.filter(
      ({ call }) => call === "setgroups",
    );
    expect(asked?.allow).toBeUndefined();
    const [unasked] = program(empty, { ...command, uid: 0 }).child.filter(({ call }) => call === "setgroups");
    expect(unasked?.allow).toBe("EPERM");
  });

  test("of the plan's own clear the death signal too", () => {
    expect(middle({ namespaces: [], steps: [{ call: "setresuid", args: [0, 0, 0] }] }).at(-1)).toBe(death);
  });

  test("are checked", () => {
    expect(() => child(empty, { uid: 2 ** 32 })).toThrow("setresuid: argument 1 has to be an id");
    expect(() => child(empty, { groups: [-1] })).toThrow('"gids":[-1]');
  });
});

test("detached: a session of its own, and no death with the parent", () => {
  expect(middle(empty, { detached: true, uid: 0 }).slice(-2)).toEqual([
    "setsid()",
    "prctl(PR_SET_PDEATHSIG, 0)",
  ]);
});

describe("the end", () => {
  const rooted = { namespaces: ["mount"], steps: pivot } as const;

  test("of a plan that changes the root is the trampoline", () => {
    const { child, after } = program(rooted, { ...command, argv0: "-true" });
    const argv = '["trampoline", "3", "/bin/true", "-true", "a"]';
    expect(written(child.at(-1) as Step)).toBe(`execveat(trampoline, "", ${argv}, ["A=1"], AT_EMPTY_PATH)`);
    expect(after.map(written)).toEqual([
      "fcntl(3, F_SETFD, FD_CLOEXEC)",
      'execve("/bin/true", ["-true", "a"], ["A=1"])',
    ]);
    expect(after.map(({ by }) => by)).toEqual(["trampoline", "trampoline"]);
  });

  test("of a plan with an init is the init", () => {
    const { child, after } = program({ namespaces: ["pid"], steps: [], init: true }, command);
    expect(written(child.at(-1) as Step)).toContain('["init", "3", "/bin/true", "/bin/true", "a"]');
    expect(after.map(({ by }) => by)).toEqual(["init", "init"]);
  });

  test("an init outside of a pid namespace would be no PID 1", () => {
    expect(() => program({ namespaces: [], steps: [], init: true }, command)).toThrow(
      new TypeError("an init is PID 1, and the plan has no pid namespace"),
    );
  });
});

test("the parent's steps come while the child waits, before the first of its own", () => {
  const run = ["newuidmap", "<pid>", "0", "1", "1"] as const;
  const plan: Plan = { namespaces: ["user"], steps: [{ call: "umask", args: [0] }], parent: [{ run }] };
  expect(program(plan, command).parent).toEqual([{ run }]);
  expect(middle(plan)).toEqual([
    String.raw`write(ready, "\0", 1)`,
    String.raw`read(ready, "\0", 1)`,
    "umask(000)",
  ]);
});

describe("a slot", () => {
  const use: Step = { call: "fchdir", args: [{ fd: "a" }] };
  const keep: Step = { call: "openat", args: [AT_FDCWD, "/", O_PATH], fd: "a" };
  const close: Step = { call: "close", args: [{ fd: "a" }] };
  const start =
    (...steps: Step[]) =>
    () =>
      program({ namespaces: [], steps }, command);
  const refusal = 'fchdir(a): no step before it keeps a descriptor as "a"';

  test("that is used before it is kept is refused", () => {
    expect(start(use)).toThrow(new TypeError(refusal));
    expect(start(use, keep)).toThrow(refusal);
    expect(start(keep, use)).not.toThrow();
  });

  test("that was closed is none any more", () => {
    expect(start(keep, close, use)).toThrow(refusal);
    expect(start(keep, close, keep, use)).not.toThrow();
  });

  test("of the parent is not the child's, nor the other way round", () => {
    const opened: Step = { call: "openat", args: [AT_FDCWD, { pid: "/proc/<pid>/status" }, 0], fd: "a" };
    expect(() => program({ namespaces: [], steps: [use], parent: [opened] }, command)).toThrow(refusal);
    const read: Step = { call: "read", args: [{ fd: "a" }, "\0", 1] };
    expect(() => program({ namespaces: [], steps: [keep], parent: [read] }, command)).toThrow(
      "keeps a descriptor",
    );
  });

  test("of the spawner's is not the plan's to fill, nor to use where there is none", () => {
    expect(start({ ...keep, fd: "trampoline" } as Step)).toThrow(`"trampoline" is a slot of the spawner's`);
    expect(start({ call: "fchdir", args: [{ fd: "report" }] })).toThrow(
      `"report" is a slot of the spawner's`,
    );
  });
});

test("no parent's steps, none to wait for", () => {
  const { child } = program({ namespaces: [], steps: [], parent: [] }, { file: "/bin/true" });
  expect(child.map(({ call }) => call)).not.toContain("read");
});

test("a plan's seal comes last, when the command has become who it is", () => {
  const noNewPrivileges: Step = { call: "prctl", args: [38, 1, 0, 0, 0] };
  const plan = compose(
    { namespaces: [], steps: [{ call: "umask", args: [0o22] }], seal: [noNewPrivileges] },
    { namespaces: [], steps: [{ call: "umask", args: [0o77] }], seal: [{ call: "umask", args: [0] }] },
  );
  const lines = child(plan, { uid: 5, cwd: "/x" });
  expect(lines.slice(-3, -1)).toEqual(["prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)", "umask(000)"]);
  expect(lines.indexOf("umask(077)")).toBeLessThan(lines.indexOf("setresuid(5, 5, 5)"));
  expect(lines.indexOf("setresuid(5, 5, 5)")).toBeLessThan(lines.indexOf("umask(000)"));
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

test("a seal is held to what the plan's steps are held to, and changes no ids", () => {
  const sealed = (step: Step) => () => child({ namespaces: [], steps: [], seal: [step] });
  expect(sealed({ call: "sethostname", args: ["x", 1] })).toThrow("would change the host");
  expect(sealed({ call: "prctl", args: [4, 1] })).toThrow("would reach Node itself");
  expect(sealed({ call: "fchdir", args: [{ fd: "nowhere" }] })).toThrow("no step before it keeps");
  expect(sealed({ call: "write", args: [{ fd: "report" }, "x", 1] })).toThrow("slot of the spawner's");
  expect(sealed({ call: "setresuid", args: [1, 1, 1] })).toThrow("has to be one of the plan's steps");
});
