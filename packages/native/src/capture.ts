import type { Readable } from "node:stream";

/** What a program writes to one descriptor, up to a limit, as it comes and afterwards. */
export class Capture {
  readonly #chunks: Buffer[] = [];
  #waiting: (() => void)[] = [];
  #closed = false;
  /** Whether everybody who could write to it has gone. */
  ended = false;

  /** `over` is called as soon as there is more than `most` bytes. */
  constructor(stream: Readable, most: number, over: () => void) {
    let room = most;
    stream.on("data", (chunk: Buffer) => {
      if (room > 0) this.#chunks.push(chunk.subarray(0, room));
      if (room >= 0 && chunk.length > room) over();
      room -= Math.min(chunk.length, room + 1); // -1 once there was more
      this.#wake();
    });
    stream.on("end", () => {
      this.ended = true;
    });
    stream.on("close", () => {
      this.#closed = true;
      this.#wake();
    });
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /**
   * Its lines from the first on, without their ends, whenever this is called. Not by node:readline: that pauses the stream for
   * a slow reader, or for one that has left, and the program would hang.
   */
  async *lines(): AsyncGenerator<string, void> {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    let rest = "";
    for (let next = 0; ; ) {
      const chunk = this.#chunks[next];
      if (chunk !== undefined) {
        next++;
        rest += decoder.decode(chunk, { stream: true });
        if (!chunk.includes("\n")) continue;
        const lines = rest.split(/\r?\n/);
        rest = lines.pop() ?? "";
        yield* lines;
      } else if (this.#closed) break;
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    rest += decoder.decode();
    if (rest !== "") yield rest;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
