import type { Archives } from "./archives.js";
import type { Summary } from "./statistics.js";
import type { Footprint, Result } from "./worker.js";

/** All that one run of the benchmark has measured; what `--json` writes. Times are milliseconds. */
export interface Report {
  readonly machine: string;
  readonly date: string;
  readonly absent: readonly string[];
  /** By the parent's megabytes. */
  readonly latency: Readonly<Record<string, Result>>;
  /** Starts a second, by how many are under way. */
  readonly throughput: Readonly<Record<string, Result>>;
  readonly stall: Result;
  readonly growth: Result | undefined;
  /** Whole processes, from a shell's point of view. */
  readonly commands: Readonly<Record<string, Summary>>;
  readonly archives?: Archives;
}

export function summaryOf(result: Result | undefined, row: string): Summary | undefined {
  const value = result?.[row];
  return typeof value === "object" && "p50" in value ? value : undefined;
}

export function numberOf(result: Result | undefined, row: string): number | undefined {
  const value = result?.[row];
  return typeof value === "number" ? value : undefined;
}

export function footprintsOf(result: Result | undefined, row: string): readonly Footprint[] | undefined {
  const value = result?.[row];
  return Array.isArray(value) ? value : undefined;
}
