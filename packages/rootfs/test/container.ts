import { dev, pivot, proc, sysfs } from "@mini/mount";
import { spawn } from "@mini/native";
import { pid } from "@mini/pid";
import { compose, type Plan } from "@mini/plan";
import { collect, type Outcome } from "@mini/testing";
import { user } from "@mini/user";

export const rootless = process.getuid?.() !== 0;
export const identity = { hostname: "container", network: "none" } as const;
export const storage = { size: 64 * 1024 * 1024 };

/** A shell script in a container with this root, as whoever runs the tests. */
export function inside(root: Plan, script: string): Promise<Outcome> {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const plan = compose(
    rootless ? user({ uid, gid }) : compose(),
    pid(),
    { namespaces: ["network", "ipc"], steps: [] },
    root,
    proc("/proc", { create: "directory" }),
    sysfs("/sys", { create: "directory" }),
    dev("/dev", { devices: rootless ? "bind" : "mknod" }),
    pivot(),
  );
  const env = { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" };
  return collect(spawn("sh", ["-c", script], { plan, env, stdio: ["ignore", "pipe", "pipe"] }));
}
