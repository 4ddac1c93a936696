import { randomBytes } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A file that appears under its name when it is whole, and not at all before. */
export interface Output {
  readonly fd: number;
  /** st_dev and st_ino of what is no part of the tree that is packed: of this file, and of the one that it replaces. */
  readonly inodes: readonly bigint[];
  /** Gives it its name. */
  commit(): Promise<void>;
  /** Removes it. */
  discard(): Promise<void>;
}

/** Undefined where there is something at `path` that is no regular file, and so is written as it is. */
export async function openOutput(path: string): Promise<Output | undefined> {
  const existing = await statOf(path);
  if (existing !== undefined && !existing.isFile()) return undefined;
  // What a symbolic link leads to is replaced, and not the link.
  const target = existing === undefined ? path : await realpath(path);
  const name = `.${basename(target).slice(0, 50)}.mini-${randomBytes(6).toString("hex")}`;
  const temporary = join(dirname(target), name);
  const file = await open(temporary, "wx", 0o666);
  const discard = async () => {
    await file.close();
    await rm(temporary, { force: true });
  };
  try {
    // Who made a file for his archive beforehand has said who may read it.
    if (existing !== undefined) await file.chmod(Number(existing.mode) & 0o7777);
    const inodes = [await file.stat({ bigint: true }), ...(existing === undefined ? [] : [existing])];
    return {
      fd: file.fd,
      inodes: inodes.flatMap(({ dev, ino }) => [dev, ino]),
      commit: () => commit(file, temporary, target),
      discard,
    };
  } catch (error) {
    await discard();
    throw error;
  }
}

async function commit(file: FileHandle, temporary: string, target: string): Promise<void> {
  try {
    // Some file systems say only now that there was no room (close(2)).
    await file.close();
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function statOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
