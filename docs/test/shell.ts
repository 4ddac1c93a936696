import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export const repository = resolve(import.meta.dirname, "../..");

const MOST_MS = 50_000;

/** The surroundings that pages are written for: this repository, and `mocker` in PATH. Removed by `done`. */
export class Surroundings {
  readonly #bin = mkdtempSync(join(tmpdir(), "mini-docs-"));
  readonly env: Record<string, string>;

  constructor() {
    chmodSync(this.#bin, 0o755);
    const mocker = join(this.#bin, "mocker");
    const cli = join(repository, "apps/mocker/dist/cli.cjs");
    writeFileSync(mocker, `#!/bin/sh\nexec '${process.execPath}' -- '${cli}' "$@"\n`, { mode: 0o755 });
    const path = [
      this.#bin,
      dirname(process.execPath),
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ];
    this.env = { LANG: "C.UTF-8", TERM: "dumb", PATH: path.join(":") };
    for (const name of ["HOME", "USER", "TMPDIR", "COREPACK_HOME"]) {
      const value = process.env[name];
      if (value !== undefined) this.env[name] = value;
    }
  }

  done(): void {
    rmSync(this.#bin, { recursive: true });
  }
}

/** Runs commands one after the other in one bash, as typed; resolves to what each of them printed, errors included. */
export async function runInShell(commands: readonly string[], { env }: Surroundings): Promise<string[]> {
  const mark = randomUUID();
  // $? outlives the mark, so that a page can show it.
  const after = `{ status=$?; printf %s ${mark}; (exit $status); }`;
  const script = ["exec 2>&1", ...commands.flatMap((command) => [command, after])].join("\n");
  const printed = await output("bash", ["-c", script], env);
  return printed.split(mark).slice(0, -1);
}

/** What a program prints to stdout and stderr, in the order in which it does. */
export function output(file: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(file, args, {
      cwd: repository,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    const keep = (chunk: Buffer) => {
      printed += chunk.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const end = setTimeout(() => {
      process.kill(-(child.pid ?? 0), "SIGKILL");
      failed(new Error(`no end after ${MOST_MS} ms; it had printed:\n${printed}`));
    }, MOST_MS);
    child.on("error", failed);
    child.on("close", () => {
      clearTimeout(end);
      done(printed);
    });
  });
}
