// The hundred-line container: all primitives, and what a command line has to do besides.
//
// $ node examples/hundred-lines.mjs sh -c 'echo process $$ on $(hostname); ls /home; exit 7'; echo $?
// process 1 on container
// ls: cannot access '/home': No such file or directory
// 7
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { cgroup } from "@mini/cgroup";
import { ipc } from "@mini/ipc";
import { dev, mountPoint, pivot, proc, rbind, root, sysfs, tmpfs } from "@mini/mount";
import { spawn } from "@mini/native";
import { net } from "@mini/net";
import { pid } from "@mini/pid";
import { compose, explain } from "@mini/plan";
import { user } from "@mini/user";
import { uts } from "@mini/uts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const SHOWN = ["/usr", "/bin", "/lib", "/lib64", "/etc"].filter(existsSync);
const directory = { create: "directory" };

// What the container is.
const plan = compose(
  user({ uid: process.getuid(), gid: process.getgid() }), // root inside, the caller outside
  uts({ hostname: "container" }),
  pid(), // the command is process 1
  ipc(),
  cgroup(),
  net(), // loopback alone
  tmpfs("/mnt", { size: 64 * 1024 * 1024 }), // what is written goes here, and away with the container
  root("/mnt"),
  ...SHOWN.map((path) => rbind(path, path, { ...directory, readonly: true })),
  proc("/proc", directory),
  sysfs("/sys", directory),
  mountPoint("/dev", "directory"),
  dev("/dev", { devices: "bind" }),
  tmpfs("/tmp", directory),
  pivot(), // and the host is gone
);

// What is asked for.
const [command, ...args] = process.argv.slice(2);
if (command === undefined) fail(125, "usage: node hundred-lines.mjs (--explain | command [args…])");
else if (command === "--explain") console.log(explain(plan, "/bin/sh"));
else start(command, args);

function start(command, args) {
  const env = { PATH, HOME: "/tmp", TERM: process.env.TERM ?? "dumb" }; // nothing else of the caller's
  const child = spawn(command, args, { plan, env, stdio: "inherit" });
  child.on("error", ({ code, syscall, message }) => {
    const exec = syscall === "execve"; // all came to be, but for the command
    fail(exec ? (code === "ENOENT" ? 127 : 126) : 125, `${command}: ${message}`);
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
  // Ctrl-C and Ctrl-\ reach the command by itself, on a terminal: they are only not to end us.
  for (const name of ["SIGINT", "SIGQUIT"]) process.on(name, () => {});
  for (const name of ["SIGTERM", "SIGHUP"]) process.on(name, () => child.kill(name));
}

function fail(status, message) {
  console.error(message);
  process.exitCode = status;
}
