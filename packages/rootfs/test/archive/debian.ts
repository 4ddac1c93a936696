import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { run } from "./programs.ts";

/**
 * Makes a Debian root in this directory. As root with MINI_FULL it is debootstrap's, which takes minutes; otherwise the files
 * of the packages without which no Debian can be, as they are installed here, as far as the caller may read them.
 */
export function debianRoot(directory: string): void {
  if (process.env.MINI_FULL && process.getuid?.() === 0) {
    execFileSync("debootstrap", ["--variant=minbase", "bookworm", directory], { stdio: "ignore" });
    return;
  }
  mkdirSync(directory);
  const list = join(directory, "..", "debian.list");
  writeFileSync(list, `${installedFiles().join("\0")}\0`);
  const all = ["--xattrs", "--xattrs-include=*"];
  const archive = join(directory, "..", "debian.tar");
  const names = ["--null", "--no-recursion", "--verbatim-files-from", "-T", list];
  // Not all of it may be read by an ordinary user.
  run("tar", ...all, "--ignore-failed-read", "-cf", archive, "-C", "/", ...names);
  execFileSync("tar", [...all, "-xpf", archive, "-C", directory]);
  rmSync(archive);
}

function installedFiles(): string[] {
  const format = "$" + "{Package} $" + "{Essential}\n";
  const lines = execFileSync("dpkg-query", ["-W", "-f", format], { encoding: "utf8" }).trim().split("\n");
  const packages = lines
    .map((line) => line.split(" "))
    .filter(([, essential]) => essential === "yes")
    .map(([name = ""]) => name);
  const files = execFileSync("dpkg", ["-L", ...packages], { encoding: "utf8", maxBuffer: 1 << 26 }).split(
    "\n",
  );
  const found = files.filter((file) => /^\/./.test(file)).flatMap((file) => [...whereabouts(file)]);
  return [...new Set(found)].sort().map((file) => file.slice(1));
}

// dpkg knows /bin/sh, which lies in /usr/bin, and /bin is a link. Images of containers leave documentation out.
function* whereabouts(file: string): Generator<string> {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return;
  yield `/${file.split("/")[1]}`;
  yield join(realpathSync(dirname(file)), basename(file));
}
