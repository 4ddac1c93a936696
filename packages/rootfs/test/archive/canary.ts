import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { treeState } from "@mini/testing";
import { expect } from "vitest";

/** A destination `out`, and beside it what no archive may touch: a canary tree, and `out-evil`, whose name begins alike. */
export class Place implements Disposable {
  readonly base = realpathSync(mkdtempSync(join(tmpdir(), "mini-archive-")));
  readonly out = join(this.base, "out");
  readonly canary = join(this.base, "canary");
  readonly #before: readonly string[];
  readonly #aside = join(this.base, "aside");
  #count = 0;

  constructor() {
    for (const name of ["canary", "out-evil"]) populate(join(this.base, name));
    this.#before = this.#state();
  }

  /** The canary is as it was: content, modes, owners, times and link counts; and nothing new lies beside `out`. */
  expectUntouched(): void {
    expect(this.#state()).toEqual(this.#before);
    expect(readdirSync(this.base).filter((name) => name !== "out")).toEqual(["canary", "out-evil"]);
  }

  /** Removes the destination, for the next try. */
  clear(): void {
    remove(this.out);
  }

  /** The same while somebody swaps directories for links: Node's own removal would follow such a link. */
  setAside(): void {
    const aside = join(this.#aside, `${this.#count++}`);
    mkdirSync(this.#aside, { recursive: true });
    if (existsSync(this.out)) renameSync(this.out, aside);
  }

  /** Removes all but the canary, once nobody swaps any more: what was set aside, and what could not be removed meanwhile. */
  sweep(): void {
    for (const name of readdirSync(this.base))
      if (!["canary", "out-evil"].includes(name)) remove(join(this.base, name));
  }

  [Symbol.dispose](): void {
    remove(this.base);
  }

  #state(): string[] {
    return ["canary", "out-evil"].flatMap((name) => treeState(join(this.base, name)));
  }
}

function populate(directory: string): void {
  mkdirSync(join(directory, "sub"), { recursive: true });
  writeFileSync(join(directory, "file"), "canary\n");
  writeFileSync(join(directory, "sub/file"), "canary below\n");
  linkSync(join(directory, "file"), join(directory, "twin"));
  symlinkSync("file", join(directory, "link"));
  chmodSync(join(directory, "sub"), 0o700);
}

// An archive may leave directories that their owner cannot enter, and paths that are too long for Node.
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    execFileSync("chmod", ["-R", "u+rwX", path], { stdio: "ignore" });
    execFileSync("rm", ["-rf", path]);
  }
}
