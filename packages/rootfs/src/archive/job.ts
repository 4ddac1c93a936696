import type { ArchiveBinding, ArchiveListener, Job, RawEntry } from "@mini/native/archive";
import { abortError, errorOf } from "./error.js";
import { Feed, type Opened } from "./source.js";

/** How far the work on an archive has come. */
export interface Progress {
  readonly entries: number;
  /** Of files' contents. */
  readonly bytes: number;
  /** Of the archive as it is packed. */
  readonly readBytes: number;
  /** How many of those there are; null where that is not known. */
  readonly totalBytes: number | null;
  /** The entry that is being worked on. */
  readonly path: string;
}

export interface Watching {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

interface Request<Result> extends Watching {
  readonly archive: ArchiveBinding;
  readonly source: Opened;
  start(listener: ArchiveListener<Result>): Job;
  /** Entries that the job has read, which then waits for archive.answer(). */
  entries?(entries: RawEntry[], job: Job): void;
}

const INTERVAL = 100; // milliseconds between two reports

/** Runs a job of the addon to its end. Whatever goes wrong on the way, it has ended when this settles. */
export async function runJob<Result>(request: Request<Result>): Promise<Result> {
  const { archive, source, signal, onProgress } = request;
  if (signal?.aborted) throw abortError(signal);
  let thrown: { readonly error: unknown } | undefined;
  let feed: Feed | undefined;
  let timer: NodeJS.Timeout | undefined;
  const stop = (error: unknown) => {
    thrown ??= { error };
    archive.abort(job);
  };
  const onAbort = () => stop(abortError(signal));
  const guarded = (act: () => void) => {
    try {
      act();
    } catch (error) {
      stop(error);
    }
  };

  let listener: Parameters<typeof request.start>[0] = () => {};
  const job = request.start((...event) => listener(...event)); // the first comes when this has returned
  const ended = new Promise<Result>((resolve, reject) => {
    listener = (...event) => {
      if (event[0] === 0) resolve(event[1]);
      else if (event[0] === 1) reject(errorOf(event[1], signal));
      else if (event[0] === 2) feed?.wanted();
      else guarded(() => request.entries?.(event[1], job));
    };
  });
  const report = () => guarded(() => onProgress?.(progressOf(archive.progress(job), source)));
  try {
    signal?.addEventListener("abort", onAbort, { once: true });
    if (source.path === null) {
      feed = new Feed(source.chunks, archive, job);
      feed.run().catch(stop);
    }
    if (onProgress !== undefined) timer = setInterval(report, INTERVAL).unref();
    const result = await ended;
    if (onProgress !== undefined) report();
    if (thrown !== undefined) throw thrown.error;
    return result;
  } catch (error) {
    throw thrown === undefined ? error : thrown.error;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", onAbort);
    feed?.stop();
  }
}

function progressOf(
  [entries, bytes, readBytes, total, path]: ReturnType<ArchiveBinding["progress"]>,
  source: Opened,
): Progress {
  const known = source.path === null ? source.size : total < 0 ? null : total;
  return { entries, bytes, readBytes, totalBytes: known, path };
}
