import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { expect } from "vitest";

/** What a container could have changed of the host: equal before and after, or something got out or was left behind. */
export function hostState(): Readonly<Record<string, unknown>> {
  return {
    hostname: hostname(),
    domainname: readFileSync("/proc/sys/kernel/domainname", "utf8"),
    mounts: readFileSync("/proc/self/mountinfo", "utf8"),
    namespaces: readdirSync("/proc/self/ns").map((name) => readlinkSync(`/proc/self/ns/${name}`)),
    interfaces: readdirSync("/sys/class/net").sort(),
    children: children(),
    cgroup: readFileSync("/proc/self/cgroup", "utf8"),
    workingDirectory: process.cwd(),
    umask: process.umask(),
    ids: [process.getuid?.(), process.getgid?.(), ...(process.getgroups?.() ?? [])],
  };
}

/** Does `act`, and expects the host to be as it was before, after a failure too. */
export async function withHostUnchanged<T>(act: () => Promise<T>): Promise<T> {
  const before = hostState();
  try {
    return await act();
  } finally {
    expect(hostState()).toEqual(before);
  }
}

// A process is the child of the thread that made it, and that need not be the first one.
function children(): string[] {
  return readdirSync("/proc/self/task")
    .map((thread) => readFileSync(`/proc/self/task/${thread}/children`, "utf8").trim())
    .filter((pids) => pids !== "");
}
