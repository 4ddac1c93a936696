import { directory, file, hardlink, long, pax, symlink } from "../tar.ts";
import { below, type Hostile } from "./hostile.ts";

const EVIL = "evil\n";

/** Links that lead out, and what is written, linked or made through them. */
export const links: readonly Hostile[] = [
  {
    name: "tar-fs CVE-2025-48387: an absolute link, and a file through it",
    entries: ({ canary }) => [symlink("l", canary), file("l/file", EVIL)],
    error: "ENOENT",
  },
  {
    name: "busybox CVE-2011-5325: an absolute link to what the archive has itself, and a file through it",
    entries: ({ canary }) => [directory(`${canary}/`), symlink("l", canary), file("l/file", EVIL)],
    inside: ({ canary }) => ({ l: `→${canary}`, [`${below(canary)}/file`]: `=${EVIL}` }),
  },
  {
    name: "GNU CVE-2025-45582: a relative link, and a file through it, in one archive or in the next one",
    entries: () => [symlink("l", "../canary"), file("l/file", EVIL)],
    error: "ENOENT",
  },
  {
    name: "tar-fs CVE-2025-59343: a link to a neighbour whose name begins alike, and a file through it",
    entries: () => [symlink("l", "../out-evil"), file("l/file", EVIL)],
    error: "ENOENT",
  },
  {
    name: "dpkg CVE-2022-1664: a chain of links, and a file through it",
    entries: () => [symlink("a", "b"), symlink("b", "c/.."), directory("c"), file("a/canary/file", EVIL)],
    inside: () => ({ a: "→b", "canary/file": `=${EVIL}` }),
  },
  {
    name: "kubectl CVE-2019-11246: a link to .. and one through it",
    entries: () => [symlink("up", ".."), symlink("upper", "up/.."), file("upper/canary/file", EVIL)],
    inside: () => ({ up: "→..", upper: "→up/..", "canary/file": `=${EVIL}` }),
  },
  {
    name: "moby CVE-2014-9356: an absolute link to the root",
    entries: ({ canary }) => [symlink("r", "/"), file(`r${canary}/file`, EVIL)],
    inside: ({ canary }) => ({ r: "→/", [`${below(canary)}/file`]: `=${EVIL}` }),
  },
  {
    name: "Python CVE-2025-4517: a path that grows beyond PATH_MAX while links are resolved",
    entries: pathTooLong,
    error: "ENOENT",
  },
  {
    name: "node-tar CVE-2026-23745: a hard link to an absolute path, and its content replaced",
    entries: ({ canary }) => [hardlink("h", `${canary}/file`), file("h", EVIL)],
    error: "ENOENT",
  },
  {
    name: "node-tar CVE-2026-24842: a hard link by .. from a deeper entry",
    entries: () => [directory("a/b/c/"), hardlink("a/b/c/h", "../canary/file"), file("a/b/c/h", EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "node-tar CVE-2026-26960: a hard link through a chain of links",
    entries: () => [symlink("a", "b"), symlink("b", "../canary"), hardlink("h", "a/file"), file("h", EVIL)],
    error: "ENOENT",
  },
  {
    name: "moby CVE-2014-6407: a hard link to a link that leads out, and its content replaced",
    entries: ({ canary }) => [symlink("l", `${canary}/file`), hardlink("h", "l"), file("h", EVIL)],
    inside: ({ canary }) => ({ l: `→${canary}/file`, h: `=${EVIL}` }),
  },
  {
    name: "Python CVE-2025-4138: a hard link to a link that leads out stays that link",
    entries: () => [symlink("l", "../canary/file"), hardlink("h", "l")],
    inside: () => ({ l: "→../canary/file", h: "→../canary/file" }),
  },
  {
    name: "Python CVE-2025-4330: a link whose target begins in a directory of the archive",
    entries: () => [directory("d/"), symlink("d/l", "../../canary/file"), file("d/l", EVIL)],
    inside: () => ({ "d/l": `=${EVIL}` }),
  },
  {
    name: "libarchive CVE-2016-5418: a hard link with content, to a link that leads out",
    entries: ({ canary }) => [
      symlink("l", `${canary}/file`),
      Buffer.concat([pax({ size: "5" }), hardlink("h", "l", { size: 5 }), file("", "").subarray(0, 0)]),
      file("after", EVIL),
    ],
    inside: () => ({ after: `=${EVIL}` }),
  },
  {
    name: "links: a hard link to itself",
    entries: () => [file("a", EVIL), hardlink("a", "a")],
    inside: () => ({ a: `=${EVIL}` }),
  },
  {
    name: "links: a hard link to itself by another spelling",
    entries: () => [directory("d"), symlink("e", "d"), file("d/a", EVIL), hardlink("e/./a", "/d//a")],
    inside: () => ({ "d/a": `=${EVIL}` }),
  },
  {
    name: "links: a hard link to a directory",
    entries: () => [directory("d/"), hardlink("h", "d")],
    error: "EPERM",
  },
  {
    name: "links: a hard link to the root",
    entries: () => [hardlink("h", "/")],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "links: a hard link before its target",
    entries: () => [hardlink("h", "later"), file("later", EVIL)],
    error: "ENOENT",
  },
  {
    name: "links: a link to itself, and a file through it",
    entries: () => [symlink("l", "l"), file("l/file", EVIL)],
    error: "ELOOP",
  },
  {
    name: "links: two links to each other, and a file through them",
    entries: () => [symlink("a", "b"), symlink("b", "a"), file("a/file", EVIL)],
    error: "ELOOP",
  },
  {
    name: "links: a link without a target",
    entries: () => [symlink("l", "")],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "links: a hard link without a target",
    entries: () => [hardlink("h", "")],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "links: a NUL in a link's target",
    entries: () => [Buffer.concat([pax({ linkpath: "a\0b" }), symlink("l", "x")])],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "links: a target longer than any path",
    entries: () => [Buffer.concat([long("K", "t".repeat(5000)), symlink("l", "x")])],
    error: "ERR_ARCHIVE_LIMIT",
  },
  {
    name: "links: through /proc/self/root and /proc/self/cwd",
    entries: ({ canary }) => [symlink("l", "/proc/self/root"), file(`l${canary}/file`, EVIL)],
    error: "ENOENT",
  },
  {
    name: "links: a hard link to a descriptor",
    entries: () => [hardlink("h", "/proc/self/fd/3")],
    error: "ENOENT",
  },
  {
    name: "GNU: an innocent target, and a long one that leads out",
    entries: ({ canary }) => [
      Buffer.concat([long("K", `${"./".repeat(60)}..${canary}`), symlink("l", "innocent")]),
      file("l", EVIL),
    ],
    inside: () => ({ l: `=${EVIL}` }),
  },
  {
    name: "links: a directory through a link that leads out",
    entries: ({ canary }) => [symlink("l", canary), directory("l/sub/", { mode: 0o777 })],
    error: "ENOENT",
  },
  {
    name: "links: a link through a link that leads out",
    entries: ({ canary }) => [symlink("l", canary), symlink("l/new", "x")],
    error: "ENOENT",
  },
  {
    name: "links: a fifo through a link that leads out",
    entries: () => [symlink("l", "../canary"), file("l/new", "", { typeflag: "6" })],
    error: "ENOENT",
  },
];

// realpath() of Python's and the kernel's part ways where a resolved path is longer than PATH_MAX.
function pathTooLong(): readonly Buffer[] {
  const long = "d".repeat(247);
  const steps = [..."abcdefghijklmnop"];
  const entries: Buffer[] = [];
  let path = "";
  for (const step of steps) {
    entries.push(Buffer.concat([pax({ path: `${path}${long}/` }), directory("x")]));
    entries.push(Buffer.concat([pax({ path: `${path}${step}`, linkpath: long }), symlink("x", "x")]));
    path += `${long}/`;
  }
  const link = `${steps.join("/")}/${"l".repeat(254)}`;
  entries.push(Buffer.concat([pax({ path: link, linkpath: "../".repeat(steps.length) }), symlink("x", "x")]));
  entries.push(Buffer.concat([pax({ path: "escape", linkpath: `${link}/../canary` }), symlink("x", "x")]));
  entries.push(hardlink("h", "escape/file"), file("h", EVIL));
  return entries;
}
