import addon from "@mini/native/addon";
import type { ArchiveListener, Counts, Job } from "./archive.js";
import { binding } from "./binding.js";
import { systemError } from "./error.js";

/** Why something is not in an archive, or not as it was: `Reason` in src/archive/pack.hh. */
export const reasons = [
  "socket",
  "other file system",
  "vanished",
  "changed",
  "shrank",
  "unreadable",
  "attributes",
] as const;

/** What an archive can be packed in, as src/archive/decoder.hh numbers it. */
export const compressions = { none: 0, gzip: 1, zstd: 4 } as const;

export interface PackRequest {
  /** Descriptors of a directory, and of a regular file or a pipe of one's own; both stay open. */
  readonly directory: number;
  readonly output: number;
  readonly exclude: readonly string[];
  /** Of files that are left out: st_dev, st_ino, st_dev, … */
  readonly leaveOut: readonly bigint[];
  readonly oneFileSystem: boolean;
  readonly sparse: boolean;
  /** Holes are where the content is zero, whatever the file system says. */
  readonly byContent: boolean;
  /** Whether progress() is to have a total, which is counted while the work is under way. */
  readonly estimate: boolean;
  /** In seconds, for every time; null for those that the files have. */
  readonly fixedTime: number | null;
  /** One of `compressions`. */
  readonly compression: number;
  /** 0 for the compressor's own choice. */
  readonly level: number;
}

export interface RawPackResult extends Counts {
  /** Of the archive, compressed. */
  readonly writtenBytes: number;
  /** How many of them are a loss: something could not be read, or not to its end. */
  readonly incompleteCount: number;
  /** The first ones; `reason` is one of `reasons`. */
  readonly skipped: readonly (readonly [path: string, reason: number, errno: number])[];
}

/** What src/archive/pack_binding.cc exports. In the progress of such a job `read` is what has been written. */
export interface PackBinding {
  pack(request: PackRequest, listener: ArchiveListener<RawPackResult>): Job;
}

export const packing = (addon as { readonly archive: PackBinding }).archive;

/** A new pipe, whose ends are the caller's to close. */
export function pipe(): { readonly read: number; readonly write: number } {
  const ends = binding.channel("out");
  if (typeof ends === "number") throw systemError(ends, "pipe2");
  return { read: ends[0], write: ends[1] };
}
