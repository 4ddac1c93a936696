import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requires } from "@mini/testing";
import { expect, test } from "vitest";
import { archiveTargets, printArchive } from "../src/archives.js";
import { extractors, packers } from "../src/extractors.js";
import { printTable } from "../src/table.js";
import { archived, compiledLoop } from "../src/trees.js";

requires("a compiler", "bsdtar")(
  "every way unpacks the same, the limit too, and both packers pack it",
  async () => {
    const base = mkdtempSync(join(tmpdir(), "mini-bench-test-"));
    try {
      const directory = join(base, "tree");
      mkdirSync(join(directory, "d", "n".repeat(90)), { recursive: true });
      writeFileSync(join(directory, "d", "n".repeat(90), "f".repeat(40)), "content");
      writeFileSync(join(directory, "g"), "x".repeat(5000));
      symlinkSync("g", join(directory, "l"));
      const tree = archived("small", directory, true);
      const trees = { base, trees: [tree], loop: compiledLoop(base), absent: [] };
      for (const compression of Object.keys(tree.archives)) {
        const { ways } = extractors(tree, compression, trees);
        expect(ways.map(({ name }) => name)).toEqual(
          expect.arrayContaining(["mini", "GNU tar", "bsdtar", "node-tar"]),
        );
        for (const way of ways) {
          const target = join(base, "target");
          mkdirSync(target);
          await way.run(target);
          execFileSync("diff", ["-r", "--no-dereference", directory, target]);
          rmSync(target, { recursive: true });
        }
      }
      for (const way of packers(tree, "gzip")) {
        await way.run(join(base, "packed"));
        expect(readFileSync(join(base, "packed")).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
      }
    } finally {
      rmSync(base, { recursive: true });
    }
  },
);

const summary = (p50: number) => ({ p50, p90: 2 * p50, p99: 3 * p50, count: 9 });
const result = {
  ways: { mini: summary(60), "GNU tar": summary(100), "node-tar": summary(1000), "loop × 1": summary(50) },
  stall: summary(7),
  absent: [],
};

test("each target of archives stands beside what was measured", () => {
  const lines = printTable(
    archiveTargets({ trees: { Debian: { "extract, none": result } }, absent: [] }),
  ).split("\n");
  expect(lines[0]).toMatch(/^✓ extract, none, against GNU tar, Debian +0\.600 × {3}≤ 0\.65$/);
  expect(lines[1]).toMatch(/^ {2}extract, gzip, .*not measured/);
  expect(lines.find((line) => line.includes("loop × 1"))).toMatch(/^ {2}.* 1\.20 ×$/);
  expect(lines.find((line) => line.includes("stall"))).toMatch(/^✗ .* 7\.00 ms {3}≤ 5$/);
});

test("a table has a line for each way, beside ours", () => {
  const table = printArchive("Debian", 204e6, "extract, none", result);
  expect(table).toContain("extract, none: Debian, 204 MB, in ms");
  expect(table).toMatch(/GNU tar +100 +200 +1\.67 × +of 9/);
  expect(table).toContain("longest stall: 7.0 ms");
});
