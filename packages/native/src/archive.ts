import addon from "@mini/native/addon";

/** What work on an archive is known by to the addon. */
export type Job = { readonly job: unique symbol };

/** Kinds of entries, by their index: `Type` in src/archive/entry.hh. */
export const types = ["file", "link", "symlink", "character", "block", "directory", "fifo"] as const;

/** Faults by their index: `Fault` in src/archive/failure.hh. */
export const faults = ["aborted", "format", "truncated", "unsupported", "limit", "system"] as const;

/** What whiteouts become, by their index: `Whiteouts` in src/archive/extract.hh. */
export const whiteouts = ["keep", "apply", "overlay"] as const;

/** An entry as the addon reads it. */
export interface RawEntry {
  readonly path: string;
  readonly type: number;
  readonly link: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: string;
  readonly gname: string;
  /** The modification time; the nanoseconds count forward from it. */
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly size: number;
  readonly major: number;
  readonly minor: number;
  /** Where its first header begins, in bytes of the unpacked archive. */
  readonly offset: number;
  /** Name, value, name, value, … */
  readonly xattrs: readonly (string | Buffer)[];
}

export interface RawFailure {
  /** One of `faults`. */
  readonly fault: number;
  readonly message: string;
  /** The name of the limit. */
  readonly detail: string;
  /** "" where none is known. */
  readonly entry: string;
  /** -1 where none is known. */
  readonly offset: number;
  /** Positive, as errno(3) has it; 0 where the kernel has no part in it. */
  readonly errno: number;
  readonly syscall: string;
}

/** What a job has dealt with. */
export interface Counts {
  readonly entries: number;
  /** Regular files; each further name of one is among the links. */
  readonly files: number;
  readonly directories: number;
  /** Hard and symbolic links. */
  readonly links: number;
  /** Devices and fifos. */
  readonly devices: number;
  /** Of files' contents. */
  readonly bytes: number;
  /** How many things are not as they were, or not there. */
  readonly skippedCount: number;
}

/** What was unpacked, and what was not. */
export interface RawResult extends Counts {
  readonly format: "v7" | "ustar" | "gnu" | "pax";
  readonly compression: "none" | "gzip" | "bzip2" | "xz" | "zstd";
  /** What could not be made, or not with all its attributes, and why: the first thousand. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/** What the addon calls back with: `EventKind` in src/archive/job.hh. Nothing comes after the first two. */
export type ArchiveListener<Result> = (
  ...event:
    | [event: 0, result: Result]
    | [event: 1, failure: RawFailure]
    | [event: 2] // push() may go on
    | [event: 3, entries: RawEntry[]] // answer() has to follow
) => void;

/** Infinity is no limit. */
export interface RawLimits {
  readonly bytes: number;
  readonly entries: number;
  readonly pathLength: number;
  readonly depth: number;
  readonly ratio: number;
  readonly window: number;
}

export interface RawExtractOptions {
  readonly directory: string;
  /** The name of a file that lies in it until all is done; "" for none. */
  readonly marker: string;
  /** The directory was empty: what a failed extraction has made is removed. */
  readonly empty: boolean;
  readonly limits: RawLimits;
  /** Ranges are inside, outside, count, inside, … */
  readonly ownership:
    | "keep"
    | "squash"
    | { readonly uid: readonly number[]; readonly gid: readonly number[] };
  /** One of `whiteouts`. */
  readonly whiteouts: number;
  /** The attribute that overlayfs reads of an opaque directory. */
  readonly opaque: string;
  readonly strip: number;
  /** Whether each entry is asked about first. */
  readonly filter: boolean;
  /** How many threads write contents. */
  readonly threads: number;
  /** Resolves paths as for a kernel without openat2(2). */
  readonly walk: boolean;
}

/** What src/archive/binding.cc exports. JavaScript has checked everything before; C++ obeys. */
export interface ArchiveBinding {
  /** `path` is null for an archive that is pushed. */
  extract(path: string | null, options: RawExtractOptions, listener: ArchiveListener<RawResult>): Job;
  list(
    path: string | null,
    options: { readonly limits: RawLimits },
    listener: ArchiveListener<undefined>,
  ): Job;
  /** The next bytes, which must not change until the job is done, or null at the end. False: wait for event 2. */
  push(job: Job, bytes: Uint8Array | null): boolean;
  /** Goes on after event 3; for extract, whether the entry is wanted. */
  answer(job: Job, wanted: boolean): void;
  abort(job: Job): void;
  /** `total` is the packed archive's size, or -1. */
  progress(job: Job): [entries: number, bytes: number, read: number, total: number, path: string];
}

export const archive = (addon as { readonly archive: ArchiveBinding }).archive;

export * from "./pack.js";
