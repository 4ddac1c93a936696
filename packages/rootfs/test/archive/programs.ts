import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Described } from "./tree.ts";

/** A way in which somebody else writes an archive of a directory. */
export interface Writer {
  readonly name: string;
  readonly command: (archive: string, directory: string) => readonly string[];
  /** Names of xattrs that it writes in a way of its own. */
  readonly odd?: RegExp;
}

const everything = ["--xattrs", "--xattrs-include=*", "--acls", "--numeric-owner"];
const python = join(import.meta.dirname, "python.py");

const gnu = (...args: string[]): Writer => ({
  name: `GNU tar ${args.join(" ")}`,
  command: (archive, directory) => ["tar", ...args, "-cf", archive, "-C", directory, "."],
});
const libarchive = (...args: string[]): Writer => ({
  name: `bsdtar ${args.join(" ")}`,
  command: (archive, directory) => ["bsdtar", ...args, "-cf", archive, "-C", directory, "."],
  odd: /[ %=]/,
});

/** Every format that GNU tar, bsdtar, Python's tarfile and busybox write. What a format cannot hold is left out by them. */
export const writers: readonly Writer[] = [
  ...["v7", "oldgnu", "gnu", "ustar", "posix"].map((format) => gnu(`--format=${format}`)),
  gnu("--format=oldgnu", "--sparse"),
  gnu("--format=gnu", "--sparse"),
  ...["0.0", "0.1", "1.0"].map((version) => gnu("--format=posix", "--sparse", `--sparse-version=${version}`)),
  gnu("--format=posix", "--sparse", ...everything),
  gnu("--format=posix", "--acls", "--numeric-owner"),
  gnu("--format=posix", "--pax-option=globexthdr.name=g,comment=x,exthdr.name=%d/h/%f"),
  ...["v7", "ustar", "pax", "gnutar"].map((format) => libarchive(`--format=${format}`)),
  libarchive("--format=pax", "--acls", "--xattrs", "--read-sparse"),
  ...["ustar", "gnu", "pax"].map((format) => ({
    name: `Python ${format}`,
    command: (archive: string, directory: string) => ["python3", python, "write", format, archive, directory],
  })),
  {
    name: "busybox",
    command: (archive, directory) => ["/bin/busybox", "tar", "-cf", archive, "-C", directory, "."],
  },
];

/** GNU tar with all that it can restore; directories' times at the very end, as other writers list a directory's files late. */
export function extractWithTar(archive: string, directory: string): void {
  run(
    "tar",
    "-x",
    "-p",
    "--numeric-owner",
    "--delay-directory-restore",
    ...everything,
    "-f",
    archive,
    "-C",
    directory,
  );
}

/** Who reads what we write, what they do not restore, and the paths of the sample that they get wrong, each for its reason. */
export const readers: readonly {
  readonly name: string;
  readonly command: (archive: string, directory: string) => readonly string[];
  readonly without: readonly (keyof Described)[];
  readonly cannot: RegExp;
}[] = [
  {
    name: "GNU tar",
    command: (archive, directory) => ["tar", "-xp", ...everything, "-f", archive, "-C", directory],
    without: [],
    cannot: /^$/,
  },
  {
    // Leaves the time of "." alone, reads -1.5 s as -1 s and 0.5 s, and "%" in the name of an xattr as it is.
    name: "bsdtar",
    command: (archive, directory) => [
      "bsdtar",
      "--numeric-owner",
      "--acls",
      "--xattrs",
      "-xpf",
      archive,
      "-C",
      directory,
    ],
    without: [],
    cannot: /^(\.|times\/before|xattrs\/user)$/,
  },
  {
    // Makes two links of one that has two names.
    name: "Python",
    command: (archive, directory) => ["python3", python, "read", archive, directory],
    without: ["xattrs", "mtime", "holes"],
    cannot: /^links\/(dangling|hard to a link)$/,
  },
  {
    // Knows no sparse files, gives links to root, and leaves the mode of "." alone.
    name: "busybox",
    command: (archive, directory) => [
      "/bin/busybox",
      "tar",
      "--numeric-owner",
      "-xpf",
      archive,
      "-C",
      directory,
    ],
    without: ["xattrs", "mtime", "holes"],
    cannot: /^(\.|sparse(\/.*)?|owners\/link)$/,
  },
];

/** Runs a program to its end; most of them complain about something in the sample, and still do the rest. */
export function run(file: string, ...args: readonly string[]): string {
  const env = { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" };
  // Some obey the umask as an ordinary user, and have no option for it.
  const command = ["-c", 'umask 0 && exec "$0" "$@"', file, ...args];
  const { error, stderr } = spawnSync("sh", command, {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    env,
  });
  if (error !== undefined) throw error;
  return stderr;
}
