// A parent of a given size, which starts processes and measures. A process of its own, because a parent's memory is what
// is varied. Its one argument is a Task as JSON; it prints the result as JSON.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Row, rowsFor } from "./rows.js";
import { type Summary, summarize } from "./statistics.js";
import type { Surroundings } from "./surroundings.js";

export interface Task {
  readonly surroundings: Surroundings;
  /** Memory that is touched before anything is measured. */
  readonly megabytes: number;
  /** The rows by their names. */
  readonly rows: readonly string[];
  readonly measure: "latency" | "throughput" | "stall" | "growth";
  /** latency, stall, growth: how many starts of each row. throughput: for how many milliseconds. */
  readonly amount: number;
  /** throughput: how many are under way at a time. */
  readonly concurrency?: number;
  /** latency: the kinds of src/limit.c that run in between. */
  readonly limits?: readonly string[];
}

/** Resident memory, descriptors, threads and zombies. */
export interface Footprint {
  readonly rssBytes: number;
  readonly descriptors: number;
  readonly threads: number;
  readonly children: number;
}

export type Result = Readonly<Record<string, Summary | number | readonly Footprint[]>>;

// Rows take turns of so many starts. One start each would charge a row for its neighbour's fork: after it this process copies
// every page that it writes to.
const TURN = 20;

const task = JSON.parse(process.argv[2] ?? "{}") as Task;
// Random bytes: pages of zeros could be shared.
const ballast = Array.from({ length: Math.max(0, task.megabytes - 45) }, (_, index) =>
  Buffer.alloc(1 << 20, `${index}mini`),
);
const rows = rowsFor(task.surroundings).filter(({ name }) => task.rows.includes(name));
const measures = { latency, throughput, stall, growth };
process.stdout.write(
  JSON.stringify({ ...(await measures[task.measure]()), megabytes: process.memoryUsage.rss() / 2 ** 20 }),
);
process.exitCode = ballast.length < 0 ? 1 : 0; // it has to stay alive until here

async function latency(): Promise<Result> {
  const times = new Map<string, number[]>();
  const add = (name: string, ...values: number[]) => times.set(name, [...(times.get(name) ?? []), ...values]);
  for (const row of rows) for (let i = 0; i < 10; i++) await row.start();
  for (let round = 0; round < task.amount / TURN; round++) {
    for (const row of rows) for (let i = 0; i < TURN; i++) add(row.name, await timed(row));
    for (const kind of task.limits ?? []) add(`limit, ${kind}`, ...limit(kind, TURN));
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, summarize(values)]));
}

async function timed(row: Row): Promise<number> {
  const begin = performance.now();
  await row.start();
  return performance.now() - begin;
}

function limit(kind: string, starts: number): number[] {
  const { limit: file, rootfs, trampoline } = task.surroundings;
  return execFileSync(file, [String(starts + 2), kind, rootfs, trampoline], { encoding: "utf8" })
    .trim()
    .split("\n")
    .slice(2)
    .map(Number);
}

async function throughput(): Promise<Result> {
  const result: Record<string, number> = {};
  for (const row of rows) {
    let count = 0;
    const until = performance.now() + task.amount;
    const begin = performance.now();
    const lane = async () => {
      while (performance.now() < until) {
        await row.start();
        count++;
      }
    };
    await Promise.all(Array.from({ length: task.concurrency ?? 8 }, lane));
    result[row.name] = (count * 1000) / (performance.now() - begin);
  }
  return result;
}

// How late a timer of one millisecond is, while one start follows another.
async function stall(): Promise<Result> {
  const result: Record<string, Summary> = {};
  for (const row of rows) {
    for (let i = 0; i < 10; i++) await row.start();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    for (let i = 0; i < task.amount; i++) await row.start();
    delay.disable();
    const at = (percentile: number) => Math.max(0, delay.percentile(percentile) / 1e6 - 1);
    result[row.name] = { p50: at(50), p90: at(90), p99: at(99), count: delay.count };
  }
  return result;
}

async function growth(): Promise<Result> {
  const result: Record<string, Footprint[]> = {};
  for (const row of rows) {
    const footprints: Footprint[] = [];
    for (let tenth = 0; tenth <= 10; tenth++) {
      for (let i = 0; i < task.amount / 10; i++) await row.start();
      globalThis.gc?.();
      footprints.push(footprint());
    }
    result[row.name] = footprints;
  }
  return result;
}

function footprint(): Footprint {
  const count = (path: string) => readdirSync(path).length;
  const children = readdirSync("/proc/self/task").flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
  );
  return {
    rssBytes: process.memoryUsage.rss(),
    descriptors: count("/proc/self/fd"),
    threads: count("/proc/self/task"),
    children: children.length,
  };
}
