import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** What a container could have changed of the host: equal before and after, or something got out or was left behind. */
export function hostState(): Readonly<Record<string, unknown>> {
  return {
    hostname: hostname(),
    mounts: readFileSync("/proc/self/mountinfo", "utf8"),
    namespaces: readdirSync("/proc/self/ns").map((name) => readlinkSync(`/proc/self/ns/${name}`)),
    interfaces: readdirSync("/sys/class/net").sort(),
    children: readFileSync(`/proc/self/task/${process.pid}/children`, "utf8"),
    cgroup: readFileSync("/proc/self/cgroup", "utf8"),
    workingDirectory: process.cwd(),
  };
}
