import { base256, blocks, entry, pax } from "../tar.ts";
import type { Hostile } from "./hostile.ts";

const FORMAT = "ERR_ARCHIVE_FORMAT";
const of = (...parts: readonly Buffer[]) => Buffer.concat(parts);

/** Maps of sparse files that lie. */
export const sparse: readonly Hostile[] = [
  ...Object.entries<readonly (readonly [bigint, bigint])[]>({
    "regions that overlap": [
      [0n, 512n],
      [256n, 512n],
    ],
    "regions in the wrong order": [
      [1024n, 512n],
      [0n, 512n],
    ],
    "a region beyond the end": [[4096n, 512n]],
    "a region that ends beyond the largest number": [[(1n << 63n) - 256n, 512n]],
    "a region of negative length": [[0n, -512n]],
    "a negative offset": [[-512n, 512n]],
    "regions of more than the content": [
      [0n, 512n],
      [1024n, 512n],
      [2048n, 512n],
    ],
  }).map(([what, map]) => ({
    name: `sparse, old GNU: ${what}`,
    entries: () => [oldGnu(map, 4096n, Buffer.alloc(1024, "x"))],
    error: FORMAT,
  })),
  {
    name: "sparse, old GNU: a negative size",
    entries: () => [oldGnu([[0n, 512n]], -1n, Buffer.alloc(512, "x"))],
    error: FORMAT,
  },
  {
    name: "sparse, old GNU: a map that goes on and on",
    entries: () => [
      of(
        oldGnu([[0n, 512n]], 4096n, Buffer.alloc(0), true),
        ...Array.from({ length: 2000 }, () =>
          Buffer.concat([Buffer.alloc(504), Buffer.from("\x01\0\0\0\0\0\0\0")]),
        ),
      ),
    ],
    error: FORMAT,
  },
  {
    name: "sparse bomb: eight exabytes of holes",
    entries: () => [oldGnu([[0n, 512n]], (1n << 63n) - 1n, Buffer.alloc(512, "x"))],
    error: "ERR_ARCHIVE_LIMIT",
  },
  {
    name: "sparse bomb: four terabytes of holes in PAX",
    entries: () => [version10(`${4n << 40n}`, "1\n0\n5\n", "evil\n")],
    error: "ERR_ARCHIVE_LIMIT",
  },
  ...Object.entries({
    "a map that overlaps": "2\n0\n4\n2\n4\n",
    "a map without its numbers": "5\n0\n",
    "a map that is no number": "1\nx\n5\n",
    "a map of negative numbers": "1\n-5\n5\n",
    "a map beyond the end": "1\n4090\n512\n",
  }).map(([what, map]) => ({
    name: `sparse 1.0, Go CVE-2025-58183: ${what}`,
    entries: () => [version10("4096", map, "evil\nevil")],
    error: FORMAT,
  })),
  {
    name: "sparse 1.0, Go CVE-2025-58183: a map of more regions than anybody has",
    entries: () => [version10("4096", "99999999999\n0\n5\n", "evil\nevil")],
    error: "ERR_ARCHIVE_UNSUPPORTED",
  },
  {
    name: "sparse 0.1: a map with half a pair",
    entries: () => [
      of(
        pax({ "GNU.sparse.size": "4096", "GNU.sparse.numblocks": "1", "GNU.sparse.map": "0,5,9" }),
        content(),
      ),
    ],
    error: FORMAT,
  },
  {
    name: "sparse 0.0: a length without its offset",
    entries: () => [
      of(
        pax({ "GNU.sparse.size": "4096", "GNU.sparse.numblocks": "1", "GNU.sparse.numbytes": "5" }),
        content(),
      ),
    ],
    error: FORMAT,
  },
  {
    name: "sparse: a version that nobody has defined",
    entries: () => [
      of(
        pax({
          "GNU.sparse.major": "7",
          "GNU.sparse.minor": "0",
          "GNU.sparse.name": "a",
          "GNU.sparse.realsize": "5",
        }),
        content(),
      ),
    ],
    error: "ERR_ARCHIVE_UNSUPPORTED",
  },
];

function content(): Buffer {
  return entry({ name: "innocent" }, "evil\n");
}

function version10(realsize: string, map: string, data: string): Buffer {
  const records = {
    "GNU.sparse.major": "1",
    "GNU.sparse.minor": "0",
    "GNU.sparse.name": "a",
    "GNU.sparse.realsize": realsize,
  };
  return of(pax(records), entry({ name: "innocent" }, of(blocks(map), Buffer.from(data))));
}

function number(value: bigint): string | Buffer {
  return value < 0n || value > 0o77777777777n
    ? base256(value, 12)
    : `${value.toString(8).padStart(11, "0")}\0`;
}

// tar(5), "GNU tar Archives": four regions in the header at 386, isextended at 482, realsize at 483.
function oldGnu(
  map: readonly (readonly [bigint, bigint])[],
  realsize: bigint,
  data: Buffer,
  extended = false,
): Buffer {
  const at = map.flatMap(([offset, length], index) => [
    [386 + 24 * index, number(offset), 12] as const,
    [386 + 24 * index + 12, number(length), 12] as const,
  ]);
  return entry(
    {
      name: "a",
      typeflag: "S",
      magic: "ustar ",
      version: " \0",
      at: [...at, [482, extended ? "\x01" : "\0", 1], [483, number(realsize), 12]],
    },
    data,
  );
}
