import { mounts, overlay, proc, sysfs, tmpfs } from "@mini/mount";
import { net } from "@mini/net";
import { pid } from "@mini/pid";
import { AT_FDCWD, compose, type Step } from "@mini/plan";
import { attempt, privileges } from "./attempt.js";
import { type Finding, type Host, ok } from "./finding.js";

/** Mounts one directory over another, copy on write, in memory. */
export async function overlays(host: Host): Promise<Finding> {
  const made = ["/tmp/lower", "/tmp/upper", "/tmp/work", "/tmp/merged"].map(
    (path): Step => ({ call: "mkdirat", args: [AT_FDCWD, path, 0o755] }),
  );
  const layers = { lower: ["/tmp/lower"], upper: "/tmp/upper", work: "/tmp/work" };
  const error = await attempt(
    compose(
      privileges(host),
      mounts(),
      tmpfs("/tmp"),
      { namespaces: [], steps: made },
      overlay("/tmp/merged", { ...layers, userxattr: host.uid !== 0 }),
    ),
  );
  if (error === undefined) return ok("overlay", "a root can be written copy on write");
  const remedy =
    error.code === "ENODEV"
      ? "as root, modprobe overlay"
      : "Linux 5.11 allows it to ordinary users; --rootfs dir does without";
  return { name: "overlay", state: "failed", text: `${error.message}: ${remedy}` };
}

/** Mounts a /proc of its own, which the kernel refuses to those who do not see all of the old one (mount_too_revealing). */
export async function freshProc(host: Host): Promise<Finding> {
  return outcome("/proc", await attempt(compose(privileges(host), pid(), mounts(), proc())));
}

/** The same with /sys. */
export async function freshSys(host: Host): Promise<Finding> {
  return outcome("/sys", await attempt(compose(privileges(host), net(), mounts(), sysfs())));
}

function outcome(name: string, error: Error | undefined): Finding {
  if (error === undefined) return ok(name, "can be mounted anew");
  const remedy = `if an outer container hides parts of ${name}, start that one with --security-opt systempaths=unconfined`;
  return { name, state: "failed", text: `${error.message}: ${remedy}` };
}
