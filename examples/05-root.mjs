// A root of its own: an empty directory in memory, into which the host's programs are shown, read-only. From `root` on,
// targets are paths in that directory; `pivot` makes it `/` and lets go of the host's. It comes last, and /proc before it:
// the kernel gives an ordinary user a new /proc only where another one is in sight.
//
// $ node examples/05-root.mjs
// I am root on container, process 1.
// All processes that there are: /proc/1
// There is no /home, no /etc, and /usr says: Read-only file system
import { existsSync } from "node:fs";
import { pivot, proc, rbind, root, tmpfs } from "@mini/mount";
import { spawn } from "@mini/native";
import { pid } from "@mini/pid";
import { compose } from "@mini/plan";
import { user } from "@mini/user";
import { uts } from "@mini/uts";

const programs = ["/usr", "/bin", "/lib", "/lib64"].filter(existsSync);

const plan = compose(
  user({ uid: process.getuid(), gid: process.getgid() }),
  uts({ hostname: "container" }),
  pid(),
  tmpfs("/mnt"), // new, until pivot
  root("/mnt"),
  ...programs.map((path) => rbind(path, path, { create: "directory", readonly: true })),
  proc("/proc", { create: "directory" }),
  pivot(),
);
const script = `
  echo "I am root on $(hostname), process $$."
  echo "All processes that there are:" /proc/[0-9]*
  test -e /home || echo "There is no /home, no /etc, and /usr says:$(touch /usr/x 2>&1 | sed 's/.*://')"
`;

spawn("sh", ["-c", script], { plan, env: { PATH: "/usr/bin:/bin" }, stdio: "inherit" });
