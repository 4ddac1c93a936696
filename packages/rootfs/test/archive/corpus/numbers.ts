import { base256, directory, end, entry, file, header } from "../tar.ts";
import type { Hostile } from "./hostile.ts";

const EVIL = "evil\n";
const FORMAT = "ERR_ARCHIVE_FORMAT";
const of = (...parts: readonly Buffer[]) => Buffer.concat(parts);

/** Numbers that overflow, are negative or are none, and types that do not exist. */
export const numbers: readonly Hostile[] = [
  {
    name: "Python CVE-2025-8194: a negative size in base 256, which would lead back to the same header",
    entries: () => [file("a", EVIL), header({ name: "b", size: base256(-1024n, 12) })],
    error: FORMAT,
  },
  {
    name: "sizes: more than 63 bits in base 256",
    entries: () => [file("a", EVIL), header({ name: "b", size: base256(1n << 63n, 12) })],
    error: FORMAT,
  },
  {
    name: "sizes: as many bits as the field has",
    entries: () => [header({ name: "b", size: Buffer.alloc(12, 0xff).fill(0x80, 0, 1) })],
    error: FORMAT,
  },
  {
    name: "sizes: digits that are none",
    entries: () => [header({ name: "b", size: "0000000x005\0" })],
    error: FORMAT,
  },
  {
    name: "sizes: a negative number in octal",
    entries: () => [header({ name: "b", size: "-0000000512\0" })],
    error: FORMAT,
  },
  {
    name: "sizes: beyond the end of the archive",
    entries: () => [header({ name: "b", size: 0o77777777 }), end],
    error: "ERR_ARCHIVE_TRUNCATED",
  },
  {
    name: "sizes: a file of eight exabytes",
    entries: () => [header({ name: "b", size: base256((1n << 63n) - 1n, 12) }), end],
    error: FORMAT,
  },
  {
    name: "modes: the bits of a type, and more, in the mode",
    entries: () => [file("a", EVIL, { mode: 0o170755 }), directory("d/", { mode: 0o020711 })],
    inside: () => ({ a: `=${EVIL}`, d: "/0711" }),
  },
  {
    name: "GNU CVE-2022-48303: a time of the first tar in base 256, of nothing but ones",
    entries: () => [
      entry({ name: "a", magic: "\0\0\0\0\0\0", version: "\0\0", mtime: Buffer.alloc(12, 0xff) }, EVIL),
    ],
    inside: () => ({ a: `=${EVIL}` }),
  },
  {
    name: "types: one that nobody has defined is a file, as POSIX says",
    entries: () => [entry({ name: "a", typeflag: "Z" }, EVIL), file("b", EVIL)],
    inside: () => ({ a: `=${EVIL}`, b: `=${EVIL}` }),
  },
  {
    name: "types: the rest of a file from another volume",
    entries: () => [entry({ name: "a", typeflag: "M" }, EVIL), file("b", EVIL)],
    error: "ERR_ARCHIVE_UNSUPPORTED",
  },
  {
    name: "types: renames of GNU tar's, which could move anything",
    entries: () => [
      file("a", EVIL),
      entry({ name: "././@Rename", typeflag: "N" }, "Rename a to ../canary/a\n"),
    ],
    error: "ERR_ARCHIVE_UNSUPPORTED",
  },
  {
    name: "types: the label of a volume is no entry",
    entries: () => [header({ name: "../canary/label", typeflag: "V" }), file("b", EVIL)],
    inside: () => ({ b: `=${EVIL}`, canary: null }),
  },
  {
    name: "types: a link with content, in which a header is hidden",
    entries: () => [
      of(header({ name: "l", typeflag: "2", linkname: "x", size: 1024 }), file("smuggled", "smuggled\n")),
      file("b", EVIL),
    ],
    inside: () => ({ l: "→x", b: `=${EVIL}`, smuggled: "=smuggled\n" }),
  },
  {
    name: "types: a directory with a size, which POSIX lets it have without content",
    entries: () => [header({ name: "d/", typeflag: "5", size: 1024, mode: 0o755 }), file("d/b", EVIL)],
    inside: () => ({ "d/b": `=${EVIL}` }),
  },
];
