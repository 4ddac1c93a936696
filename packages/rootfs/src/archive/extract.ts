import { availableParallelism } from "node:os";
import type { RawResult } from "@mini/native/archive";
import { checkOptions } from "@mini/plan";
import { prepareDestination } from "./destination.js";
import { type Entry, entryOf } from "./entry.js";
import { type Progress, runJob } from "./job.js";
import { completeLimits, type Limits } from "./limits.js";
import { type ArchiveOwnership, rawOwnership } from "./ownership.js";
import { type ArchiveSource, openSource } from "./source.js";

export interface ExtractOptions {
  /** Called at most every 100 ms, and once at the end. */
  onProgress?: (progress: Progress) => void;
  /** Ends the work: the promise is rejected with an AbortError. */
  signal?: AbortSignal;
  limits?: Partial<Limits>;
  /** "keep" for root, "squash" for an ordinary user, unless given. */
  ownership?: ArchiveOwnership;
  /**
   * What becomes of the marks for removed files in the layers of an image: files as they are ("keep", unless given), the removal
   * of what is there ("apply"), or overlayfs's own marks ("overlay").
   */
  whiteouts?: "keep" | "apply" | "overlay";
  /** Whether to unpack this entry. Each one is waited for: without a filter it is several times as fast. */
  filter?: (entry: Entry) => boolean;
  /** How many names to take away from the front of each path, as GNU tar's --strip-components. */
  strip?: number;
}

/** What was unpacked, and what was not. */
export interface ExtractResult extends RawResult {
  readonly wallMs: number;
}

const known = {
  limits: "object",
  signal: "object",
  whiteouts: ["keep", "apply", "overlay"],
  strip: "number",
} as const;

/**
 * Unpacks a tar archive, plain or packed by gzip, zstd, bzip2 or xz, into a directory, and touches nothing outside of it. What does
 * not exist is made, and appears once it is whole; in a directory that exists `.mini-incomplete` lies until then. Rejects with
 * an ArchiveError, an AbortError, an error as node:fs has it for the source and the directory, or a TypeError.
 */
export async function extract(
  source: ArchiveSource,
  directory: string | URL,
  options: ExtractOptions = {},
): Promise<ExtractResult> {
  const start = performance.now();
  check(options);
  const { filter, signal, onProgress, strip = 0 } = options;
  const limits = completeLimits("extract", options.limits);
  const ownership = rawOwnership("extract", options.ownership);
  const { archive, whiteouts } = await import("@mini/native/archive");
  const opened = openSource("extract", source);
  const destination = await prepareDestination(directory);
  try {
    const result = await runJob<RawResult>({
      archive,
      source: opened,
      signal,
      onProgress,
      start: (listener) =>
        archive.extract(
          opened.path,
          {
            directory: destination.directory,
            marker: destination.marker,
            empty: destination.empty,
            limits,
            ownership,
            whiteouts: whiteouts.indexOf(options.whiteouts ?? "keep"),
            // An ordinary user's overlay has its marks where that user can write them (overlayfs, "userxattr").
            opaque: process.geteuid?.() === 0 ? "trusted.overlay.opaque" : "user.overlay.opaque",
            strip,
            filter: filter !== undefined,
            threads: availableParallelism() > 2 ? 2 : 1,
            walk: false,
          },
          listener,
        ),
      entries: ([entry], job) =>
        archive.answer(job, entry !== undefined && filter?.(entryOf(entry)) === true),
    });
    await destination.commit();
    return { ...result, wallMs: performance.now() - start };
  } catch (error) {
    await destination.undo().catch(() => undefined); // what is left has a name that says so
    throw error;
  }
}

function check({ onProgress, filter, ownership: _, ...rest }: ExtractOptions): void {
  for (const [name, value] of Object.entries({ onProgress, filter }))
    if (value !== undefined && typeof value !== "function")
      throw new TypeError(`extract: ${name} has to be a function`);
  checkOptions<Omit<ExtractOptions, "onProgress" | "filter" | "ownership">>("extract", rest, known);
  const { strip = 0 } = rest;
  if (!Number.isInteger(strip) || strip < 0 || strip >= 2 ** 31)
    throw new TypeError(`extract: strip has to be a number of names, not ${strip}`);
}
