import { readMountinfo } from "@mini/mount/host";

/** The directories of `/` that a system can be split over, on file systems of their own (hier(7)). */
const system = new Set(["bin", "etc", "lib", "lib32", "lib64", "libx32", "opt", "sbin", "srv", "usr", "var"]);

/**
 * Those that are mounts here: without them the root would be no system. All else that is mounted is left out, as
 * `tar --one-file-system` does.
 */
export function splitDirectories(): string[] {
  const mounted = new Set(readMountinfo().map(({ target }) => target));
  return [...system].map((name) => `/${name}`).filter((path) => mounted.has(path));
}
