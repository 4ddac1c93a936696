import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { ArchiveResult, ArchiveTask } from "./archiveworker.js";
import type { Summary } from "./statistics.js";
import type { Target } from "./table.js";
import { makeTrees, removeTrees } from "./trees.js";

/** What was measured of archives: by tree, then by "extract, none" and the like. */
export interface Archives {
  readonly trees: Readonly<Record<string, Readonly<Record<string, ArchiveResult>>>>;
  readonly absent: readonly string[];
}

/** Unpacks and packs a Debian root, and without `quick` the modules of this repository, with all that can. */
export function measureArchives(quick: boolean): Archives {
  const trees = makeTrees(quick);
  try {
    const results: Record<string, Record<string, ArchiveResult>> = {};
    const absent = new Set(trees.absent);
    for (const tree of trees.trees) {
      const of: Record<string, ArchiveResult> = {};
      for (const measure of ["extract", "pack"] as const)
        for (const compression of Object.keys(tree.archives) as ArchiveTask["compression"][]) {
          if (quick && measure === "pack" && compression !== "none") continue;
          const rounds = quick ? 3 : 15;
          const slowRounds = quick ? 0 : 5;
          const result = work({ trees, tree, compression, measure, rounds, slowRounds });
          for (const reason of result.absent) absent.add(reason);
          of[`${measure}, ${compression}`] = result;
          process.stdout.write(
            `\n${printArchive(tree.name, tree.bytes, `${measure}, ${compression}`, result)}\n`,
          );
        }
      results[tree.name] = of;
    }
    return { trees: results, absent: [...absent] };
  } finally {
    removeTrees(trees);
  }
}

function work(task: ArchiveTask): ArchiveResult {
  const worker = join(import.meta.dirname, "archiveworker.js");
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [worker, JSON.stringify(task)], {
    encoding: "utf8",
    env,
  });
  if (status !== 0) throw new Error(`the worker of ${task.measure}, ${task.compression} failed: ${stderr}`);
  return JSON.parse(stdout) as ArchiveResult;
}

/** A line for each way: milliseconds, and how many times as long as the first of them. */
export function printArchive(
  name: string,
  bytes: number,
  what: string,
  { ways, stall }: ArchiveResult,
): string {
  const first = ways.mini?.p50 ?? Number.NaN;
  const lines = Object.entries(ways).map(([way, { p50, p90, count }]) => {
    const [median, late] = [p50, p90].map((value) => value.toFixed(0).padStart(8));
    return `  ${way.padEnd(26)}${median}${late}${(p50 / first).toFixed(2).padStart(8)} ×   of ${count}`;
  });
  const still = stall === undefined ? [] : [`  the event loop's longest stall: ${stall.p50.toFixed(1)} ms`];
  const size = Math.round(bytes / 1e6);
  return [
    `${what}: ${name}, ${size} MB, in ms`,
    `  ${"".padEnd(26)}     p50     p90`,
    ...lines,
    ...still,
  ].join("\n");
}

const atMost = (most: number) => ({ target: `≤ ${most}`, met: (value: number) => value <= most });

/** The targets for archives, for each tree. */
export function archiveTargets({ trees }: Archives): Target[] {
  return Object.entries(trees).flatMap(([tree, results]) => {
    const p50 = (what: string, way: string) => results[what]?.ways[way]?.p50;
    const against = (what: string, way: string, most: number): Target => {
      const [ours, theirs] = [p50(what, "mini"), p50(what, way)];
      const value = ours === undefined || theirs === undefined ? undefined : ours / theirs;
      return { what: `${what}, against ${way}, ${tree}`, value, ...atMost(most) };
    };
    const stalls: (Summary | undefined)[] = Object.values(results).map(({ stall }) => stall);
    const longest = stalls.flatMap((stall) => (stall === undefined ? [] : [stall.p50]));
    const { target: _, met: __, ...loop } = against("extract, none", "loop × 1", 0);
    const { target: ___, met: ____, ...loops } = against("extract, none", "loop × 2", 0);
    return [
      against("extract, none", "GNU tar", 0.65),
      against("extract, gzip", "GNU tar", 0.4),
      against("extract, gzip", "bsdtar", 0.65),
      against("extract, zstd", "GNU tar", 0.7),
      against("extract, none", "node-tar", 0.12),
      against("pack, none", "GNU tar", 0.8),
      loop,
      loops,
      {
        what: `event loop's longest stall, extracting, ${tree}`,
        value: longest.length > 0 ? Math.max(...longest) : undefined,
        ...atMost(5),
        unit: "ms",
      },
    ];
  });
}
