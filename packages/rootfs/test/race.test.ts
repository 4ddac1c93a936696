import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@mini/testing";
import { beforeAll, describe, expect, vi } from "vitest";
import { type ExtractOptions, extract } from "../src/index.ts";
import { attacked } from "./archive/attacker.ts";
import { Place } from "./archive/canary.ts";
import { setMissing } from "./archive/openat2.ts";
import { archive, directory, file, hardlink, symlink } from "./archive/tar.ts";

// moby CVE-2018-15664, node-tar CVE-2021-37712: somebody else turns a directory into a link, between the look and the step.
// The link leads to ../canary: outside that is the canary, and inside the root a directory of that name.

vi.setConfig({ testTimeout: 60_000 });

interface Race {
  readonly name: string;
  readonly entries: readonly Buffer[];
  readonly pairs: readonly (readonly [string, string])[];
  readonly options?: ExtractOptions;
  /** What is left of the archive: all, or so much that it fails. */
  readonly share?: number;
}

const many = (of: (index: number) => readonly Buffer[]) =>
  Array.from({ length: 100 }, (_, i) => of(i)).flat();
const stage = [
  directory("canary/"),
  directory("canary/sub/"),
  file("canary/file", "inside\n"),
  file("canary/sub/file", "inside\n"),
  symlink("l", "../canary"),
  directory("d/"),
  directory("d/sub/"),
  file("d/file", "d\n"),
  file("d/sub/file", "d\n"),
  symlink("d/m", "../../canary/sub"),
  directory("e/"),
];
const pairs = [
  ["d", "l"],
  ["d/sub", "d/m"],
] as const;

const races: readonly Race[] = [
  {
    name: "files are made",
    entries: many((i) => [file(`d/file`, `evil ${i}\n`), file(`e/${i}`), file("d/sub/file", `evil ${i}\n`)]),
    pairs,
  },
  {
    name: "directories are made, and get their modes and times at the end",
    entries: many((i) => [
      directory("d/", { mode: 0o777 }),
      directory(`e/${i}/`),
      directory("d/sub/", { mode: 0o777 }),
    ]),
    pairs,
  },
  {
    name: "files are linked",
    entries: many((i) => [hardlink(`e/${i}`, "d/file"), hardlink(`e/sub ${i}`, "d/sub/file")]),
    pairs,
  },
  {
    name: "links and fifos are made",
    entries: many((i) => [symlink("d/link", `${i}`), file(`e/${i}`), file("d/sub/p", "", { typeflag: "6" })]),
    pairs,
  },
  {
    name: "directories with files in them are replaced",
    entries: many((i) => [
      directory("d/sub/"),
      file("d/sub/file"),
      file("d/sub", `${i}\n`),
      file(`e/${i}`),
      file("d/sub"),
    ]),
    pairs,
  },
  {
    name: "whiteouts are applied",
    entries: many((i) => [
      file("d/sub/.wh.file"),
      file(`e/${i}`),
      file("d/.wh.twin"),
      file("d/.wh..wh..opq"),
    ]),
    pairs,
    options: { whiteouts: "apply" },
  },
  {
    name: "what was unpacked is removed again, as the archive is damaged",
    entries: many((i) => [directory(`e/${i}/`), file(`e/${i}/f`)]),
    pairs,
    share: 0.9,
  },
];

// Against a build that looks and then opens, one of the first nine tries got out.
const rounds = process.env.MINI_FULL ? 60 : 4;

vi.mock("@mini/native/archive", async (original) =>
  (await import("./archive/openat2.ts")).withoutOpenat2(original),
);

describe.each([
  ["openat2(2)", false],
  ["no openat2(2)", true],
])(
  "with %s nothing outside is touched while another process swaps directories for links, and",
  (_, missing) => {
    beforeAll(() => setMissing(missing));
    for (const race of races) {
      requires("python3")(
        race.name,
        async () => {
          using place = new Place();
          const whole = archive(...stage, ...race.entries);
          const bytes = whole.subarray(0, Math.floor((whole.length * (race.share ?? 1)) / 512) * 512);
          const swaps = await attacked(place.out, race.pairs, async () => {
            for (let round = 0; round < rounds; round++) {
              await attempt(bytes, place, race);
              place.setAside();
              mkdirSync(place.out);
              writeFileSync(join(place.out, "before"), "");
              for (let again = 0; again < 2; again++) await attempt(bytes, place, race);
              place.setAside();
            }
          });
          place.sweep();
          expect(swaps).toBeGreaterThan(rounds);
          place.expectUntouched();
        },
        60_000,
      );
    }
  },
);

// Where a directory is not what it was a moment ago the archive may well be given up.
async function attempt(bytes: Buffer, { out }: Place, { options }: Race): Promise<void> {
  await extract(bytes, out, options).catch((error: NodeJS.ErrnoException) =>
    expect(error.code).toBeTypeOf("string"),
  );
}
