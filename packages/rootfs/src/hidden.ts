import { attach } from "@mini/mount";
import { compose, OPEN_TREE_CLOEXEC, OPEN_TREE_CLONE, type Plan, type Step } from "@mini/plan";
import { directory } from "./scratch.js";

/** What a container has of its own instead of the host's, with the permissions of hier(7). */
export const hidden: ReadonlyMap<string, number> = new Map([
  ["boot", 0o755],
  ["home", 0o755],
  ["media", 0o755],
  ["mnt", 0o755],
  ["root", 0o700],
  ["run", 0o755],
  ["tmp", 0o1777],
]);

/** Empty directories over those of the host, all in the scratch and so within its size. */
export function hide(names: readonly string[]): Plan {
  return compose(...names.map(hideOne));
}

function hideOne(name: string): Plan {
  const target = `/${name}`;
  const steps: Step[] = [
    directory(name, hidden.get(name)),
    // /var/lock is a link to it, and programs expect it to be there.
    ...(name === "run" ? [directory("run/lock", 0o1777)] : []),
    ...mountFromScratch(name, target),
  ];
  return { namespaces: ["mount"], steps, views: [{ target, source: null }] };
}

/** Shows a directory or file of the scratch at `target`. */
export function mountFromScratch(name: string, target: string): Step[] {
  return [
    { call: "open_tree", args: [{ fd: "scratch" }, name, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC], fd: "tree" },
    ...attach("tree", target).steps,
  ];
}
