import { createReadStream, statSync } from "node:fs";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { ArchiveBinding, Job } from "@mini/native/archive";

/** Where an archive comes from: a path, bytes in memory, or a stream of them. */
export type ArchiveSource = string | URL | Uint8Array | Readable | AsyncIterable<Uint8Array>;

/** A regular file is read by the addon itself; what else there is, is read here and handed on. */
export type Opened =
  | { readonly path: string }
  | { readonly path: null; readonly chunks: AsyncIterable<unknown>; readonly size: number | null };

/** Throws a TypeError for what is no source, and as node:fs does where there is no such file. */
export function openSource(of: string, source: ArchiveSource): Opened {
  if (source instanceof Uint8Array) {
    const chunks = Readable.from([source], { objectMode: true });
    return { path: null, chunks, size: source.byteLength };
  }
  if (typeof source === "string" || source instanceof URL) {
    const path = typeof source === "string" ? source : fileURLToPath(source);
    if (path === "" || path.includes("\0")) throw new TypeError(`${of}: ${JSON.stringify(path)} is no path`);
    if (!statSync(path).isFIFO()) return { path };
    // Opening it waits for a writer, which nothing could interrupt.
    return { path: null, chunks: createReadStream(path), size: null };
  }
  if (typeof Object(source)[Symbol.asyncIterator] === "function")
    return { path: null, chunks: source, size: null };
  throw new TypeError(`${of}: the source has to be a path, a Readable or a Uint8Array`);
}

/** Hands the chunks of a stream to a job, no faster than it takes them, for as long as there is one. */
export class Feed {
  readonly #iterator: AsyncIterator<unknown>;
  #wanted: (() => void) | undefined;
  #stopped = false;

  constructor(
    readonly chunks: AsyncIterable<unknown>,
    readonly archive: ArchiveBinding,
    readonly job: Job,
  ) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /** Until the stream's end, or stop(). Rejects with the stream's error. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const { done, value } = await this.#iterator.next();
      if (this.#stopped) return;
      if (done) {
        this.archive.push(this.job, null);
        return;
      }
      if (!(value instanceof Uint8Array))
        throw new TypeError(`a chunk of the archive has to be a Uint8Array, not ${typeof value}`);
      if (!this.archive.push(this.job, value)) {
        await new Promise<void>((resolve) => {
          this.#wanted = resolve;
        });
      }
    }
  }

  /** The job takes more. */
  wanted(): void {
    this.#wanted?.();
    this.#wanted = undefined;
  }

  /** Nobody reads on: the stream is destroyed, as by leaving a `for await` of it. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.wanted();
    if (this.chunks instanceof Readable) this.chunks.destroy();
    else this.#iterator.return?.().catch(() => undefined);
  }
}
