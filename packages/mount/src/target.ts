import {
  checkOptions,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  type Plan,
  primitive,
  RESOLVE_IN_ROOT,
  S_IFREG,
  type Step,
} from "@mini/plan";

// A target is a path of the container. It is resolved in the directory that the slot "root" holds, by openat2(2) with
// RESOLVE_IN_ROOT: resolved by name it would follow the image's symbolic links on the host (CVE-2021-30465), and between
// looking and mounting somebody could change what it names. So whatever is mounted, is mounted by descriptor.

/** What a mount point is made as, where it is missing. */
export type Create = "directory" | "file";

/** The kinds of a `create`, for checkOptions. */
export const creates = ["directory", "file"] as const satisfies readonly Create[];

/** A directory or file to mount over, made where it is missing, with the directories above it. */
export function mountPoint(target: string, create: Create): Plan {
  checkOptions("mountPoint", { create }, { create: creates }, ["create"]);
  const steps = make(checked(target), create);
  return primitive("mountPoint", { namespaces: ["mount"], steps });
}

/** Keeps `target` in the slot "target"; made before, if `create` says as what. */
export function openTarget(target: string, create?: Create): Step[] {
  const path = checked(target);
  return [...(create === undefined ? [] : make(path, create)), resolve(path, "target")];
}

function checked(target: string): string {
  if (absolute(target, "a target").split("/").includes(".."))
    throw new TypeError(`${JSON.stringify(target)}: ".." has no place in a target`);
  return target;
}

/** A path of the host or of the container: by the time it is looked up, the child may be in another directory. */
export function absolute(path: string, what: string): string {
  if (typeof path === "string" && path.startsWith("/")) return path;
  throw new TypeError(`${JSON.stringify(path) ?? String(path)}: ${what} has to be an absolute path`);
}

/** One path, in the root, into a slot. */
export function resolve(
  path: string,
  slot: string,
  extra: 0 | typeof O_DIRECTORY | typeof O_NOFOLLOW = 0,
): Step {
  const flags = O_PATH | O_CLOEXEC | extra;
  return {
    call: "openat2",
    args: [{ fd: "root" }, path, { struct: "open_how", flags, resolve: RESOLVE_IN_ROOT }, 24],
    fd: slot,
  };
}

/** Closes a slot. */
export function close(slot: string): Step {
  return { call: "close", args: [{ fd: slot }] };
}

/**
 * Mounts one of the kernel's own file systems over `target`, which has to be a directory itself: an image whose /proc is a
 * link would have it elsewhere, and what is masked below /proc later would not be there (ENOTDIR, of fchdir).
 */
export function mountKernelOver(
  target: string,
  [source, type, flags, data]: readonly [source: string, type: string, flags: number, data: string | null],
  create?: Create,
): Step[] {
  const made = create === undefined ? [] : make(checked(target), create);
  return [...made, resolve(checked(target), "target", O_NOFOLLOW), ...mountHere([source, type, flags, data])];
}

/** Mounts a file system over `target`: from within it, so that the kernel is given the descriptor's directory. */
export function mountOver(
  target: string,
  [source, type, flags, data]: readonly [source: string, type: string, flags: number, data: string | null],
  create?: Create,
): Step[] {
  return [...openTarget(target, create), ...mountHere([source, type, flags, data])];
}

function mountHere([source, type, flags, data]: readonly [string, string, number, string | null]): Step[] {
  return [
    { call: "fchdir", args: [{ fd: "target" }] },
    { call: "mount", args: [source, ".", type, flags, data] },
    close("target"),
  ];
}

/** From one descriptor to another: no path is looked up. */
export function move(slot: string, target: string): Step {
  const flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  return { call: "move_mount", args: [{ fd: slot }, "", { fd: target }, "", flags] };
}

// Each directory on the way by itself: a path of several names would be followed through links out of the root.
function make(target: string, create: Create): Step[] {
  const names = target.split("/").filter((name) => name !== "" && name !== ".");
  return names.flatMap((name, index): Step[] => {
    const parent = index === 0 ? "root" : "parent";
    const open = index === 0 ? [] : [resolve(`/${names.slice(0, index).join("/")}`, parent, O_DIRECTORY)];
    const done = index === 0 ? [] : [close(parent)];
    const last = index === names.length - 1;
    const made: Step =
      last && create === "file"
        ? { call: "mknodat", args: [{ fd: parent }, name, S_IFREG | 0o644], allow: "EEXIST" }
        : { call: "mkdirat", args: [{ fd: parent }, name, 0o755], allow: "EEXIST" };
    return [...open, made, ...done];
  });
}
