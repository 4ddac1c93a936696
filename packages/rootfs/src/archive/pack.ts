import { closeSync, constants, createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import type { PackRequest, RawPackResult } from "@mini/native/archive";
import { runJob } from "./job.js";
import { openOutput } from "./output.js";
import { type PackResult, unpacked } from "./packed.js";
import { askedFor, type PackOptions } from "./packoptions.js";

/**
 * Packs a directory into an archive: a path, where the archive appears once it is whole, or a stream, which is ended.
 * Rejects with an ArchiveError, an error of node:fs or of the stream, an AbortError, or a TypeError.
 */
export async function pack(
  directory: string | URL,
  destination: string | URL | Writable,
  options: PackOptions = {},
): Promise<PackResult> {
  const start = performance.now();
  const asked = askedFor(options);
  const native = await import("@mini/native/archive");
  const source = await open(pathOf(directory), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const compression = native.compressions[asked.compression];
    const job: Pack = (output, leaveOut, signal = options.signal) => {
      const request: PackRequest = { ...asked, compression, directory: source.fd, output, leaveOut };
      return runPack(native, request, { ...options, signal });
    };
    const result =
      destination instanceof Writable
        ? await toStream(job, destination, native.pipe(), options.signal)
        : await toFile(job, pathOf(destination), native.pipe, options.signal);
    const skipped = result.skipped.map((one) => unpacked(one, native.reasons));
    return { ...result, skipped, compression: asked.compression, wallMs: performance.now() - start };
  } finally {
    await source.close();
  }
}

type Native = typeof import("@mini/native/archive");

/** Packs into a descriptor, leaving files out by their st_dev and st_ino. */
type Pack = (output: number, leaveOut: readonly bigint[], signal?: AbortSignal) => Promise<RawPackResult>;

function runPack(
  { archive, packing }: Native,
  request: PackRequest,
  { onProgress, signal }: { [name in "onProgress" | "signal"]?: PackOptions[name] | undefined },
): Promise<RawPackResult> {
  return runJob({
    archive,
    source: { path: "" }, // no stream of JavaScript's
    signal,
    onProgress:
      onProgress && (({ readBytes, ...progress }) => onProgress({ ...progress, writtenBytes: readBytes })),
    start: (listener) => packing.pack(request, listener),
  });
}

async function toFile(
  job: Pack,
  path: string,
  pipe: Native["pipe"],
  signal: AbortSignal | undefined,
): Promise<RawPackResult> {
  const output = await openOutput(path);
  if (output === undefined) return await toStream(job, createWriteStream(path), pipe(), signal);
  let result: RawPackResult;
  try {
    result = await job(output.fd, output.inodes);
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.commit();
  return result;
}

// By a pipe, which bounds what is packed ahead of a slow reader.
async function toStream(
  job: Pack,
  destination: Writable,
  { read, write }: ReturnType<Native["pipe"]>,
  signal: AbortSignal | undefined,
): Promise<RawPackResult> {
  const gone = new AbortController(); // nobody reads any more
  const readable = createReadStream("", { fd: read, highWaterMark: 256 * 1024 });
  const packed = job(write, [], AbortSignal.any([gone.signal, ...(signal === undefined ? [] : [signal])]))
    .catch((error: Error) => {
      // Before the pipe ends, or what there is of the archive would look whole.
      readable.destroy(error);
      throw error;
    })
    .finally(() => closeSync(write));
  const written = pipeline(readable, destination);
  written.catch(() => gone.abort());
  const [stream, result] = await Promise.allSettled([written, packed]);
  if (stream.status === "rejected") throw stream.reason;
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

function pathOf(path: string | URL): string {
  return path instanceof URL ? fileURLToPath(path) : path;
}
