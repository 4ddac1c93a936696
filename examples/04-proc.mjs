// A /proc that shows these processes, mounted where nobody else sees it: `proc` brings a mount namespace along.
//
// $ node examples/04-proc.mjs
// I am root on container, process 1.
// All processes that there are: /proc/1
import { proc } from "@mini/mount";
import { spawn } from "@mini/native";
import { pid } from "@mini/pid";
import { compose } from "@mini/plan";
import { user } from "@mini/user";
import { uts } from "@mini/uts";

const plan = compose(
  user({ uid: process.getuid(), gid: process.getgid() }),
  uts({ hostname: "container" }),
  pid(),
  proc(), // new
);
const script = `
  echo "I am $(id -un) on $(hostname), process $$."
  echo "All processes that there are:" /proc/[0-9]*
`;

spawn("sh", ["-c", script], { plan, stdio: "inherit" });
