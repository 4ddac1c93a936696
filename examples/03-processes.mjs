// A process tree of its own, in which the command is number 1. But /proc is still the host's: it shows the processes of the
// namespace in which it was mounted, and node is among them.
//
// $ node examples/03-processes.mjs
// I am root on container, process 1.
// And /proc shows me node, process 43378.
import { spawn } from "@mini/native";
import { pid } from "@mini/pid";
import { compose } from "@mini/plan";
import { user } from "@mini/user";
import { uts } from "@mini/uts";

const plan = compose(
  user({ uid: process.getuid(), gid: process.getgid() }),
  uts({ hostname: "container" }),
  pid(), // new
);
const script = `
  echo "I am $(id -un) on $(hostname), process $$."
  test -d /proc/${process.pid} && echo "And /proc shows me node, process ${process.pid}."
`;

spawn("sh", ["-c", script], { plan, stdio: "inherit" });
