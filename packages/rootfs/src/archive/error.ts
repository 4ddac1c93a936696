import { constants } from "node:os";
import type { RawFailure } from "@mini/native/archive";
import type { Limits } from "./limits.js";

// By their numbers: `faults` of @mini/native/archive, whose module is loaded only by those who read an archive.
const codes = [
  "ABORT_ERR",
  "ERR_ARCHIVE_FORMAT",
  "ERR_ARCHIVE_TRUNCATED",
  "ERR_ARCHIVE_UNSUPPORTED",
  "ERR_ARCHIVE_LIMIT",
] as const;

/** Why an archive could not be read or unpacked. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
  /** "ERR_ARCHIVE_FORMAT", "…_TRUNCATED", "…_UNSUPPORTED", "…_LIMIT", or the name of the kernel's error: "ENOSPC". */
  readonly code: string;
  /** The entry that was being read, as the archive has its path. */
  readonly entry: string | undefined;
  /** Where in the unpacked archive the entry begins, in bytes. */
  readonly offset: number | undefined;
  /** Of ERR_ARCHIVE_LIMIT: which one. */
  readonly limit: keyof Limits | undefined;
  /** Of the kernel's errors, negative as in those of node:fs. */
  readonly errno: number | undefined;
  /** Of the kernel's errors: "openat2". */
  readonly syscall: string | undefined;

  constructor(failure: RawFailure) {
    const code = failure.errno === 0 ? (codes[failure.fault] ?? "ERR_ARCHIVE_FORMAT") : nameOf(failure.errno);
    const entry = failure.entry === "" ? undefined : failure.entry;
    const offset = failure.offset < 0 ? undefined : failure.offset;
    const where = [
      ...(entry === undefined ? [] : [`entry ${JSON.stringify(entry)}`]),
      ...(offset === undefined ? [] : [`byte ${offset}`]),
    ];
    super(`${code}: ${failure.message}${where.length > 0 ? ` (${where.join(", ")})` : ""}`);
    this.code = code;
    this.entry = entry;
    this.offset = offset;
    this.limit = failure.detail === "" ? undefined : (failure.detail as keyof Limits);
    this.errno = failure.errno === 0 ? undefined : -failure.errno;
    this.syscall = failure.syscall === "" ? undefined : failure.syscall;
  }
}

/** What a job failed with, as it is thrown. */
export function errorOf(failure: RawFailure, signal: AbortSignal | undefined): Error {
  return failure.fault === 0 ? abortError(signal) : new ArchiveError(failure);
}

/** As the functions of node:fs throw it. */
export function abortError(signal: AbortSignal | undefined): Error {
  const error = new Error("The operation was aborted", { cause: signal?.reason });
  return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
}

/** "ENOENT". Not by util.getSystemErrorName: libuv does not know all of them. */
export function nameOf(errno: number): string {
  const named = Object.entries(constants.errno).find(([, number]) => number === errno);
  return named?.[0] ?? `errno ${errno}`;
}
