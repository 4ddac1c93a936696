import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A directory that is gone when the tests of a file have ended. */
export function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), "mini-pack-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** An empty directory in it, another one with each call. */
export function freshIn(directory: string): string {
  return mkdtempSync(join(directory, "tree-"));
}

/** An entry as Python's tarfile reads it. */
export interface Listed {
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: string;
  readonly link: string;
  readonly uname: string;
  readonly device: [major: number, minor: number];
  readonly sparse: boolean;
  readonly content: string | null;
  readonly attributes: readonly string[];
}

export function python(archive: string): Listed[] {
  const script = join(import.meta.dirname, "fixtures/listing.py");
  const lines = execFileSync("python3", [script, archive], { encoding: "utf8", maxBuffer: 2 ** 28 });
  return lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Listed);
}

/** Sets extended attributes, whose values are in hexadecimal. */
export function setAttributes(path: string, attributes: Readonly<Record<string, string>>): void {
  execFileSync("python3", [attributesScript, "set", path, JSON.stringify(attributes)]);
}

/** Those of each path. */
export function attributes(...paths: string[]): Record<string, string>[] {
  const lines = execFileSync("python3", [attributesScript, "get", ...paths], { encoding: "utf8" });
  return lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, string>);
}

const attributesScript = join(import.meta.dirname, "fixtures/attributes.py");

/** The names in an archive as GNU tar reads it, sorted; nothing may be said about it. */
export function names(archive: string): string[] {
  return tar("--quoting-style=literal", "-tf", archive).trim().split("\n").sort();
}

/** Runs GNU tar, and fails where it warns. */
export function tar(...args: string[]): string {
  return execFileSync("sh", ["-c", 'exec tar "$@" 2>&1', "sh", ...args], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
    maxBuffer: 2 ** 28,
  });
}

/** A line for each file: all that an archive keeps of it, and which names are one file. */
export function tree(directory: string): string[] {
  const format = "%P %y %m %U %G %l %n";
  const find = (...args: string[]) =>
    execFileSync("find", [".", ...args], { cwd: directory, encoding: "latin1", maxBuffer: 2 ** 28 });
  return [
    ...find("-printf", `${format} %T@\n`).split("\n"),
    ...find("-type", "f", "-printf", "%P %s ", "-exec", "sha256sum", "{}", ";").split("\n"),
  ].sort();
}
