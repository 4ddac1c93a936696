import {
  base256,
  directory,
  end,
  entry,
  file,
  hardlink,
  header,
  long,
  pax,
  record,
  symlink,
} from "../tar.ts";
import { below, type Hostile } from "./hostile.ts";

const EVIL = "evil\n";
const FORMAT = "ERR_ARCHIVE_FORMAT";
const of = (...parts: readonly Buffer[]) => Buffer.concat(parts);
const raw = (records: string | Buffer) => entry({ name: "PaxHeaders/x", typeflag: "x" }, records);

/** What extended headers can say, and should not. */
export const extended: readonly Hostile[] = [
  {
    name: "PAX override: path leads out, the header's name is innocent",
    entries: () => [of(pax({ path: "../canary/file" }), file("innocent", EVIL))],
    error: FORMAT,
  },
  {
    name: "PAX override: an absolute path for all that follow",
    entries: ({ canary }) => [of(pax({ path: `${canary}/file` }, "g"), file("innocent", EVIL))],
    inside: ({ canary }) => ({ [`${below(canary)}/file`]: `=${EVIL}` }),
  },
  {
    name: "PAX override: a hard link's target leads out, the header's is innocent",
    entries: () => [file("a", "a\n"), of(pax({ linkpath: "../canary/file" }), hardlink("h", "a"))],
    error: FORMAT,
  },
  {
    name: "PAX override: GNU.sparse.name leads out",
    entries: ({ canary }) => [
      of(
        pax({
          "GNU.sparse.major": "1",
          "GNU.sparse.minor": "0",
          "GNU.sparse.name": `../..${canary}/file`,
          "GNU.sparse.realsize": "5",
        }),
        file("innocent", `1\n0\n5\n${"\0".repeat(506)}${EVIL}`),
      ),
    ],
    error: FORMAT,
  },
  {
    name: "PAX override: a long name of GNU tar's and a path of POSIX's for one entry",
    entries: () => [of(long("L", "../canary/gnu"), pax({ path: "posix" }), file("innocent", EVIL))],
    inside: () => ({ innocent: null, "canary/gnu": null, posix: `=${EVIL}` }),
  },
  {
    name: "PAX override: a path that is said twice",
    entries: () => [
      of(raw(of(record("path", "../canary/file"), record("path", "second"))), file("innocent", EVIL)),
    ],
    inside: () => ({ second: `=${EVIL}`, canary: null }),
  },
  {
    name: "PAX override: an empty path takes the override away",
    entries: () => [of(pax({ path: "" }), file("header", EVIL))],
    inside: () => ({ header: `=${EVIL}` }),
  },
  {
    name: "NUL in PAX: a path with one",
    entries: () => [of(pax({ path: "a\0/../../canary/file" }), file("innocent", EVIL))],
    error: FORMAT,
  },
  {
    name: "NUL in PAX: the name of an xattr with one",
    entries: () => [of(pax({ "SCHILY.xattr.user.a\0b": "1" }), file("a", EVIL))],
    error: FORMAT,
  },
  {
    name: "tokio-tar CVE-2025-62518: PAX says more bytes than the header, headers are hidden in them",
    entries: () => [of(pax({ size: "1024" }), header({ name: "a", size: 0 }), smuggled()), file("b", EVIL)],
    inside: () => ({ b: `=${EVIL}`, smuggled: null }),
  },
  {
    name: "tokio-tar CVE-2025-62518: PAX says fewer bytes than the header, what follows is entries",
    entries: () => [of(pax({ size: "0" }), header({ name: "a", size: 1024 }), smuggled()), file("b", EVIL)],
    inside: () => ({ a: "=", smuggled: "=smuggled\n", b: `=${EVIL}` }),
  },
  ...["-1", "1e3", "0x10", "5 ", "99999999999999999999", "9223372036854775808"].map((size) => ({
    name: `PAX size: ${JSON.stringify(size)}`,
    entries: () => [of(pax({ size }), file("a", EVIL))],
    error: FORMAT,
  })),
  {
    name: "Python CVE-2019-20907: a record of length zero",
    entries: () => [of(raw("0 path=x\n"), file("a", EVIL))],
    error: FORMAT,
  },
  ...Object.entries({
    "longer than its header": "99 path=x\n",
    "as long as no number is": "18446744073709551626 path=x\n",
    "shorter than it says": "12 path=x\n12 path=y\n",
    "without a newline": "9 path=xyz",
    "without a number": "path=x\n",
    "without an equals sign": "8 pathx\n",
    "of a negative length": "-9 path=x\n",
    "that ends within its length": "3 \n",
  }).map(([what, text]) => ({
    name: `GNU CVE-2006-0300: a record ${what}`,
    entries: () => [of(raw(text), file("a", EVIL))],
    error: FORMAT,
  })),
  {
    name: "Go CVE-2022-2879: an extended header of 8 GB",
    entries: () => [of(header({ name: "x", typeflag: "x", size: 0o77777777777 }), file("a", EVIL))],
    error: "ERR_ARCHIVE_UNSUPPORTED",
  },
  {
    name: "Go CVE-2022-2879: a long name of 8 GB",
    entries: () => [of(header({ name: "x", typeflag: "L", size: 0o77777777777 }), file("a", EVIL))],
    error: "ERR_ARCHIVE_LIMIT",
  },
  {
    name: "PAX: a header that no entry follows",
    entries: () => [of(file("a", EVIL), pax({ path: "../canary/file" }), end)],
    error: "ERR_ARCHIVE_TRUNCATED",
  },
  {
    name: "PAX: a header for the next header, thousands of times",
    entries: () => [
      of(...Array.from({ length: 2000 }, () => pax({ path: "../canary/file" })), file("a", EVIL)),
    ],
    error: FORMAT,
  },
  {
    name: "PAX: an extended header that is a link by its name",
    entries: ({ canary }) => [of(pax({ path: "a" }, "x", { linkname: canary }), file("innocent", EVIL))],
    inside: () => ({ a: `=${EVIL}` }),
  },
  ...["4294967295", "4294967296", "18446744073709551616", "-1"].map((uid) => ({
    name: `owners: uid ${uid} of PAX, which the kernel would read as another one`,
    entries: () => [of(pax({ uid }), file("a", EVIL, { mode: 0o4755 }))],
    error: FORMAT,
  })),
  ...[-1n, 0xffffffffn, 0x100000000n].map((gid) => ({
    name: `owners: gid ${gid} in base 256`,
    entries: () => [file("a", EVIL, { gid: base256(gid, 8), mode: 0o2755 })],
    error: FORMAT,
  })),
  ...["1e30", "nan", "99999999999999999999", "1.5.5", ""].slice(0, 4).map((mtime) => ({
    name: `times: an mtime of ${mtime}`,
    entries: () => [of(pax({ mtime }), file("a", EVIL))],
    error: FORMAT,
  })),
  {
    name: "xattrs: a capability that is none",
    entries: () => [of(pax({ "SCHILY.xattr.security.capability": "evil" }), directory("d/"))],
    inside: () => ({ d: "/" }),
    skipped: ["d"],
  },
  {
    name: "xattrs: overlayfs is not to be told where to look",
    entries: ({ canary }) => [
      of(
        pax({
          "SCHILY.xattr.trusted.overlay.redirect": canary,
          "LIBARCHIVE.xattr.trusted.overlay.opaque": "eQ==",
          "SCHILY.xattr.user.overlay.redirect": canary,
        }),
        directory("d/"),
      ),
    ],
    inside: () => ({ d: "/" }),
  },
  {
    name: "GNU CVE-2023-39804: an xattr without a name",
    entries: () => [of(pax({ "SCHILY.xattr.": "1" }), file("a", EVIL))],
    error: FORMAT,
  },
  {
    name: "xattrs: a name longer than the kernel takes",
    entries: () => [of(pax({ [`SCHILY.xattr.user.${"n".repeat(300)}`]: "1" }), file("a", EVIL))],
    inside: () => ({ a: `=${EVIL}` }),
    skipped: ["a"],
  },
  {
    name: "xattrs: none through a link",
    entries: ({ canary }) => [
      of(pax({ "SCHILY.xattr.user.evil": "1" }), symlink("l", `${canary}/file`)),
      file("b", EVIL),
    ],
    inside: ({ canary }) => ({ l: `→${canary}/file`, b: `=${EVIL}` }),
    skipped: ["l"],
  },
];

function smuggled(): Buffer {
  return file("smuggled", "smuggled\n");
}
