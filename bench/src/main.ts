import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Archives, archiveTargets, measureArchives } from "./archives.js";
import { measureCommands } from "./commands.js";
import { describeMachine } from "./machine.js";
import { concurrencyPlot, memoryPlot } from "./plots.js";
import type { Report } from "./report.js";
import { leftBehind, makeSurroundings, removeSurroundings, type Surroundings } from "./surroundings.js";
import { printLatency, printTable, printTargets } from "./table.js";
import type { Result, Task } from "./worker.js";

const usage = `pnpm bench [--quick] [--starts | --archives] [--json file] [--plots directory]

Measures how long it takes to start /bin/true and see it end, against the peers that are installed, in parents of 50 MB and
1 GB (and 250 MB and 4 GB for the plot); and how long it takes to unpack and to pack a root, on tmpfs. Every figure that
counts is a ratio of two rows of one process in the same minute.

  --quick             within a minute: fewer starts, two sizes, no plots
  --starts            starts alone
  --archives          archives alone
  --json <file>       writes all figures
  --plots <directory> draws start time against memory, and starts a second against concurrency, as SVG
`;

const { values } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== "--"),
  options: {
    quick: { type: "boolean", default: false },
    starts: { type: "boolean", default: false },
    archives: { type: "boolean", default: false },
    json: { type: "string" },
    plots: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
function main(quick: boolean): void {
  if (values.archives) {
    process.stdout.write(`${describeMachine()}\n`);
    const archives = archivesOf(quick);
    process.stdout.write(`\n${printTable(archiveTargets(archives))}\n`);
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(archives, undefined, 2)}\n`);
    return;
  }
  const surroundings = makeSurroundings();
  try {
    const report = measure(surroundings, quick);
    process.stdout.write(`\n${printTargets(report)}\n`);
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
    if (values.plots !== undefined) draw(report, values.plots);
    const left = leftBehind(surroundings);
    if (left.length > 0) throw new Error(`left behind by a runtime: ${left.join(" ")}`);
  } finally {
    removeSurroundings(surroundings);
  }
}

const ours = [
  "child_process",
  "mini, no plan",
  "mini, isolated",
  "mini, isolated, prepared",
  "mini, isolated, network",
];
const limits = ["plain", "isolated", "network"];

function measure(surroundings: Surroundings, quick: boolean): Report {
  const machine = describeMachine();
  process.stdout.write(`${machine}\n`);
  for (const reason of surroundings.absent) process.stdout.write(`absent: ${reason}\n`);
  const latency: Record<string, Result> = {};
  for (const megabytes of quick ? [50, 1000] : [50, 250, 1000, 4000]) {
    const rows = [...ours, ...surroundings.peers];
    const amount = (quick ? 80 : 320) / (megabytes > 500 ? 2 : 1);
    latency[megabytes] = work({ surroundings, megabytes, rows, measure: "latency", amount, limits });
    process.stdout.write(`\n${printLatency(megabytes, latency[megabytes])}\n`);
  }
  const pair = ["child_process", "mini, isolated"];
  const throughput: Record<string, Result> = {};
  for (const concurrency of quick ? [8] : [1, 2, 4, 8, 16]) {
    throughput[concurrency] = work({
      surroundings,
      megabytes: 1000,
      rows: pair,
      measure: "throughput",
      amount: quick ? 2000 : 5000,
      concurrency,
    });
  }
  const stall = work({
    surroundings,
    megabytes: 1000,
    rows: pair,
    measure: "stall",
    amount: quick ? 50 : 200,
  });
  const growth = quick
    ? undefined
    : work({ surroundings, megabytes: 50, rows: ["mini, isolated"], measure: "growth", amount: 20_000 });
  const commands = measureCommands(surroundings, quick ? 10 : 40);
  const archives = values.starts ? undefined : archivesOf(quick);
  return {
    machine,
    date: new Date().toISOString().slice(0, 10),
    absent: surroundings.absent,
    latency,
    throughput,
    stall,
    growth,
    commands,
    ...(archives !== undefined && { archives }),
  };
}

function archivesOf(quick: boolean): Archives {
  const archives = measureArchives(quick);
  for (const reason of archives.absent) process.stdout.write(`absent: ${reason}\n`);
  return archives;
}

function work(task: Task): Result {
  const worker = join(import.meta.dirname, "worker.js");
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env; // Node 20 parses that bundle at every start
  const flags = ["--expose-gc", `--max-old-space-size=${task.megabytes + 1000}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, worker, JSON.stringify(task)], {
    encoding: "utf8",
    env,
  });
  if (status !== 0) throw new Error(`the worker of ${task.megabytes} MB failed: ${stderr}`);
  return JSON.parse(stdout) as Result;
}

function draw(report: Report, directory: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "start-time.svg"), memoryPlot(report));
  writeFileSync(join(directory, "starts-per-second.svg"), concurrencyPlot(report));
}

if (values.help) process.stdout.write(usage);
else main(values.quick);
