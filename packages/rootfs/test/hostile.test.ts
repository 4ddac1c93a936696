import { existsSync, lstatSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { extract } from "../src/index.ts";
import { Place } from "./archive/canary.ts";
import { corpus, type Hostile, type Inside } from "./archive/corpus/index.ts";
import { setMissing } from "./archive/openat2.ts";
import { archive } from "./archive/tar.ts";

vi.setConfig({ testTimeout: 60_000 });

const root = process.getuid?.() === 0;

test("there are at least sixty archives, each with a name of its own", () => {
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
  expect(corpus.length).toBeGreaterThanOrEqual(60);
});

vi.mock("@mini/native/archive", async (original) =>
  (await import("./archive/openat2.ts")).withoutOpenat2(original),
);

describe.each([
  ["openat2(2)", false],
  ["no openat2(2)", true],
])("with %s nothing outside is touched, and what is inside is known", (_, missing) => {
  beforeAll(() => setMissing(missing));
  for (const hostile of corpus) {
    test(hostile.name, async () => {
      using place = new Place();
      const whole = archive(...hostile.entries(place));
      if (hostile.lower) await extract(archive(...hostile.lower(place)), place.out);
      for (const time of ["once", "twice"] as const) {
        const tried = await attempt(place, whole, hostile);
        place.expectUntouched();
        expectOutcome(hostile, place, tried, time);
      }
    });
  }
});

describe("nothing outside is touched by two archives, the second of which goes on where the first ended", () => {
  beforeAll(() => setMissing(false));
  test.each(corpus)("$name", async (hostile) => {
    using place = new Place();
    const entries = [...(hostile.lower?.(place) ?? []), ...hostile.entries(place)];
    for (const at of new Set([1, entries.length >> 1, entries.length - 1])) {
      await attempt(place, archive(...entries.slice(0, at)), hostile);
      await attempt(place, archive(...entries.slice(at)), hostile);
      place.expectUntouched();
      place.clear();
    }
  });
});

interface Tried {
  readonly code?: string;
  readonly skipped?: readonly string[];
}

async function attempt({ out }: Place, bytes: Buffer, { options }: Hostile): Promise<Tried> {
  try {
    const { skipped } = await extract(bytes, out, options);
    return { skipped: skipped.map(({ path }) => path) };
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}

function expectOutcome(hostile: Hostile, place: Place, tried: Tried, time: "once" | "twice"): void {
  const succeeds = hostile.error === undefined || (!root && hostile.asUser !== undefined);
  const code = time === "twice" ? (hostile.again ?? hostile.error) : hostile.error;
  expect(tried.code, time).toBe(succeeds && !(time === "twice" && hostile.again) ? undefined : code);
  if (tried.code !== undefined) {
    expectIncomplete(place);
    return;
  }
  if (root) expect(tried.skipped, time).toEqual(hostile.skipped ?? []);
  const inside = { ...hostile.inside?.(place), ...(root ? {} : hostile.asUser?.(place)) };
  for (const [path, what] of Object.entries<Inside[string]>(inside))
    expect(seen(join(place.out, path), what), `${path}, ${time}`).toBe(what);
}

// Nothing that looks whole.
function expectIncomplete({ out }: Place): void {
  if (existsSync(out)) expect(existsSync(join(out, ".mini-incomplete"))).toBe(true);
}

function seen(path: string, like: string | null): string | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (stats.isSymbolicLink()) return `→${readlinkSync(path)}`;
  if (stats.isFIFO()) return "fifo";
  if (stats.isFile()) return `=${readFileSync(path, "utf8")}`;
  if (stats.isDirectory())
    return like === "/" ? "/" : `/${(stats.mode & 0o7777).toString(8).padStart(4, "0")}`;
  return `device ${stats.rdev >> 8}:${stats.rdev & 255}`;
}
