import { attach, overlay } from "@mini/mount";
import {
  AT_FDCWD,
  compose,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  type Plan,
  primitive,
  type Step,
} from "@mini/plan";
import { type Identity, identityFiles } from "./identity.js";
import { directory, file, SCRATCH, scratch } from "./scratch.js";

// The scratch's directories: what is written (upper), what overlayfs needs beside it (work), and the root itself.
export const UPPER = "upper";
export const WORK = "work";
export const ROOT = "root";

/** The container's root is what was mounted over the scratch's directory for it: targets are resolved there from here on. */
export const openRoot: Step = {
  call: "openat",
  args: [AT_FDCWD, `${SCRATCH}/${ROOT}`, O_PATH | O_CLOEXEC | O_DIRECTORY],
  fd: "root",
};

export interface LayeredOptions {
  /** What can be written in all, in bytes. */
  size: number;
  identity: Identity;
  /** For an ordinary user: overlayfs keeps its marks in `user.*` attributes. */
  userxattr?: boolean;
}

/** `lower` as root directory, with a layer over it that takes what is written: nothing of it reaches `lower`. */
export function layered(lower: string, { size, identity, userxattr = false }: LayeredOptions): Plan {
  const made: Step[] = [
    directory(UPPER, 0o755),
    directory(WORK, 0o755),
    directory(ROOT, 0o755),
    ...generated(identity),
  ];
  return primitive(
    "rootfs",
    compose(
      unsigned(scratch(size)),
      { namespaces: ["mount"], steps: made },
      unsigned(
        overlay(`${SCRATCH}/${ROOT}`, {
          lower: [lower],
          upper: `${SCRATCH}/${UPPER}`,
          work: `${SCRATCH}/${WORK}`,
          userxattr,
        }),
        [{ target: "/", source: lower }],
      ),
      { namespaces: ["mount"], steps: [openRoot] },
    ),
  );
}

/** Written into the upper layer before it is mounted, so that they are ordinary files there: no mount, nothing to mask. */
function generated(identity: Identity): Step[] {
  const files = [...identityFiles(identity)];
  return [
    directory(`${UPPER}/etc`, 0o755),
    ...files.flatMap(([path, content]) => file(`${UPPER}${path}`, content)),
  ];
}

/** Files of the scratch mounted over files that `targets` has; for a root that is used in place, and must not be written. */
export function identityOver(identity: Identity, targets: readonly string[]): Plan {
  const files = [...identityFiles(identity)].filter(([path]) => targets.includes(path));
  if (files.length === 0) return compose();
  const plans = files.map(([path, content]): Plan => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const steps: Step[] = [
      ...file(name, content),
      { call: "open_tree", args: [{ fd: "scratch" }, name, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC], fd: "tree" },
      ...attach("tree", path).steps.map(({ by: _, ...step }) => step as Step),
    ];
    return { namespaces: ["mount"], steps };
  });
  return primitive("rootfs", compose(unsigned(scratch(1024 * 1024)), ...plans));
}

// A plan made of primitives speaks with one name.
function unsigned(plan: Plan, views: Plan["views"] = []): Plan {
  return {
    namespaces: plan.namespaces,
    steps: plan.steps.map(({ by: _, ...step }) => step as Step),
    ...(views.length > 0 && { views }),
  };
}
