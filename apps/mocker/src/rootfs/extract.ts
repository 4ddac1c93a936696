import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { extract as extractArchive } from "@mini/rootfs/archive";
import { show } from "../error.js";
import { failure } from "./failure.js";
import { Interrupted, interruptible } from "./interrupt.js";
import type { Draft } from "./options.js";
import { duration, size } from "./progress.js";
import { finish, sayLeft, watch } from "./report.js";

/** `mocker rootfs extract archive directory`. */
export async function extract(options: Draft, words: readonly string[], cwd: string): Promise<number> {
  const [archive = "", directory = ""] = words;
  await unpack(archive, resolve(cwd, directory), options, cwd);
  return 0;
}

/** Unpacks, shows how far it is, and says what came of it unless told not to. Throws a UsageError, or Interrupted. */
export async function unpack(
  archive: string,
  directory: string,
  options: Draft,
  cwd: string,
  says = true,
): Promise<void> {
  const source = archive === "-" ? process.stdin : resolve(cwd, archive);
  const { update, done } = watch("unpacking", options);
  try {
    const result = await interruptible((signal) =>
      extractArchive(source, directory, {
        signal,
        limits: options.limits,
        strip: options.strip,
        ...(options.sameOwner !== undefined && { ownership: options.sameOwner ? "keep" : "squash" }),
        ...(update && {
          onProgress: ({ entries, bytes, readBytes, totalBytes }) =>
            update({ entries, bytes, done: readBytes, total: totalBytes }),
        }),
      }),
    );
    done();
    if (!says) return;
    sayLeft(result.skipped, result.skippedCount, options.quiet);
    const sentence = `unpacked ${result.entries} entries, ${size(result.bytes)}, into ${show(directory)} in ${duration(result.wallMs / 1000)}`;
    await finish(sentence, result, options);
  } catch (error) {
    done();
    if (error instanceof Interrupted)
      throw new Interrupted(error.code, `interrupted: ${whatIsLeft(directory)}`);
    throw failure("unpacking", archive, error);
  }
}

const MARKER = ".mini-incomplete";

function whatIsLeft(directory: string): string {
  const marker = join(directory, MARKER);
  return existsSync(marker)
    ? `${show(directory)} is incomplete, as ${MARKER} in it says`
    : "nothing is left of what was unpacked";
}
