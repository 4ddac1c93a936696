import type { Job, RawEntry } from "@mini/native/archive";
import { checkOptions } from "@mini/plan";
import { type Entry, entryOf } from "./entry.js";
import { runJob } from "./job.js";
import { completeLimits, type Limits } from "./limits.js";
import { type ArchiveSource, openSource } from "./source.js";

export interface ListOptions {
  signal?: AbortSignal;
  limits?: Partial<Limits>;
}

/**
 * The entries of an archive, in its order; contents are read over. Whoever leaves the loop ends the work. Throws what `extract`
 * throws.
 */
export async function* list(source: ArchiveSource, options: ListOptions = {}): AsyncGenerator<Entry, void> {
  checkOptions("list", options, { signal: "object", limits: "object" });
  const limits = completeLimits("list", options.limits);
  const { archive } = await import("@mini/native/archive");
  const opened = openSource("list", source);
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);

  let batch: RawEntry[] = [];
  let job: Job | undefined;
  let wake = () => {};
  let ended = false;
  const work = runJob({
    archive,
    source: opened,
    signal,
    start: (listener) => archive.list(opened.path, { limits }, listener),
    entries: (entries, of) => {
      batch = entries;
      job = of;
      wake();
    },
  }).finally(() => {
    ended = true;
    wake();
  });
  work.catch(() => undefined); // it is awaited below
  try {
    while (!ended) {
      if (job === undefined)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      for (const entry of batch) yield entryOf(entry);
      batch = [];
      if (job !== undefined) archive.answer(job, true);
      job = undefined;
    }
    await work;
  } finally {
    stop.abort();
    await work.catch(() => undefined);
  }
}
