import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** A directory, and archives of it that GNU tar has written. */
export interface Tree {
  readonly name: string;
  readonly directory: string;
  /** By their compression. */
  readonly archives: Readonly<Record<string, string>>;
  readonly bytes: number;
}

/** What is unpacked and packed: made on tmpfs for one run of the benchmark, and removed after it. */
export interface Trees {
  readonly base: string;
  readonly trees: readonly Tree[];
  /** The compiled limit, src/loop.c. */
  readonly loop: string;
  /** What is not as it should be, and why. */
  readonly absent: readonly string[];
}

export function makeTrees(quick: boolean): Trees {
  const absent: string[] = [];
  const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  if (memory !== "/dev/shm") absent.push("tmpfs: there is no /dev/shm, so this is a disk");
  const base = mkdtempSync(join(memory, "mini-bench-"));
  try {
    const loop = compiledLoop(base);
    const made = quick ? [debian(base, quick, absent)] : [debian(base, quick, absent), modules(base, absent)];
    return { base, trees: made.filter((tree) => tree !== undefined), loop, absent };
  } catch (error) {
    rmSync(base, { recursive: true });
    throw error;
  }
}

/** The limit, src/loop.c, compiled into this directory. */
export function compiledLoop(directory: string): string {
  const loop = join(directory, "loop");
  execFileSync("cc", ["-O2", "-pthread", "-o", loop, join(import.meta.dirname, "../src/loop.c")]);
  return loop;
}

export function removeTrees({ base }: Trees): void {
  execFileSync("rm", ["-rf", base]);
}

function debian(base: string, quick: boolean, absent: string[]): Tree | undefined {
  const directory = join(base, "debian");
  if (!quick && process.getuid?.() === 0) {
    const { status, error, stdout } = spawnSync("debootstrap", ["--variant=minbase", "bookworm", directory], {
      encoding: "utf8",
    });
    if (status === 0) {
      execFileSync("rm", ["-rf", join(directory, "var/cache/apt/archives")]);
      return archived("Debian minbase", directory, quick);
    }
    absent.push(
      `debootstrap: ${error ? "not installed" : (stdout.trim().split("\n").at(-1) ?? `status ${status}`)}`,
    );
    rmSync(directory, { recursive: true, force: true });
  }
  if (!existsSync("/var/lib/dpkg/status")) {
    absent.push("a Debian root: neither debootstrap nor packages of Debian's are here");
    return undefined;
  }
  return archived("Debian packages", copied(base, directory, requiredFiles()), quick);
}

function modules(base: string, absent: string[]): Tree | undefined {
  const source = join(import.meta.dirname, "../../node_modules/.pnpm");
  if (!existsSync(source)) {
    absent.push("node_modules: this is not the repository");
    return undefined;
  }
  const directory = join(base, "node_modules");
  execFileSync("cp", ["-a", source, directory]);
  return archived("node_modules", directory, false);
}

/** The files of Debian's required packages, as they are installed here. */
function requiredFiles(): string[] {
  const format = "$" + "{Package} $" + "{Priority} $" + "{Essential}\\n";
  const rows = execFileSync("dpkg-query", ["-W", "-f", format], { encoding: "utf8" }).trim().split("\n");
  const names = rows
    .map((row) => row.split(" "))
    .filter(([, priority, essential]) => priority === "required" || essential === "yes");
  const list = execFileSync("dpkg", ["-L", ...names.map(([name = ""]) => name)], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const files = list
    .split("\n")
    .filter((file) => /^\/./.test(file) && lstatSync(file, { throwIfNoEntry: false }));
  // dpkg knows /bin/sh, which lies in /usr/bin, and /bin is a link.
  const places = files.flatMap((file) => [
    file.split("/")[1] ?? "",
    join(realpathSync(dirname(file)), basename(file)).slice(1),
  ]);
  return [...new Set(places)].sort();
}

function copied(base: string, directory: string, files: readonly string[]): string {
  const [list, archive] = [join(base, "list"), join(base, "copy.tar")];
  writeFileSync(list, `${files.join("\0")}\0`);
  const names = ["--null", "--no-recursion", "--verbatim-files-from", "-T", list];
  spawnSync("tar", ["--ignore-failed-read", "-cf", archive, "-C", "/", ...names], { stdio: "ignore" });
  mkdirSync(directory);
  execFileSync("tar", ["-xpf", archive, "-C", directory]);
  rmSync(archive);
  return directory;
}

/** Names the tree, and has GNU tar write its archives beside it. */
export function archived(name: string, directory: string, quick: boolean): Tree {
  const flags: Readonly<Record<string, string>> = quick
    ? { none: "--format=gnu", gzip: "-z" }
    : { none: "--format=gnu", gzip: "-z", zstd: "--zstd" };
  const archives = Object.fromEntries(
    Object.entries(flags).flatMap(([compression, flag]) => {
      const archive = `${directory}.${compression}`;
      const { status } = spawnSync("tar", ["-c", flag, "-f", archive, "-C", directory, "."], {
        stdio: "ignore",
      });
      return status === 0 ? [[compression, archive]] : [];
    }),
  );
  return { name, directory, archives, bytes: statSync(archives.none ?? "").size };
}
