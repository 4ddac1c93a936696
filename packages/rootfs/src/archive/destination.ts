import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Lies in a directory until all of an archive has been unpacked into it. */
export const MARKER = ".mini-incomplete";

/** Where an archive is unpacked, so that half of it never looks like the whole. */
export interface Destination {
  readonly directory: string;
  /** The name of the file that says so; "" where the directory's own name does. */
  readonly marker: string;
  /** Nothing was in it, and after a failure nothing is to be. */
  readonly empty: boolean;
  /** All of it is there. */
  commit(): Promise<void>;
  /** It has failed; what was made in it is gone, if it was empty. */
  undo(): Promise<void>;
}

/**
 * A directory that does not exist is made under another name beside it, and renamed once it is whole. One that exists is used as
 * it is, with the marker in it: somebody may stand in it, or it may be a mount. Throws as node:fs does.
 */
export async function prepareDestination(directory: string | URL): Promise<Destination> {
  const path = resolve(typeof directory === "string" ? directory : fileURLToPath(directory));
  if (await exists(path)) {
    const names = await readdir(path);
    const nothing = async () => undefined;
    return { directory: path, marker: MARKER, empty: names.length === 0, commit: nothing, undo: nothing };
  }
  const name = `.${basename(path).slice(0, 60)}.mini-${randomBytes(6).toString("hex")}`;
  const sibling = join(dirname(path), name);
  await mkdir(sibling);
  return {
    directory: sibling,
    marker: "",
    empty: true,
    commit: () => rename(sibling, path),
    // Empty as a rule: but somebody's onProgress may have thrown when all was there.
    undo: () => rm(sibling, { recursive: true }),
  };
}

// A link that leads nowhere is something: it must not be replaced.
async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  await stat(path);
  return true;
}
