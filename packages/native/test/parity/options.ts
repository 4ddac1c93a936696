import { realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { executable, temporary } from "../fixtures/rootfs.js";
import { end, type Observations, outcome, trace } from "./observe.js";

// https://nodejs.org/api/child_process.html#child_processspawncommand-args-options, option by option

const directory = temporary();
executable(join(directory, "tool"), "#!/bin/sh\necho tool $0\n");
executable(join(directory, "quiet-tool"), "#!/bin/sh\necho quiet\n");
symlinkSync("/bin/sh", join(directory, "own-shell"));
const print = (...names: string[]) => ["-c", names.map((name) => `echo "${name}=[$${name}]"`).join("; ")];

export const options: Observations = {
  "cwd: a path": (spawn) => outcome(spawn("pwd", { cwd: directory })),
  "cwd: a file: URL": (spawn) => outcome(spawn("pwd", { cwd: pathToFileURL(directory) })),
  "cwd: a relative path": (spawn) => outcome(spawn("pwd", { cwd: ".." })),
  "cwd: the empty string is the caller's": (spawn) => outcome(spawn("pwd", { cwd: "" })),
  "cwd: not there": (spawn) => trace(spawn("true", ["x"], { cwd: "/no/such" })),
  "cwd: a command's relative path starts there": (spawn) => outcome(spawn("./tool", { cwd: directory })),
  "cwd: a relative entry of PATH starts there": (spawn) =>
    outcome(spawn("tool", { cwd: directory, env: { PATH: "." } })),

  "env: process.env unless given": async (spawn) => {
    process.env.MINI_PARITY = "inherited";
    const seen = [await outcome(spawn("printenv", ["MINI_PARITY"]))];
    seen.push(
      await outcome(spawn("printenv", ["MINI_PARITY"], { env: null as unknown as NodeJS.ProcessEnv })),
    );
    delete process.env.MINI_PARITY;
    return seen;
  },
  "env: nothing else when given": (spawn) => outcome(spawn("/usr/bin/env", { env: { A: "1", B: "ü\n=" } })),
  "env: undefined is left out": (spawn) => outcome(spawn("/usr/bin/env", { env: { A: undefined, B: "1" } })),
  "env: what the object inherits counts": (spawn) =>
    outcome(spawn("/usr/bin/env", { env: Object.assign(Object.create({ INHERITED: "1" }), { OWN: "2" }) })),
  "env: what is no string is written as one": (spawn) =>
    outcome(spawn("/usr/bin/env", { env: { N: 1, T: true, O: null } as unknown as NodeJS.ProcessEnv })),
  "env: without PATH the command is found where execvp looks": (spawn) =>
    outcome(spawn("sh", print("HOME"), { env: {} })),
  "env: its PATH is searched, not the caller's": (spawn) => trace(spawn("sh", { env: { PATH: "/no/such" } })),
  "env: an empty entry of PATH is the working directory": (spawn) =>
    outcome(spawn("quiet-tool", { cwd: directory, env: { PATH: "/no/such::/bin" } })),
  "env: changed after the call, nothing changes": (spawn) => {
    const env: NodeJS.ProcessEnv = { A: "before" };
    const args = ["-c", "echo $A $0", "before"];
    const child = spawn("/bin/sh", args, { env });
    env.A = args[2] = "after";
    return outcome(child);
  },

  argv0: (spawn) => outcome(spawn("sh", ["-c", "cat /proc/$$/cmdline"], { argv0: "other" })),
  "shell: true": (spawn) => outcome(spawn("echo $((1 + 2)); echo $0", { shell: true })),
  "shell: arguments are joined by blanks, not quoted": (spawn) =>
    outcome(spawn("echo", ["a  b", "'c  d'", '"$0"', "&&", "echo e"], { shell: true })),
  "shell: a path": (spawn) => outcome(spawn("echo $0", { shell: join(directory, "own-shell") })),
  "shell: not there": (spawn) => trace(spawn("true", { shell: "/no/such/shell" })),
  "shell: what the child is known by": (spawn) => {
    const child = spawn("true", ["a"], { shell: "/bin/sh", argv0: "zero" });
    return [child.spawnfile, child.spawnargs];
  },
  "shell: false and the empty string": async (spawn) => [
    await outcome(spawn("echo", ["$0"], { shell: false })),
    await outcome(spawn("echo", ["$0"], { shell: "" })),
  ],

  "detached: a session of its own": async (spawn) => {
    const script = 'test "$(cut -d" " -f6 /proc/$$/stat)" = $$ && echo own || echo inherited';
    return [
      await outcome(spawn("sh", ["-c", script], { detached: true })),
      await outcome(spawn("sh", ["-c", script], { detached: false })),
    ];
  },
  "uid and gid: the caller's own": (spawn) =>
    outcome(spawn("id", ["-ru"], { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 })),

  "timeout: SIGTERM": (spawn) => end(spawn("sleep", ["9"], { timeout: 30 })),
  "timeout: with killSignal": (spawn) => end(spawn("sleep", ["9"], { timeout: 30, killSignal: "SIGKILL" })),
  "timeout: none, and one that is not reached": async (spawn) => [
    await outcome(spawn("true", { timeout: 0 })),
    await outcome(spawn("true", { timeout: 60_000 })),
    await outcome(spawn("true", { timeout: undefined })),
  ],
  "killSignal: a number": (spawn) => end(spawn("sleep", ["9"], { timeout: 30, killSignal: 9 })),

  "windowsHide and windowsVerbatimArguments: nothing here": (spawn) =>
    outcome(spawn("echo", ["x"], { windowsHide: true, windowsVerbatimArguments: true })),
  "null and undefined are as left out": (spawn) => {
    const nothing = { cwd: null, uid: null, gid: null, detached: null, shell: null, argv0: null };
    return outcome(spawn("echo", ["x"], { ...nothing, stdio: undefined, killSignal: undefined } as object));
  },
  "args may be left out, null or undefined": async (spawn) => [
    await outcome(spawn("pwd", { cwd: "/" })),
    await outcome(spawn("pwd", null as unknown as [], { cwd: "/" })),
    await outcome(spawn("pwd", undefined as unknown as [], { cwd: "/" })),
  ],
  "arguments arrive byte by byte": (spawn) =>
    outcome(spawn("printf", ["[%s]", "", "a b", "ü€😀", "-", "\n", "'\"\\", "\ud800"])),
  "options are left as they were": (spawn) => {
    const given = Object.freeze({
      shell: true,
      stdio: Object.freeze(["ignore", "pipe", "pipe"]),
      env: Object.freeze({}),
    });
    const child = spawn("true", Object.freeze([]) as unknown as string[], given as object);
    return [Object.keys(given), child.spawnargs];
  },

  "signals are as a program expects them": (spawn) =>
    outcome(spawn("grep", ["-E", "^Sig(Blk|Ign)", "/proc/self/status"])),
  "umask and priority are inherited": (spawn) => outcome(spawn("sh", ["-c", "umask; nice"])),
  "the working directory is the caller's": async (spawn) => [await outcome(spawn("pwd")), realpathSync(".")],
};
