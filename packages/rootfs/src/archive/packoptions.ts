import type { PackRequest } from "@mini/native/archive";
import { checkOptions } from "@mini/plan";

export type PackCompression = "none" | "gzip" | "zstd";

export interface PackOptions {
  /**
   * Patterns of what is left out, as GNU tar's `--exclude` has them: `*` and `?` match "/" too; a pattern matches a whole
   * path, or what follows a "/" in it. One that begins with "/" matches from the packed directory on.
   */
  readonly exclude?: readonly string[];
  /** What is mounted in the directory is left out; the mount points are packed. */
  readonly oneFileSystem?: boolean;
  /** Holes of files are not written (true). Readers have to know GNU.sparse 1.0, as GNU tar, bsdtar and Python do. */
  readonly sparse?: boolean;
  readonly compression?: PackCompression | { readonly type: PackCompression; readonly level?: number };
  /** The same tree gives the same bytes: all times are SOURCE_DATE_EPOCH, or 0. */
  readonly reproducible?: boolean;
  readonly onProgress?: (progress: PackProgress) => void;
  readonly signal?: AbortSignal;
}

/** How far a pack has come. */
export interface PackProgress {
  readonly entries: number;
  /** Of the files' contents. */
  readonly bytes: number;
  /** About what `bytes` will be; null until it has been counted, which happens meanwhile. */
  readonly totalBytes: number | null;
  /** Of the archive, compressed. */
  readonly writtenBytes: number;
  /** What was packed last. */
  readonly path: string;
}

const known = {
  exclude: "strings",
  oneFileSystem: "boolean",
  sparse: "boolean",
  reproducible: "boolean",
  signal: "object",
} as const;

/** What the addon is asked for, without the descriptors. Throws a TypeError for what makes no sense. */
export type Asked = Omit<PackRequest, "directory" | "output" | "leaveOut" | "compression"> & {
  readonly compression: PackCompression;
};

export function askedFor(options: PackOptions, epoch = process.env.SOURCE_DATE_EPOCH): Asked {
  const { compression, onProgress, ...rest } = options;
  checkOptions<Omit<PackOptions, "compression" | "onProgress">>("pack", rest, known);
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw new TypeError("pack: onProgress has to be a function");
  const { exclude = [], oneFileSystem = false, sparse = true, reproducible = false } = rest;
  const nul = exclude.find((pattern) => pattern.includes("\0"));
  if (nul !== undefined) throw new TypeError(`pack: exclude has ${JSON.stringify(nul)}, which is no pattern`);
  const { type = "none", level } = typeof compression === "object" ? compression : { type: compression };
  return {
    exclude,
    oneFileSystem,
    sparse,
    byContent: reproducible,
    fixedTime: reproducible ? seconds(epoch) : null,
    estimate: onProgress !== undefined,
    compression: type,
    level: checkLevel(type, level),
  };
}

const levels = { none: [0, 0], gzip: [1, 9], zstd: [1, 22] } as const;

function checkLevel(type: PackCompression, level: number | undefined): number {
  if (!Object.hasOwn(levels, type))
    throw new TypeError(`pack: compression ${JSON.stringify(type)} is not one of none, gzip and zstd`);
  const [least, most] = levels[type];
  if (level === undefined) return 0;
  if (Number.isInteger(level) && level >= least && level <= most && most > 0) return level;
  const range = most === 0 ? "there are none without compression" : `${type} has ${least} to ${most}`;
  throw new TypeError(`pack: compression ${level} is no level: ${range}`);
}

// https://reproducible-builds.org/specs/source-date-epoch/
function seconds(epoch: string | undefined): number {
  if (epoch === undefined || epoch === "") return 0;
  if (/^\d{1,15}$/.test(epoch)) return Number(epoch);
  throw new TypeError(`SOURCE_DATE_EPOCH: ${JSON.stringify(epoch)} is no number of seconds`);
}
