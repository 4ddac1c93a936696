// Root inside, yourself outside. A user namespace is the one that everybody may make, and it brings the right to make all
// others, so it comes first.
//
// $ node examples/01-user.mjs
// I am root.
import { spawn } from "@mini/native";
import { compose } from "@mini/plan";
import { user } from "@mini/user";

const plan = compose(
  user({ uid: process.getuid(), gid: process.getgid() }), // new
);
const script = 'echo "I am $(id -un)."';

spawn("sh", ["-c", script], { plan, stdio: "inherit" });
