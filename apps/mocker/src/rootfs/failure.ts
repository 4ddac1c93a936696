import { ArchiveError } from "@mini/rootfs/archive";
import { show, UsageError } from "../error.js";
import { Interrupted } from "./interrupt.js";

/** What went wrong with an archive, in one sentence: what, why, and the way out. */
export function failure(doing: string, archive: string, error: unknown): Error {
  if (error instanceof UsageError || error instanceof Interrupted) return error;
  if (!(error instanceof Error)) return new UsageError(`${doing} ${show(archive)}: ${String(error)}`);
  const { code = "", path } = error as NodeJS.ErrnoException;
  if (code === "" && !(error instanceof TypeError)) return error; // a mistake of our own
  const reason = error instanceof TypeError ? error.message : why(error, code);
  const about = path === undefined || path.endsWith(archive) ? "" : ` (${path})`;
  return new UsageError(`${doing} ${show(archive)}: ${reason}${about}: ${wayOut(error, code)}`);
}

function why(error: Error, code: string): string {
  if (error instanceof ArchiveError) return error.message.replace(/^\w+: /, "");
  return kernel.get(code)?.[0] ?? error.message;
}

function wayOut(error: Error, code: string): string {
  if (error instanceof ArchiveError) {
    if (error.limit !== undefined) return `--limit ${error.limit}=… allows more, if you trust it`;
    const way = archives.get(code);
    if (way !== undefined) return way;
  }
  return kernel.get(code)?.[1] ?? "see errno(3)";
}

const archives = new Map([
  ["ERR_ARCHIVE_FORMAT", "it has to be a tar archive, plain or packed by gzip, zstd, bzip2 or xz"],
  ["ERR_ARCHIVE_TRUNCATED", "its end is missing: fetch it or make it again"],
  [
    "ERR_ARCHIVE_UNSUPPORTED",
    "make the archive with other options, or unpack it with the program that made it",
  ],
]);

const kernel: ReadonlyMap<string, readonly [reason: string, wayOut: string]> = new Map([
  ["ENOENT", ["it does not exist", "check the path"]],
  ["ENOTDIR", ["it is no directory", "check the path"]],
  ["EISDIR", ["it is a directory", "name a file"]],
  ["EEXIST", ["there is something in the way", "name another one"]],
  ["EACCES", ["permission denied", "check its permissions, or run mocker as its owner"]],
  ["EPERM", ["it is not permitted", "run mocker as root, or as its owner"]],
  ["EROFS", ["the file system is read-only", "name one that can be written"]],
  ["ENOSPC", ["there is no space left", "make room, or name one elsewhere"]],
  ["EDQUOT", ["your quota is exhausted", "make room, or name one elsewhere"]],
  ["ENAMETOOLONG", ["a name is too long for this file system", "name one elsewhere"]],
  ["EMFILE", ["too many files are open", "raise ulimit -n"]],
]);
