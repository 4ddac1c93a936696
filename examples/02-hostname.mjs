// A hostname of its own. Type `hostname` afterwards: yours is what it was.
//
// $ node examples/02-hostname.mjs
// I am root on container.
import { spawn } from "@mini/native";
import { compose } from "@mini/plan";
import { user } from "@mini/user";
import { uts } from "@mini/uts";

const plan = compose(
  user({ uid: process.getuid(), gid: process.getgid() }),
  uts({ hostname: "container" }), // new
);
const script = 'echo "I am $(id -un) on $(hostname)."';

spawn("sh", ["-c", script], { plan, stdio: "inherit" });
