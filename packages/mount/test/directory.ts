import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";

/** A directory of its own for each test of a file, removed after it. Each path below begins with a slash. */
export class Directory {
  #path = "";

  constructor() {
    beforeEach(() => {
      this.#path = realpathSync(mkdtempSync(join(tmpdir(), "mini-mount-")));
    });
    afterEach(() => rmSync(this.#path, { recursive: true, force: true }));
  }

  path(name = ""): string {
    return `${this.#path}${name}`;
  }

  directory(name: string): string {
    mkdirSync(this.path(name), { recursive: true });
    return this.path(name);
  }

  file(name: string, content = ""): string {
    this.directory(dirname(name));
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true });
  }

  link(name: string, target: string): string {
    this.directory(dirname(name));
    symlinkSync(target, this.path(name));
    return this.path(name);
  }

  /** A root file system of busybox and empty directories. */
  rootfs(name = "/rootfs"): string {
    for (const empty of ["proc", "sys", "dev", "tmp", "etc", "data"]) this.directory(`${name}/${empty}`);
    this.directory(`${name}/bin`);
    writeFileSync(this.path(`${name}/bin/busybox`), readFileSync("/bin/busybox"), { mode: 0o755 });
    for (const command of ["sh", "cat", "hostname", "ls", "ps", "readlink", "stat", "touch", "mkdir", "true"])
      this.link(`${name}/bin/${command}`, "busybox");
    return this.path(name);
  }
}
