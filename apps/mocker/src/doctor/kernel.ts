import { release } from "node:os";
import { parseMountinfo } from "@mini/mount/host";
import { type Finding, type Host, ok } from "./finding.js";
import { isFiltered } from "./namespaces.js";

/** mount_setattr(2), without which a volume cannot be made read-only with all that is mounted below it, is of 5.12. */
export function kernel(version = release()): Finding {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  const since = (a: number, b: number) => major > a || (major === a && minor >= b);
  if (!since(5, 12)) {
    return {
      name: "kernel",
      state: "failed",
      text: `Linux ${version}: mocker needs 5.12, for mount_setattr`,
    };
  }
  // user.* attributes on tmpfs, in which overlayfs keeps its marks for an ordinary user
  return since(6, 6)
    ? ok("kernel", `Linux ${version}`)
    : ok("kernel", `Linux ${version}: before 6.6 an ordinary user's changes are kept on disk, not in memory`);
}

/** Which cgroups are mounted (cgroups(7)). */
export function cgroups({ read }: Host): Finding {
  const mounted = parseMountinfo(read("/proc/self/mountinfo") ?? "").filter(({ type }) =>
    type.startsWith("cgroup"),
  );
  const second = mounted.find(({ type }) => type === "cgroup2");
  if (mounted.length === 0) {
    return {
      name: "cgroups",
      state: "no",
      text: "none are mounted: mount -t cgroup2 none /sys/fs/cgroup, as root",
    };
  }
  if (second !== undefined && mounted.every(({ type }) => type === "cgroup2")) {
    const controllers = read(`${second.target}/cgroup.controllers`)?.trim();
    return ok("cgroups", `version 2, with ${controllers || "no controllers"}`);
  }
  const first = mounted.filter(({ type }) => type === "cgroup").map(({ target }) => target.split("/").at(-1));
  const version = second === undefined ? "version 1" : "hybrid, controllers in version 1";
  return ok("cgroups", `${version}: ${first.join(" ")}`);
}

/** Whether the kernel filters system calls, and whether a filter is on this process already (seccomp(2)). */
export function seccomp(host: Host): Finding {
  const actions = host.read("/proc/sys/kernel/seccomp/actions_avail");
  if (actions === undefined)
    return {
      name: "seccomp",
      state: "no",
      text: "this kernel was built without filters (CONFIG_SECCOMP_FILTER)",
    };
  return ok("seccomp", isFiltered(host) ? "an outer filter is in force" : "filters can be used");
}
