import type { EventEmitter } from "node:events";
import type { Readable } from "node:stream";

/** How a child ended and all that it wrote. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Process extends Pick<EventEmitter, "on"> {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
}

/** Waits for a child, of child_process or of ours; rejects with its "error". */
export function collect(child: Process): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
    });
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
    });
    child.on("error", reject);
    child.on("close", (code: number | null, signal: string | null) =>
      resolve({ code, signal, stdout, stderr }),
    );
  });
}
