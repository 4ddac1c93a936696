import { device, directory, file, hardlink, pax, symlink } from "../tar.ts";
import type { Hostile } from "./hostile.ts";

const EVIL = "evil\n";

/** One name that is several things, one after the other. */
export const swaps: readonly Hostile[] = [
  {
    name: "node-tar CVE-2021-32803: a directory, a link in its place, a file through it",
    entries: ({ canary }) => [directory("d/"), symlink("d", canary), file("d/file", EVIL)],
    error: "ENOENT",
  },
  {
    name: "node-tar CVE-2021-32803: a directory with files, a link in its place, a file through it",
    entries: () => [directory("d/"), file("d/a", "a\n"), symlink("d", "../canary"), file("d/file", EVIL)],
    error: "ENOENT",
  },
  {
    name: "node-tar CVE-2021-37712: a directory deep down, links in its place, a directory through them",
    entries: () => [
      directory("a/b/c/"),
      file("a/b/c/f", "f\n"),
      symlink("a/b", "../../canary"),
      directory("a/b/sub/", { mode: 0o777 }),
      file("a/b/sub/file", EVIL),
    ],
    error: "ENOENT",
  },
  {
    name: "swaps: a directory with files becomes a link, as later entries win",
    entries: () => [directory("d/"), file("d/a", "a\n"), symlink("d", "../canary")],
    inside: () => ({ d: "→../canary" }),
  },
  {
    name: "swaps: a directory that holds a link out becomes a file",
    entries: ({ canary }) => [directory("d/"), symlink("d/l", canary), directory("d/e/"), file("d", EVIL)],
    inside: () => ({ d: `=${EVIL}` }),
  },
  {
    name: "swaps: a link that leads out becomes a file",
    entries: ({ canary }) => [symlink("l", `${canary}/file`), file("l", EVIL)],
    inside: () => ({ l: `=${EVIL}` }),
  },
  {
    name: "swaps: a link that leads nowhere becomes a file",
    entries: ({ canary }) => [symlink("l", `${canary}/new`), file("l", EVIL)],
    inside: () => ({ l: `=${EVIL}` }),
  },
  {
    name: "swaps: a link that leads out becomes a directory",
    entries: ({ canary }) => [symlink("l", canary), directory("l/", { mode: 0o777 }), file("l/file", EVIL)],
    inside: () => ({ l: "/0777", "l/file": `=${EVIL}` }),
  },
  {
    name: "libarchive CVE-2021-31566: a directory's mode and time, set at the end, when it is a link",
    entries: ({ canary }) => [directory("d/", { mode: 0o777, mtime: 1 }), symlink("d", canary)],
    inside: ({ canary }) => ({ d: `→${canary}` }),
  },
  {
    name: "libarchive CVE-2021-31566: a directory's mode and time, set at the end, when its parent is a link",
    entries: () => [
      directory("d/sub/", { mode: 0o777, mtime: 1 }),
      symlink("d", "../canary"),
      directory("e/", { mode: 0o711 }),
    ],
    inside: () => ({ d: "→../canary", e: "/0711" }),
    again: "ENOENT",
  },
  {
    name: "swaps: a directory's mode, set at the end, when it is a file",
    entries: () => [directory("d/", { mode: 0o6777 }), file("d", EVIL, { mode: 0o600 })],
    inside: () => ({ d: `=${EVIL}` }),
  },
  {
    name: "swaps: a file becomes a directory",
    entries: () => [file("f", "f\n"), directory("f/"), file("f/x", EVIL)],
    inside: () => ({ f: "/", "f/x": `=${EVIL}` }),
  },
  {
    name: "swaps: a file in the place of a directory",
    entries: () => [file("f", "f\n"), file("f/x", EVIL)],
    error: "ENOTDIR",
  },
  {
    name: "swaps: a fifo becomes a file, and nobody waits for a reader",
    entries: () => [file("p", "", { typeflag: "6" }), file("p", EVIL)],
    inside: () => ({ p: `=${EVIL}` }),
  },
  {
    name: "swaps: a device becomes a file, and is not written to",
    entries: () => [device("full", "3", 1, 7), file("full", EVIL)],
    inside: () => ({ full: `=${EVIL}` }),
  },
  {
    name: "swaps: one of two hard links is replaced, the other keeps its content",
    entries: () => [file("a", "a\n"), hardlink("b", "a"), file("b", EVIL)],
    inside: () => ({ a: "=a\n", b: `=${EVIL}` }),
  },
  {
    name: "swaps: a file that nobody may write comes again",
    entries: () => [file("a", "a\n", { mode: 0 }), file("a", EVIL, { mode: 0o644 })],
    inside: () => ({ a: `=${EVIL}` }),
  },
  {
    name: "swaps: a directory that nobody may enter gets files",
    entries: () => [directory("d/", { mode: 0 }), directory("d/e/", { mode: 0 }), file("d/e/f", EVIL)],
    inside: () => ({ d: "/0000" }),
  },
  {
    name: "swaps: a directory comes again with another mode",
    entries: () => [directory("d/", { mode: 0 }), file("d/a", EVIL), directory("d/", { mode: 0o750 })],
    inside: () => ({ d: "/0750", "d/a": `=${EVIL}` }),
  },
  {
    name: "swaps: a hundred times a directory and a link",
    entries: ({ canary }) =>
      Array.from({ length: 100 }, () =>
        Buffer.concat([directory("d/", { mode: 0o777 }), symlink("d", canary)]),
      ),
    inside: ({ canary }) => ({ d: `→${canary}` }),
  },
  {
    name: "libarchive CVE-2021-23177: an ACL for a link",
    entries: ({ canary }) => [
      Buffer.concat([
        pax({ "SCHILY.acl.access": "user::rwx,group::rwx,other::rwx", "SCHILY.xattr.user.evil": "1" }),
        symlink("l", `${canary}/file`),
      ]),
    ],
    inside: ({ canary }) => ({ l: `→${canary}/file` }),
    skipped: ["l", "l"],
  },
];
