import { UsageError } from "./error.js";

/**
 * Writes to standard output. Resolves when that is done, or when nobody reads any more: `mocker explain bash | head -1` is no
 * failure. Throws a UsageError for what cannot be written.
 */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.on("error", () => {}); // the callback has it too
    process.stdout.write(text, (error) => {
      const code = (error as NodeJS.ErrnoException | null | undefined)?.code;
      if (error == null || code === "EPIPE") resolve();
      else reject(new UsageError(`${code}: standard output cannot be written`));
    });
  });
}

let listens = false;

/** Writes one line to standard error. A container goes on where that cannot be written, and the exit code says enough. */
export function say(line: string): void {
  if (!listens) process.stderr.on("error", () => {});
  listens = true;
  process.stderr.write(`${line.replace(/[\p{Cc}\p{Bidi_Control}]/gu, escaped)}\n`);
}

// A name can hold what moves a terminal's cursor, ends the line, or shows it from right to left.
function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}
