// A network of its own: loopback, and nothing else. /sys shows the devices of a network namespace, so it is mounted here.
//
// $ node examples/06-network.mjs
// I am root on container, process 1.
// All processes that there are: /proc/1
// All networks that there are: /sys/class/net/lo
import { existsSync } from "node:fs";
import { pivot, proc, rbind, root, sysfs, tmpfs } from "@mini/mount";
import { spawn } from "@mini/native";
import { net } from "@mini/net";
import { pid } from "@mini/pid";
import { compose } from "@mini/plan";
import { user } from "@mini/user";
import { uts } from "@mini/uts";

const programs = ["/usr", "/bin", "/lib", "/lib64"].filter(existsSync);

const plan = compose(
  user({ uid: process.getuid(), gid: process.getgid() }),
  uts({ hostname: "container" }),
  pid(),
  net(), // new
  tmpfs("/mnt"),
  root("/mnt"),
  ...programs.map((path) => rbind(path, path, { create: "directory", readonly: true })),
  proc("/proc", { create: "directory" }),
  sysfs("/sys", { create: "directory" }), // new
  pivot(),
);
const script = `
  echo "I am root on $(hostname), process $$."
  echo "All processes that there are:" /proc/[0-9]*
  echo "All networks that there are:" /sys/class/net/*
`;

spawn("sh", ["-c", script], { plan, env: { PATH: "/usr/bin:/bin" }, stdio: "inherit" });
