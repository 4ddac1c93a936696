import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  MNT_DETACH,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  type Plan,
  primitive,
  type Step,
} from "@mini/plan";
import { absolute, close, move } from "./target.js";

/**
 * From here on targets are resolved in `directory`, which `pivot` will make `/`. It has to be a mount point for that, so a
 * copy of it, with all that is mounted below, is mounted over itself.
 */
export function root(directory: string): Plan {
  const flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE;
  const steps: Step[] = [
    {
      call: "openat",
      args: [AT_FDCWD, absolute(directory, "a root"), O_PATH | O_CLOEXEC | O_DIRECTORY],
      fd: "directory",
    },
    { call: "open_tree", args: [{ fd: "directory" }, "", flags], fd: "root" },
    move("root", "directory"),
    close("directory"),
  ];
  return primitive("root", { namespaces: ["mount"], steps, views: [{ target: "/", source: directory }] });
}

/** Makes `directory`, or what `root` opened before, the root directory, and lets go of the host's (pivot_root(2)). */
export function pivot(directory?: string): Plan {
  const opened = directory === undefined ? undefined : root(directory);
  const steps: Step[] = [
    ...(opened?.steps ?? []),
    { call: "fchdir", args: [{ fd: "root" }] },
    // "." twice stacks the old root on the new one: no directory to make, none to remove.
    { call: "pivot_root", args: [".", "."] },
    // Next, and before anything else: until then "/.." still leads to the host.
    { call: "umount2", args: [".", MNT_DETACH] },
    { call: "chdir", args: ["/"] },
  ];
  return primitive("pivot", { namespaces: ["mount"], steps, ...(opened?.views && { views: opened.views }) });
}
