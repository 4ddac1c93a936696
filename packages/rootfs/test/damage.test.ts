import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { requires } from "@mini/testing";
import { describe, expect, test, vi } from "vitest";
import { extract } from "../src/index.ts";
import { Place } from "./archive/canary.ts";
import { archive, directory, file, hardlink, header, long, pax, symlink } from "./archive/tar.ts";
import { expectSame, tree } from "./archive/tree.ts";

vi.setConfig({ testTimeout: 60_000 });

const noise = (length: number) => Buffer.from(Array.from({ length }, (_, i) => (i * 2654435761) >>> 13));
const entries = [
  directory("./", { mtime: 1 }),
  directory("d/", { mtime: 1 }),
  Buffer.concat([
    pax({ path: "d/posix", mtime: "2.5" }),
    file("x", noise(1500).toString("latin1").slice(0, 900)),
  ]),
  Buffer.concat([long("L", `d/${"n".repeat(150)}`), file("x", "gnu\n", { mtime: 3 })]),
  symlink("d/link", "posix", { mtime: 4 }),
  hardlink("d/hard", "d/posix"),
  file("e", "e\n".repeat(3000), { mtime: 5 }),
];
const whole = archive(...entries);

interface Failed {
  readonly code: string;
  readonly offset?: number;
  readonly entry?: string;
  readonly message: string;
}

// What is thrown, and that nothing is left that looks whole.
async function failure(source: Buffer | Readable): Promise<Failed | undefined> {
  using place = new Place();
  try {
    await extract(source, place.out);
    return undefined;
  } catch (error) {
    expect(existsSync(place.out)).toBe(false);
    return error as Failed;
  } finally {
    place.expectUntouched();
  }
}

describe("an archive that ends too early", () => {
  const end = whole.length - 1024;
  test("at every block", async () => {
    for (let at = 0; at <= end; at += 512) {
      const failed = await failure(whole.subarray(0, at));
      expect(failed?.code, `at ${at}`).toBe("ERR_ARCHIVE_TRUNCATED");
      expect(failed?.offset, `at ${at}`).toBeTypeOf("number");
      expect(failed?.offset ?? 0, `at ${at}`).toBeLessThanOrEqual(at);
    }
  });

  test("within a block", async () => {
    for (let at = 1; at < end + 512; at += 733)
      expect((await failure(whole.subarray(0, at)))?.code, `at ${at}`).toBe("ERR_ARCHIVE_TRUNCATED");
  });

  test("as a stream that ends, and as one that fails", async () => {
    const chunks = function* (until: number) {
      for (let at = 0; at < until; at += 100) yield whole.subarray(at, Math.min(until, at + 100));
    };
    expect((await failure(Readable.from(chunks(end - 700))))?.code).toBe("ERR_ARCHIVE_TRUNCATED");
    const broken = Readable.from(
      (function* () {
        yield* chunks(1000);
        throw new Error("the line is dead");
      })(),
    );
    expect((await failure(broken))?.message).toBe("the line is dead");
  });

  test("in the middle of a file, which it names", async () => {
    const failed = await failure(whole.subarray(0, end - 3000));
    expect(failed).toMatchObject({ code: "ERR_ARCHIVE_TRUNCATED", entry: "e", offset: end - 6144 - 512 });
  });

  test("no end marker is needed beyond one block of zeros", async () => {
    expect(await failure(whole.subarray(0, end + 512))).toBeUndefined();
    expect(await failure(Buffer.concat([whole, Buffer.alloc(512 * 37)]))).toBeUndefined();
  });
});

describe("a header that is none", () => {
  test("every bit of one counts", async () => {
    for (let at = 0; at < 512; at += 11) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at & 7));
      // Spaces and NULs around the digits of the checksum itself mean nothing.
      const failed = await failure(bytes);
      if (at < 148 || at >= 156)
        expect(failed, `byte ${at}`).toMatchObject({ code: "ERR_ARCHIVE_FORMAT", offset: 0 });
    }
  });

  test("garbage in the place of each entry", async () => {
    let at = 0;
    for (const entry of entries) {
      const bytes = Buffer.from(whole);
      noise(512).copy(bytes, at);
      expect(await failure(bytes), `at ${at}`).toMatchObject({ code: "ERR_ARCHIVE_FORMAT", offset: at });
      at += entry.length;
    }
  });

  test("a wrong checksum, an unreadable one, and none", async () => {
    for (const checksum of ["0000001\0", "xxxxxx\0 ", "-000001\0", Buffer.alloc(8)])
      expect(await failure(archive(header({ name: "a", checksum })))).toMatchObject({
        code: "ERR_ARCHIVE_FORMAT",
        offset: 0,
      });
  });

  test("what is no archive at all", async () => {
    expect((await failure(Buffer.alloc(0)))?.code).toBe("ERR_ARCHIVE_TRUNCATED");
    expect((await failure(noise(100)))?.code).toMatch(/^ERR_ARCHIVE_(FORMAT|TRUNCATED)$/);
    expect((await failure(noise(5000)))?.code).toBe("ERR_ARCHIVE_FORMAT");
    expect((await failure(Buffer.from(`<!doctype html>${" ".repeat(1000)}`)))?.code).toBe(
      "ERR_ARCHIVE_FORMAT",
    );
  });
});

describe("a compressed archive that is cut or damaged is an error, or else the same tree", () => {
  const compressors: Readonly<Record<string, () => Buffer>> = {
    gzip: () => gzipSync(whole),
    zstd: () => execFileSync("zstd", ["-c", "-q", "--check"], { input: whole }),
    bzip2: () => execFileSync("bzip2", ["-c"], { input: whole }),
    xz: () => execFileSync("xz", ["-c"], { input: whole }),
  };
  for (const [name, compress] of Object.entries(compressors)) {
    requires("python3")(name, async () => {
      using place = new Place();
      const bytes = compress();
      await extract(bytes, place.out);
      const should = tree(place.out);
      for (let part = 1; part < 12; part++) {
        const at = Math.floor((bytes.length * part) / 12);
        const cut = await failure(bytes.subarray(0, at));
        expect(cut?.code, `cut at ${at}`).toMatch(/^ERR_ARCHIVE_(TRUNCATED|FORMAT)$/);
        expect(cut?.offset, `cut at ${at}`).toBeTypeOf("number");
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ 0x10;
        place.clear();
        await extract(damaged, place.out).then(
          () => expectSame(tree(place.out), should),
          ({ code }: Failed) => expect(code, `damaged at ${at}`).toMatch(/^ERR_ARCHIVE_/),
        );
      }
    });
  }

  test("a second member that is damaged", async () => {
    const [first, second] = [gzipSync(whole.subarray(0, 2048)), gzipSync(whole.subarray(2048))];
    expect(await failure(Buffer.concat([first, second]))).toBeUndefined();
    second[second.length - 6] = (second[second.length - 6] ?? 0) ^ 1;
    expect((await failure(Buffer.concat([first, second])))?.code).toBe("ERR_ARCHIVE_FORMAT");
  });
});
