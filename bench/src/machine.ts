import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";

/** What was measured on, in one line. */
export function describeMachine(): string {
  const [cpu] = cpus();
  const { version } = JSON.parse(
    readFileSync(new URL("../../packages/native/package.json", import.meta.url), "utf8"),
  ) as { version: string };
  const memory = Math.round(totalmem() / 2 ** 30);
  return `mini ${version}, Node ${process.version}, Linux ${release()}, ${cpus().length} × ${cpu?.model.trim()}, ${memory} GiB`;
}
