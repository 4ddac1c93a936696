import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type ArchiveError, type ArchiveSource, extract, type Limits, list } from "../src/index.ts";
import { Place } from "./archive/canary.ts";
import { archive, file } from "./archive/tar.ts";

const whole = archive(file("one", "1\n".repeat(700)), file("two", "2\n"));
const half = [whole.subarray(0, 1000), whole.subarray(1000)] as const;

const run = (command: string, ...args: string[]) => {
  return (input: Uint8Array) => execFileSync(command, args, { input });
};
const bzip2 = run("bzip2", "-c");
const xz = run("xz", "-c");
const zstd = run("zstd", "-q", "-c");
const packers = { gzip: (input: Uint8Array) => gzipSync(input), bzip2, xz, zstd };

async function paths(source: ArchiveSource, limits: Partial<Limits> = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const { path } of list(source, { limits })) found.push(path);
  return found;
}
const failure = (source: ArchiveSource, limits?: Partial<Limits>): Promise<ArchiveError> =>
  paths(source, limits).then(
    (found) => expect.fail(`listed ${found}`),
    (error: ArchiveError) => error,
  );
const both = ["one", "two"];

describe("what a packed archive is made of may come in parts", () => {
  for (const [name, packed] of Object.entries(packers)) {
    test(`${name}: in two parts, in an empty one as well, and cut into chunks of any size`, async () => {
      const parts = Buffer.concat([packed(half[0]), packed(Buffer.alloc(0)), packed(half[1])]);
      expect(await paths(parts)).toEqual(both);
      for (const size of [1, 7, 500]) {
        const chunks = function* () {
          for (let at = 0; at < parts.length; at += size) yield parts.subarray(at, at + size);
        };
        expect(await paths(Readable.from(chunks(), { objectMode: true }))).toEqual(both);
      }
    });

    test(`${name}: a second part that is cut off anywhere`, async () => {
      const [first, second] = [packed(half[0]), packed(half[1])];
      for (const left of [4, 5, second.length >> 1, second.length - 1]) {
        const { code, message } = await failure(Buffer.concat([first, second.subarray(0, left)]));
        expect(code, `${left} bytes of it`).toBe("ERR_ARCHIVE_TRUNCATED");
        expect(message).toContain(`${name}: `);
        expect(message).toContain(`at byte ${first.length + left} of what is packed`);
      }
    });

    test(`${name}: is recognised by content, whatever the file is called`, async () => {
      const directory = mkdtempSync(join(tmpdir(), "mini-decoders-"));
      try {
        const path = join(directory, "archive.zip");
        writeFileSync(path, packed(whole));
        expect(await paths(path)).toEqual(both);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  }
});

describe("what follows the packed data", () => {
  const tails = {
    none: Buffer.alloc(0),
    "zeros, as of a tape": Buffer.alloc(10_000),
    "three zeros": Buffer.alloc(3),
    "something else": Buffer.from("something else"),
    "zeros and something else": Buffer.concat([Buffer.alloc(8), Buffer.from("else")]),
    "half a magic number of gzip": Buffer.from([0x1f]),
  };
  // As the programs of these names take them. gzip(1) and bzip2(1) warn about such a tail and ignore it, xz(1) and zstd(1) do not.
  const refused: Partial<Record<keyof typeof packers, readonly (keyof typeof tails)[]>> = {
    xz: ["three zeros", "something else", "zeros and something else", "half a magic number of gzip"],
    zstd: [
      "zeros, as of a tape",
      "three zeros",
      "something else",
      "zeros and something else",
      "half a magic number of gzip",
    ],
  };
  for (const name of ["gzip", "bzip2", "xz", "zstd"] as const)
    for (const [tail, bytes] of Object.entries(tails)) {
      const bad = refused[name]?.includes(tail as keyof typeof tails) ?? false;
      test(`${name}: ${tail} ${bad ? "is an error" : "is left alone"}`, async () => {
        const source = Buffer.concat([packers[name](whole), bytes]);
        if (bad) expect((await failure(source)).code).toMatch(/^ERR_ARCHIVE_(FORMAT|TRUNCATED)$/);
        else expect(await paths(source)).toEqual(both);
      });
    }
});

test("something else behind the end is reported", async () => {
  for (const name of ["gzip", "bzip2"] as const) {
    const packed = packers[name](whole);
    expect(await skipped(packed)).toEqual([]);
    if (name === "gzip") expect(await skipped(Buffer.concat([packed, Buffer.alloc(512)]))).toEqual([]);
    const reasons = await skipped(Buffer.concat([packed, Buffer.from("else")]));
    expect(reasons).toEqual(["something behind the end of the compressed archive"]);
  }
});

async function skipped(source: Uint8Array): Promise<string[]> {
  using place = new Place();
  return (await extract(source, place.out)).skipped.map(({ reason }) => reason);
}

describe("gzip's header", () => {
  const plain = gzipSync(whole);
  const withHeader = (flags: number, extra: Buffer) => {
    const start = Buffer.concat([plain.subarray(0, 10), extra]);
    start[3] = flags;
    return start;
  };
  test("with an extra field, a name, a comment and a checksum of its own", async () => {
    const start = withHeader(0b11110, Buffer.from("\x04\0abcdname\0comment\0", "latin1"));
    const sum = Buffer.alloc(2);
    sum.writeUInt16LE(crc32(start) & 0xffff);
    expect(await paths(Buffer.concat([start, sum, plain.subarray(10)]))).toEqual(both);
    sum[0] = (sum[0] ?? 0) ^ 1;
    const { code, message } = await failure(Buffer.concat([start, sum, plain.subarray(10)]));
    expect({ code, message }).toMatchObject({ code: "ERR_ARCHIVE_FORMAT" });
    expect(message).toContain("header crc mismatch");
  });
  test("with a flag that means nothing yet", async () => {
    expect((await failure(Buffer.concat([withHeader(0x80, Buffer.alloc(0)), plain.subarray(10)]))).code).toBe(
      "ERR_ARCHIVE_FORMAT",
    );
  });
});

describe("zstd's frames", () => {
  const skippable = (size: number) => {
    const frame = Buffer.alloc(8 + size, "s");
    frame.writeUInt32LE(0x184d2a57, 0);
    frame.writeUInt32LE(size, 4);
    return frame;
  };
  // RFC 8878, 3.1.1: a frame with a window of 1 << (10 + exponent) bytes, and one empty block.
  const frame = (exponent: number) => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, exponent << 3, 1, 0, 0]);

  test("that are to be skipped, before, between and after", async () => {
    const parts = [
      skippable(5),
      zstd(half[0]),
      skippable(0),
      skippable(300_000),
      zstd(half[1]),
      skippable(9),
    ];
    expect(await paths(Buffer.concat(parts))).toEqual(both);
    expect((await failure(skippable(9).subarray(0, 12))).code).toBe("ERR_ARCHIVE_TRUNCATED");
  });
  test("whose window is as large as the limit, and larger", async () => {
    expect(await paths(Buffer.concat([frame(17), zstd(whole)]))).toEqual(both);
    expect(await failure(frame(18))).toMatchObject({ code: "ERR_ARCHIVE_LIMIT", limit: "window" });
    expect(await paths(Buffer.concat([frame(18), zstd(whole)]), { window: 256 << 20 })).toEqual(both);
    expect(await failure(frame(11), { window: 1 << 20 })).toMatchObject({ limit: "window" });
  });
  test("that need a dictionary", async () => {
    const needs = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 0, 42, 1, 0, 0]);
    expect((await failure(needs)).code).toBe("ERR_ARCHIVE_UNSUPPORTED");
  });
});

describe("xz's streams", () => {
  test.each(["none", "crc32", "crc64", "sha256"])("with the check %s", async (check) => {
    expect(await paths(run("xz", "-c", `--check=${check}`)(whole))).toEqual(both);
  });
  test.each(["x86", "arm", "armthumb", "powerpc", "ia64", "sparc", "delta"])(
    "with the filter %s",
    async (filter) => {
      expect(await paths(run("xz", "-c", `--${filter}`, "--lzma2")(whole))).toEqual(both);
    },
  );
  test("with a check that nobody knows, which is not left unchecked", async () => {
    const packed = xz(whole);
    packed[7] = 2; // of the stream's flags, which a checksum follows
    packed.writeUInt32LE(crc32(packed.subarray(6, 8)), 8);
    expect((await failure(packed)).code).toBe("ERR_ARCHIVE_UNSUPPORTED");
  });
  test("with zeros between them, in fours", async () => {
    const [first, second] = [xz(half[0]), xz(half[1])];
    expect(await paths(Buffer.concat([first, Buffer.alloc(400), second, Buffer.alloc(4)]))).toEqual(both);
    expect((await failure(Buffer.concat([first, Buffer.alloc(5), second]))).code).toBe("ERR_ARCHIVE_FORMAT");
  });
  test("whose dictionary is larger than the limit", async () => {
    const packed = run("xz", "-c", "--lzma2=dict=8MiB")(whole);
    expect(await paths(packed, { window: 8 << 20 })).toEqual(both);
    expect(await failure(packed, { window: 4 << 20 })).toMatchObject({
      code: "ERR_ARCHIVE_LIMIT",
      limit: "window",
    });
  });
});

test.each([
  ["a zip file", "PK\x03\x04"],
  ["an ar archive", "!<arch>\n"],
  ["a 7z file", "7z\xbc\xaf\x27\x1c"],
  ["a squashfs image", "hsqs"],
  ["a cpio archive", "070701"],
  ["packed by lz4", "\x04\x22\x4d\x18"],
  ["packed by lzip", "LZIP"],
])("%s is called by its name", async (what, magic) => {
  const { code, message } = await failure(Buffer.from(magic.padEnd(600, "x"), "latin1"));
  expect(code).toBe("ERR_ARCHIVE_UNSUPPORTED");
  expect(message).toContain(what);
});

test("a plain archive may begin with a file that is called like another format", async () => {
  for (const name of ["BZh91AY&SY", "LZIP", "070701", "PK\x03\x04", "\x1f\x8b\x08"])
    expect(await paths(archive(file(name)))).toEqual([name]);
});
