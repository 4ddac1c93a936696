import type { Readable, Writable } from "node:stream";

export type Input = string | Uint8Array | Readable;

export function isInput(value: unknown): value is Input {
  return typeof value === "string" || value instanceof Uint8Array || isStream(value);
}

function isStream(value: unknown): value is Readable {
  return typeof value === "object" && value !== null && "pipe" in value;
}

/**
 * Writes `input` to a program. That it closes its input early is no error, here or in a shell; but it may not take for whole
 * an input that breaks off: then `fail` is called.
 */
export function feed(stdin: Writable, input: Input, fail: (error: Error) => void): void {
  stdin.on("error", () => {}); // EPIPE
  if (!isStream(input)) {
    stdin.end(input);
    return;
  }
  const broken = () => {
    if (!input.readableEnded && !stdin.destroyed)
      fail(input.errored ?? new Error("the input ended too early"));
  };
  input.on("error", broken);
  input.on("close", broken);
  if (input.destroyed) {
    broken();
    return;
  }
  input.pipe(stdin);
  stdin.on("close", () => input.destroy());
}
