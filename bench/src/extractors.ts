import { execFile, spawn, spawnSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGunzip } from "node:zlib";
import { extract, pack } from "@mini/rootfs";
import { x as nodeTar } from "tar";
import { extract as tarFs } from "tar-fs";
import type { Tree, Trees } from "./trees.js";

/** One way to unpack an archive into a directory that is there and empty, or to pack one. */
export interface Way {
  readonly name: string;
  /** May say itself how many milliseconds it took, where a process had to be started for it. */
  run(target: string): Promise<unknown>;
}

const root = process.getuid?.() === 0;

function command(file: string, ...args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    child.stderr.on("data", (chunk) => {
      complaint += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(complaint.trim().split("\n")[0] ?? `status ${code}`)),
    );
  });
}

const loops = promisify(execFile);

const has = (file: string) => spawnSync(file, ["--version"], { stdio: "ignore" }).error === undefined;

/** All ways that this machine has to unpack this archive, and why it has not the others. */
export function extractors(
  tree: Tree,
  compression: string,
  { loop }: Trees,
): { ways: Way[]; absent: string[] } {
  const archive = tree.archives[compression] ?? "";
  const absent: string[] = [];
  const ways: Way[] = [
    { name: "mini", run: (target) => extract(archive, target) },
    { name: "GNU tar", run: (target) => command("tar", "-xpf", archive, "-C", target) },
  ];
  if (has("bsdtar"))
    ways.push({ name: "bsdtar", run: (target) => command("bsdtar", "-xpf", archive, "-C", target) });
  else absent.push("bsdtar: not installed");
  if (compression === "zstd") absent.push("node-tar, tar-fs with zstd: Node 20 has none");
  else {
    ways.push(
      { name: "node-tar", run: (cwd) => nodeTar({ file: archive, cwd, preserveOwner: root }) },
      {
        name: "tar-fs",
        run: (target) => {
          const [file, into] = [createReadStream(archive, { highWaterMark: 1 << 20 }), tarFs(target)];
          return compression === "gzip" ? pipeline(file, createGunzip(), into) : pipeline(file, into);
        },
      },
    );
  }
  if (compression === "none")
    for (const threads of [1, 2]) {
      ways.push({
        name: `loop × ${threads}`,
        run: async (target) => Number((await loops(loop, [archive, target, `${threads}`])).stdout),
      });
    }
  return { ways, absent };
}

/** The same for packing: `target` is the file. */
export function packers(tree: Tree, compression: "none" | "gzip" | "zstd"): Way[] {
  const flag = { none: "--format=gnu", gzip: "-z", zstd: "--zstd" }[compression];
  return [
    { name: "mini", run: (target) => pack(tree.directory, target, { compression }) },
    { name: "GNU tar", run: (target) => command("tar", "-c", flag, "-f", target, "-C", tree.directory, ".") },
  ];
}
