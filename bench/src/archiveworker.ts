import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { extractors, packers, type Way } from "./extractors.js";
import { type Summary, summarize } from "./statistics.js";
import type { Tree, Trees } from "./trees.js";

/** What one process measures: each way in turn, so that a busy minute is a busy minute for all of them. */
export interface ArchiveTask {
  readonly trees: Trees;
  readonly tree: Tree;
  readonly compression: "none" | "gzip" | "zstd";
  readonly measure: "extract" | "pack";
  readonly rounds: number;
  /** How many of these also for those that take seconds; with 0 their first try has to do. */
  readonly slowRounds: number;
}

/** Milliseconds of each way; and of ours, how long the event loop stood still at most in each round. */
export interface ArchiveResult {
  readonly ways: Readonly<Record<string, Summary>>;
  readonly stall: Summary | undefined;
  readonly absent: readonly string[];
}

const slow = ["node-tar", "tar-fs"];
const task = JSON.parse(process.argv[2] ?? "{}") as ArchiveTask;
process.stdout.write(JSON.stringify(await measure()));

async function measure(): Promise<ArchiveResult> {
  const { ways, absent } =
    task.measure === "extract"
      ? extractors(task.tree, task.compression, task.trees)
      : { ways: packers(task.tree, task.compression), absent: [] };
  const missing = [...absent];
  const able: Way[] = [];
  const times = new Map<string, number[]>();
  for (const way of ways) {
    try {
      const first = await timed(way);
      able.push(way);
      times.set(way.name, slow.includes(way.name) && task.slowRounds === 0 ? [first] : []);
    } catch (error) {
      missing.push(`${way.name}: ${task.tree.name}, ${task.compression}: ${(error as Error).message}`);
    }
  }
  const stalls: number[] = [];
  for (let round = 0; round < task.rounds; round++)
    for (const way of able) {
      if (slow.includes(way.name) && round >= task.slowRounds) continue;
      if (way.name !== "mini" || task.measure === "pack") times.get(way.name)?.push(await timed(way));
      else {
        const delay = monitorEventLoopDelay({ resolution: 1 });
        delay.enable();
        times.get(way.name)?.push(await timed(way));
        delay.disable();
        stalls.push(Math.max(0, delay.max / 1e6 - 1));
      }
    }
  return {
    ways: Object.fromEntries([...times].map(([name, values]) => [name, summarize(values)])),
    stall: stalls.length > 0 ? summarize(stalls) : undefined,
    absent: missing,
  };
}

async function timed(way: Way): Promise<number> {
  const target = join(task.trees.base, "target");
  if (task.measure === "extract") mkdirSync(target);
  try {
    const begin = performance.now();
    const said = await way.run(target);
    return typeof said === "number" ? said : performance.now() - begin;
  } finally {
    if (task.measure === "extract") execFileSync("rm", ["-rf", target]);
    else rmSync(target, { force: true });
  }
}
