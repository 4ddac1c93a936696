import { bind, tmpfs } from "@mini/mount";
import {
  AT_FDCWD,
  compose,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_PATH,
  O_WRONLY,
  type Plan,
  type Step,
} from "@mini/plan";

// All that a container writes, and all that is generated for it, lies in one place, a tmpfs, so that one size bounds it. It is
// mounted over the host's /tmp, where only this container sees it, and goes with the container: after pivot_root
// nothing but the mounts made from it holds it. What has to be taken from the host's /tmp is taken before (`tree`).

/** Where the scratch lies until the root is pivoted. */
export const SCRATCH = "/tmp";

// Its directories: what is written, what overlayfs needs beside that, and the root itself.
export const UPPER = "upper";
export const WORK = "work";
export const ROOT = "rootfs";

/** Where the scratch comes from. */
export type Storage =
  /** Memory: a tmpfs of at most so many bytes. */
  | { readonly size: number }
  /**
   * An empty directory of the caller's, which has to be outside of what the container shows. For an ordinary user before
   * Linux 6.6, whose tmpfs has no `user.*` attributes for overlayfs. Nothing bounds it, and somebody has to delete it.
   */
  | { readonly directory: string };

/** An empty directory over the host's /tmp, kept in the slot "scratch". */
export function scratch(storage: Storage): Plan {
  const steps: Step[] = [
    { call: "umask", args: [0] }, // the modes below are meant as they are
    { call: "openat", args: [AT_FDCWD, SCRATCH, O_PATH | O_CLOEXEC | O_DIRECTORY], fd: "scratch" },
  ];
  const mounted =
    "size" in storage
      ? tmpfs(SCRATCH, { size: storage.size, mode: 0o755 })
      : bind(storage.directory, SCRATCH);
  return compose(mounted, { namespaces: ["mount"], steps });
}

/** A directory in the scratch; every name on the way has been made before. */
export function directory(path: string, mode = 0o755): Step {
  return { call: "mkdirat", args: [{ fd: "scratch" }, path, mode] };
}

/** A file in the scratch, with its content. */
export function file(path: string, content: string): Step[] {
  return [
    {
      call: "openat",
      args: [{ fd: "scratch" }, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644],
      fd: "file",
    },
    { call: "write", args: [{ fd: "file" }, content, new TextEncoder().encode(content).length] },
    { call: "close", args: [{ fd: "file" }] },
  ];
}

/** Mounts what a slot took from the host over a directory of the scratch, made for it. */
export function moveIntoScratch(slot: string, name: string): Step[] {
  return [
    directory(name),
    { call: "openat", args: [{ fd: "scratch" }, name, O_PATH | O_CLOEXEC | O_DIRECTORY], fd: "target" },
    {
      call: "move_mount",
      args: [{ fd: slot }, "", { fd: "target" }, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH],
    },
    { call: "close", args: [{ fd: "target" }] },
    { call: "close", args: [{ fd: slot }] },
  ];
}

/** What was mounted over the scratch's directory for it is the container's root: targets are resolved there from here on. */
export const openRoot: readonly Step[] = [
  { call: "openat", args: [AT_FDCWD, `${SCRATCH}/${ROOT}`, O_PATH | O_CLOEXEC | O_DIRECTORY], fd: "root" },
];

/** Steps of ours between primitives. */
export function steps(...list: readonly Step[]): Plan {
  return { namespaces: ["mount"], steps: list };
}
