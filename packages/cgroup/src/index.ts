import { checkOptions, type Plan } from "@mini/plan";

/** A view of cgroups that begins where the command is: /proc/self/cgroup says `/` inside (cgroup_namespaces(7)). */
export function cgroup(options: Readonly<Record<string, never>> = {}): Plan {
  checkOptions("cgroup", options, {});
  return { namespaces: ["cgroup"], steps: [] };
}
