import { resolve } from "node:path";
import { type PackCompression, pack as packDirectory } from "@mini/rootfs/archive";
import { show, UsageError } from "../error.js";
import { failure } from "./failure.js";
import { Interrupted, interruptible } from "./interrupt.js";
import type { Draft } from "./options.js";
import { duration, size } from "./progress.js";
import { finish, sayLeft, watch } from "./report.js";

/** Some of it could not be read: the archive is whole, and what is in it is not. */
const INCOMPLETE = 1;

/** `mocker rootfs pack archive [directory]`. */
export async function pack(options: Draft, words: readonly string[], cwd: string): Promise<number> {
  const [archive = "", directory] = words;
  const destination = archive === "-" ? standardOutput(options) : resolve(cwd, archive);
  const compression = options.compression ?? byName(archive);
  const { update, done } = watch("packing", options);
  try {
    const result = await interruptible((signal) =>
      packDirectory(directory === undefined ? "/" : resolve(cwd, directory), destination, {
        ...contentOf(options, directory),
        compression,
        signal,
        ...(update && {
          onProgress: ({ entries, bytes, totalBytes }) =>
            update({ entries, bytes, done: bytes, total: totalBytes }),
        }),
      }),
    );
    done();
    sayLeft(result.skipped, result.skippedCount, options.quiet);
    const sentence = `packed ${result.entries} entries, ${size(result.bytes)}, into ${size(result.writtenBytes)} in ${duration(result.wallMs / 1000)}`;
    await finish(sentence, result, options);
    return result.incompleteCount > 0 ? INCOMPLETE : 0;
  } catch (error) {
    done();
    if (error instanceof Interrupted)
      throw new Interrupted(error.code, "interrupted: nothing is left of the archive");
    throw failure(`packing ${show(directory ?? "/")} into`, archive, error);
  }
}

/** Without a directory it is the system that runs, and what is no part of one stays out. */
function contentOf(options: Draft, directory: string | undefined) {
  const { exclude, sparse, reproducible } = options;
  return directory === undefined
    ? { exclude: ["/home", ...exclude], oneFileSystem: options.oneFileSystem ?? true, sparse, reproducible }
    : { exclude, oneFileSystem: options.oneFileSystem ?? false, sparse, reproducible };
}

function standardOutput({ json }: Draft): NodeJS.WriteStream {
  if (json)
    throw new UsageError(
      "--json writes to standard output, where the archive goes: name a file for the archive",
    );
  if (process.stdout.isTTY)
    throw new UsageError("standard output is a terminal: name a file, or write > archive.tar");
  return process.stdout;
}

const suffixes: readonly (readonly [RegExp, PackCompression | undefined])[] = [
  [/\.(t?gz|taz)$/i, "gzip"],
  [/\.(t?zst|tzst)$/i, "zstd"],
  [/\.(t?xz|txz|t?bz2|tbz2?|tlz|lzma|lz)$/i, undefined],
];

function byName(archive: string): PackCompression {
  const found = suffixes.find(([suffix]) => suffix.test(archive));
  if (found === undefined) return "none";
  const [, compression] = found;
  if (compression !== undefined) return compression;
  throw new UsageError(
    `${show(archive)}: that compression can be read and not written: name it .tar.gz or .tar.zst, or say --gzip or --zstd`,
  );
}
