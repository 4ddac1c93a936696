import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { requires } from "@mini/testing";
import { describe, expect, test } from "vitest";
import { type ArchiveError, extract, type Limits, list } from "../src/index.ts";
import { Place } from "./archive/canary.ts";
import { header } from "./archive/tar.ts";

// MINI_FULL=1 (pnpm test:full) takes the sizes that are promised; without, what a minute has room for.
const full = process.env.MINI_FULL === "1";
const MB = 1 << 20;
const timeout = full ? 900_000 : 60_000;

// How much the resident memory grows at its peak, in MB: VmHWM of proc(5), after it has been reset.
async function growth(work: () => Promise<void>): Promise<number> {
  const status = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1]) /
    1024;
  writeFileSync("/proc/self/clear_refs", "5");
  const before = status("VmRSS");
  await work();
  return status("VmHWM") - before;
}

const step = 64 * MB;
const steps = 160;
const zstd = (input: Uint8Array) => execFileSync("zstd", ["-q", "-c"], { input, maxBuffer: step });
const packers = { gzip: (input: Uint8Array) => gzipSync(input), zstd };

// Packed bytes, made as they are read: a member or frame for each header, and one for each 64 MB of zeros.
interface Packed {
  readonly head: Buffer;
  readonly content: Buffer;
  readonly end: Buffer;
}
function zeros({ head, content, end }: Packed, files: number, parts: number): Readable {
  const chunks = function* () {
    for (let file = 0; file < files; file++) {
      yield head;
      for (let part = 0; part < parts; part++) yield content;
    }
    yield end;
  };
  return Readable.from(chunks(), { objectMode: true });
}

describe("an archive of 10 GB of zeros, which is a few MB packed", () => {
  for (const [name, pack] of Object.entries(packers)) {
    const ratio = Number.POSITIVE_INFINITY;
    const content = pack(Buffer.alloc(step));
    const end = pack(Buffer.alloc(1024));
    const files = (count: number, parts: number) => {
      const head = pack(header({ name: "zeros", size: parts * step }));
      return () => zeros({ head, content, end }, count, parts);
    };
    const count = full ? steps / 2 : 8;
    const [one, many] = [files(1, steps), files(count, 2)];

    test(`${name}: is refused unless its ratio is allowed by name`, async () => {
      const { code, limit } = await failure(one());
      expect({ code, limit }).toEqual({ code: "ERR_ARCHIVE_LIMIT", limit: "ratio" });
      const bytes = await failure(one(), { ratio, bytes: steps * step - 1 });
      expect(bytes).toMatchObject({ code: "ERR_ARCHIVE_LIMIT", limit: "bytes", entry: "zeros" });
    });

    test(`${name}: is listed in 64 MB`, { timeout }, async () => {
      const sizes: number[] = [];
      const grown = await growth(async () => {
        for await (const { size } of list(one(), { limits: { ratio } })) sizes.push(size);
      });
      expect(sizes).toEqual([steps * step]);
      expect(grown).toBeLessThan(64);
    });

    // Files of one name, each in the place of the one before: the disk has to hold one of them.
    test(`${name}: is unpacked in 64 MB`, { timeout }, async () => {
      using place = new Place();
      const grown = await growth(async () => {
        const { bytes } = await extract(many(), place.out, { limits: { ratio } });
        expect(bytes).toBe(count * 2 * step);
      });
      expect(statSync(`${place.out}/zeros`).size).toBe(2 * step);
      expect(grown).toBeLessThan(64);
    });
  }
});

async function failure(source: Readable, limits?: Partial<Limits>): Promise<ArchiveError> {
  using place = new Place();
  const error = await extract(source, place.out, { limits: limits ?? {} }).then(
    () => expect.fail("unpacked"),
    (error: ArchiveError) => error,
  );
  expect(existsSync(place.out)).toBe(false);
  return error;
}

const directories = full ? 1_000_000 : 2_000;

// Names of 90 bytes in directories of a thousand: if each were kept until the end, it would show. By another process, whose
// garbage is not counted.
const manyDirectories = `
import sys, tarfile
path, count = sys.argv[1], int(sys.argv[2])
with open(path, "wb") as file:
    for index in range(count):
        info = tarfile.TarInfo("%06d/" % (index // 1000) + ("d" * 80 + "%04d/" % (index % 1000) if index % 1000 else ""))
        info.type, info.mode, info.mtime = tarfile.DIRTYPE, 0o555, index
        file.write(info.tobuf(tarfile.USTAR_FORMAT))
    file.write(bytes(1024))
`;

requires("python3")(
  `an archive of ${directories} directories is unpacked in 64 MB`,
  { timeout },
  async () => {
    using place = new Place();
    const source = `${place.base}/many.tar`;
    execFileSync("python3", ["-c", manyDirectories, source, `${directories}`]);
    const grown = await growth(async () => {
      const result = await extract(source, place.out, { limits: { entries: directories } });
      expect(result.directories).toBe(directories);
    });
    const [first = ""] = readdirSync(place.out).sort();
    expect(statSync(`${place.out}/${first}`)).toMatchObject({ mtimeMs: 0, mode: 0o40555 });
    expect(grown).toBeLessThan(64);
  },
);
