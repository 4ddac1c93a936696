import { checkOptions, type Plan } from "@mini/plan";

/** System V IPC objects and POSIX message queues of its own, none at first (ipc_namespaces(7)). */
export function ipc(options: Readonly<Record<string, never>> = {}): Plan {
  checkOptions("ipc", options, {});
  return { namespaces: ["ipc"], steps: [] };
}
