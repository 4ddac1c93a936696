import type { Socket, SocketConstructorOpts } from "node:net";

// The parent's ends of pipes, and streams that are given to a child.

/** The parent's end of a pipe: a stream from which nothing comes before `begin`. */
export function streamOf(fd: number, target: number): Pipe {
  Pipe ??= definePipe();
  return new Pipe({ fd, readable: target !== 0, writable: target === 0 || target > 2 });
}

type Callback = (error?: Error | null) => void;
export interface Pipe extends Socket {
  /** The start is over: what has come is given to the reader, an error to whoever listens, unless nothing ever ran. */
  begin(ran: boolean): void;
}
let Pipe: (new (options: SocketConstructorOpts) => Pipe) | undefined;

// Loaded when there is a pipe at last: Node's streams and sockets take a command line longer to load than all of this.
function definePipe(): NonNullable<typeof Pipe> {
  const { Socket } = process.getBuiltinModule("node:net");
  // Data and EPIPE can arrive before the loop has heard that the command runs, or that it never did.
  return class extends Socket implements Pipe {
    #begun = false;
    #chunks: unknown[] = [];
    #broken: ((ran: boolean) => void) | undefined;

    override push(chunk: unknown, encoding?: BufferEncoding): boolean {
      if (this.#begun) return super.push(chunk, encoding);
      this.#chunks.push(chunk);
      return true;
    }

    override _destroy(error: Error | null, callback: Callback): void {
      if (this.#begun || error === null) super._destroy(error, callback);
      else this.#broken = (ran) => super._destroy(ran ? error : null, callback);
    }

    begin(ran: boolean): void {
      if (this.#begun) return;
      this.#begun = true;
      const chunks = this.#chunks.splice(0);
      if (!ran) chunks.push(null);
      for (const chunk of chunks) super.push(chunk);
      if (chunks.includes(null)) this.read(0); // so that the end is seen
      this.#broken?.(ran);
    }
  };
}

const lent = new WeakSet<object>();

/** Whether another child has this stream of a child's as its own, which then is not to be read here. */
export function isLent(stream: object): boolean {
  return lent.has(stream);
}

/** A socket or a terminal stream, which has its descriptor in its handle. */
export interface Lendable {
  readonly _handle?: { readonly fd?: unknown; reading?: boolean; readStop?(): void } | null;
  readonly _readableState?: { reading: boolean };
  pause?(): void;
}

/** Stops reading a stream that a child is given: what is read here the child would miss. */
export function lend(stream: Lendable): void {
  lent.add(stream);
  stream.pause?.();
  const { _handle: handle } = stream;
  if (!handle?.readStop) return;
  handle.reading = false;
  if (stream._readableState) stream._readableState.reading = false; // so that it can be resumed
  handle.readStop();
}
