import { expect, test } from "vitest";
import { AT_FDCWD, compose, explain, O_WRONLY, type Plan, primitive } from "../src/index.js";

const named = primitive("uts", { namespaces: ["uts"], steps: [{ call: "sethostname", args: ["box", 3] }] });

test("explain prints what strace would, each step under the primitive that it comes from", () => {
  expect(explain(named, { file: "/bin/true", env: { A: "1" }, cwd: "/" })).toBe(`# In the child

# clone
clone3({flags=CLONE_VM|CLONE_PIDFD|CLONE_VFORK|CLONE_PARENT_SETTID|CLONE_NEWUTS|CLONE_CLEAR_SIGHAND, exit_signal=SIGCHLD})

# spawn
prctl(PR_SET_PDEATHSIG, SIGKILL)
fcntl(0, F_SETFD, 0)
fcntl(1, F_SETFD, 0)
fcntl(2, F_SETFD, 0)
close_range(3, 4294967295, 0)

# uts
sethostname("box", 3)

# spawn
chdir("/")
rt_sigaction(SIGPIPE, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, NULL, 8)
rt_sigaction(SIGXFSZ, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, NULL, 8)
rt_sigprocmask(SIG_SETMASK, [], NULL, 8)
execve("/bin/true", ["/bin/true"], ["A=1"])
`);
});

test("the parent's steps stand apart, before the child's, and a slot shows where it is filled", () => {
  const path = { pid: "/proc/<pid>/uid_map" };
  const mapped: Plan = primitive("user", {
    namespaces: ["user"],
    steps: [],
    parent: [
      { call: "openat", args: [AT_FDCWD, path, O_WRONLY], fd: "map" },
      { call: "write", args: [{ fd: "map" }, "0 0 1", 5] },
      { run: ["newgidmap", "<pid>", "0", "0", "1"] },
    ],
  });
  const lines = explain(compose(mapped, named), "/bin/true").split("\n");
  expect(lines.slice(0, 8)).toEqual([
    "# In the parent, while the child waits",
    "",
    "# user",
    'openat(AT_FDCWD, "/proc/<pid>/uid_map", O_WRONLY) = map',
    'write(map, "0 0 1", 5)',
    'run("newgidmap", "<pid>", "0", "0", "1")',
    "",
    "# In the child",
  ]);
  expect(lines).toContain(String.raw`write(ready, "\0", 1)`);
});

test("a step of nobody's is the plan's own", () => {
  const lines = explain({ namespaces: [], steps: [{ call: "umask", args: [0] }] }, "/bin/true").split("\n");
  expect(lines[lines.indexOf("umask(000)") - 1]).toBe("# the plan");
});

test("what the trampoline or the init does follows the execveat that begins it", () => {
  const trampoline: Plan = { namespaces: ["mount"], steps: [{ call: "pivot_root", args: [".", "."] }] };
  const init: Plan = { namespaces: ["pid"], steps: [], init: true };
  for (const [name, plan] of Object.entries({ trampoline, init })) {
    const lines = explain(plan, "/bin/true").trimEnd().split("\n");
    const at = lines.findIndex((line) => line.startsWith('execveat(trampoline, "", '));
    expect(lines.slice(at + 1, at + 4)).toEqual(["", `# ${name}`, "fcntl(3, F_SETFD, FD_CLOEXEC)"]);
    expect(lines.at(-1)).toBe('execve("/bin/true", ["/bin/true"], [])');
  }
});
