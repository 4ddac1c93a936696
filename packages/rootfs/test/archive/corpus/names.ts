import { directory, entry, file, hardlink, long, pax, symlink } from "../tar.ts";
import { below, type Hostile } from "./hostile.ts";

const EVIL = "evil\n";

/** Names that lead out of the destination, or that no file can have. */
export const names: readonly Hostile[] = [
  {
    name: "Python CVE-2007-4559: an absolute name",
    entries: ({ canary }) => [file(`${canary}/file`, EVIL)],
    inside: ({ canary }) => ({ [`${below(canary)}/file`]: `=${EVIL}` }),
  },
  {
    name: "node-tar CVE-2021-32804: an absolute name behind several slashes",
    entries: ({ canary }) => [file(`///${canary}/file`, EVIL)],
    inside: ({ canary }) => ({ [`${below(canary)}/file`]: `=${EVIL}` }),
  },
  {
    name: "Python CVE-2007-4559: a name with ..",
    entries: () => [file("../canary/file", EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "GNU CVE-2016-6321: .. in the middle of a name",
    entries: () => [file("a/../../canary/file", EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "GNU CVE-2002-0399: ./../ before a name",
    entries: () => [file("./../canary/file", EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "names: more .. than there are directories",
    entries: ({ canary }) => [file(`${"../".repeat(30)}${below(canary)}/file`, EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "names: .. below directories that exist",
    entries: () => [directory("a/"), directory("a/b/"), file("a/b/../../../canary/new", EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "tar-fs CVE-2024-12905: a neighbour whose name begins alike",
    entries: () => [file("../out-evil/file", EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "names: the parent directory, with a mode and a time",
    entries: () => [directory("..", { mode: 0o777, mtime: 1 })],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "names: the parent directory as a file",
    entries: () => [file("..", EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "names: the root itself as a directory",
    entries: () => [directory("./", { mode: 0o711 }), directory("/", { mode: 0o750 })],
    inside: () => ({ ".": "/0750" }),
  },
  {
    name: "names: the root itself as a file",
    entries: () => [file("./.", EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "names: no name at all",
    entries: () => [file("", EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "umoci CVE-2021-29136: the root itself becomes a link, as .",
    entries: ({ canary }) => [symlink(".", canary), file("file", EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "umoci CVE-2021-29136: the root itself becomes a link, as /",
    entries: ({ canary }) => [symlink("/", canary), file("file", EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "umoci CVE-2021-29136: the root itself becomes a link, as ./",
    entries: () => [symlink("./", "../canary"), file("file", EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "names: the root itself becomes a link, through a directory and ..",
    entries: () => [directory("a/"), symlink("a/..", "../canary"), file("file", EVIL)],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "names: the root itself as a hard link",
    entries: () => [file("a", EVIL), hardlink(".", "a")],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "node-tar CVE-2021-37713: a drive of Windows before ..",
    entries: () => [file("C:../canary/file", EVIL), file("C:..\\canary\\file", EVIL)],
    inside: () => ({ "C:../canary/file": `=${EVIL}`, "C:..\\canary\\file": `=${EVIL}` }),
  },
  {
    name: "names: a NUL hides the rest of a name",
    entries: () => [file("a\0/../../canary/file", EVIL)],
    inside: () => ({ a: `=${EVIL}`, canary: null }),
  },
  {
    name: "names: .. in a long name of GNU tar's",
    entries: () => [Buffer.concat([long("L", "x/../../canary/file"), file("innocent", EVIL)])],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "names: .. in ustar's prefix",
    entries: () => [file("file", EVIL, { prefix: "../canary" })],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "names: ustar's prefix is absolute",
    entries: ({ canary }) => [file("file", EVIL, { prefix: `/${canary}` })],
    inside: ({ canary }) => ({ [`${below(canary)}/file`]: `=${EVIL}` }),
  },
  {
    name: "names: a component of 300 bytes",
    entries: () => [Buffer.concat([pax({ path: "n".repeat(300) }), file("innocent", EVIL)])],
    error: "ENAMETOOLONG",
  },
  {
    name: "names: deeper than the limit",
    entries: () => [Buffer.concat([pax({ path: `${"d/".repeat(90_000)}f` }), file("innocent", EVIL)])],
    error: "ERR_ARCHIVE_LIMIT",
  },
  {
    name: "names: longer than the limit",
    entries: () => [Buffer.concat([pax({ path: `${"d".repeat(200)}/`.repeat(500) }), directory("x")])],
    error: "ERR_ARCHIVE_LIMIT",
  },
  {
    name: "names: newlines and a terminal's escapes are only bytes",
    entries: () => [file("a\nb\u001b[2Jc", EVIL)],
    inside: () => ({ "a\nb\u001b[2Jc": `=${EVIL}` }),
  },
  {
    name: "names: bytes that are no UTF-8",
    entries: () => [entry({ name: Buffer.from([0x61, 0xff, 0xfe]) }, EVIL), file("b", EVIL)],
    inside: () => ({ b: `=${EVIL}` }),
  },
  {
    name: "node-tar CVE-2021-37712: two forms of one letter",
    entries: () => [
      directory("caf\u00e9/"),
      symlink("cafe\u0301", "../canary"),
      file("caf\u00e9/file", EVIL),
    ],
    inside: () => ({ "caf\u00e9/file": `=${EVIL}`, "cafe\u0301": "→../canary" }),
  },
  {
    name: "node-tar CVE-2021-37701: a directory and a link that differ by case and a backslash",
    entries: () => [directory("D/"), directory("D\\"), symlink("d", "../canary"), file("D/file", EVIL)],
    inside: () => ({ "D/file": `=${EVIL}`, d: "→../canary", "D\\": "/" }),
  },
  {
    name: "names: a file with a slash at its end is a directory",
    entries: () => [file("a/", "", { mode: 0o755 }), file("a/b", EVIL)],
    inside: () => ({ "a/b": `=${EVIL}` }),
  },
  {
    name: "names: a slash behind a link's name does not lead through it",
    entries: () => [symlink("l", "../canary"), symlink("l/", "../out-evil"), file("m", EVIL)],
    inside: () => ({ l: "→../out-evil", m: `=${EVIL}` }),
  },
];
