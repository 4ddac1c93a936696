import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundleConfig, runtimeArguments } from "./isolated.js";

/** What the rows need: made for one run of the benchmark, and removed after it. */
export interface Surroundings {
  /** A root file system of /bin/true and its libraries. */
  readonly rootfs: string;
  /** An OCI bundle with that root. */
  readonly bundle: string;
  /** The compiled limit, src/limit.c, and the trampoline that it is given. */
  readonly limit: string;
  readonly trampoline: string;
  /** Which of the peers are there. */
  readonly peers: readonly string[];
  /** And which are not, each with the reason. */
  readonly absent: readonly string[];
}

export function makeSurroundings(): Surroundings {
  const base = mkdtempSync(join(tmpdir(), "mini-bench-"));
  const rootfs = join(base, "rootfs");
  for (const name of ["bin", "proc", "etc"]) mkdirSync(join(rootfs, name), { recursive: true });
  copyFileSync("/bin/true", join(rootfs, "bin/true"));
  for (const library of librariesOf("/bin/true")) {
    mkdirSync(join(rootfs, dirname(library)), { recursive: true });
    copyFileSync(library, join(rootfs, library));
  }
  const bundle = join(base, "bundle");
  mkdirSync(bundle);
  writeFileSync(join(bundle, "config.json"), JSON.stringify(bundleConfig(rootfs)));
  const limit = join(base, "limit");
  execFileSync("cc", ["-O2", "-o", limit, join(import.meta.dirname, "../src/limit.c")]);
  const { peers, absent } = findPeers(rootfs, bundle);
  return { rootfs, bundle, limit, trampoline: trampolineOf(), peers, absent };
}

export function removeSurroundings({ rootfs }: Surroundings): void {
  rmSync(dirname(rootfs), { recursive: true });
}

function librariesOf(file: string): string[] {
  const lines = execFileSync("ldd", [file], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}

// Built beside the addon, into which it is copied byte for byte.
function trampolineOf(): string {
  return join(import.meta.dirname, "../../packages/native/build/Release/mini-init");
}

const known: Readonly<Record<string, (rootfs: string, bundle: string) => string[]>> = {
  bwrap: (rootfs) => ["--bind", rootfs, "/", "/bin/true"],
  crun: (_, bundle) => runtimeArguments("crun", bundle, "mini-bench-try"),
  runc: (_, bundle) => runtimeArguments("runc", bundle, "mini-bench-try"),
  podman: () => ["run", "--rm", "--rootfs", "/", "true"],
  docker: () => ["run", "--rm", "scratch", "true"],
};

function findPeers(rootfs: string, bundle: string): Pick<Surroundings, "peers" | "absent"> {
  const peers: string[] = [];
  const absent: string[] = [];
  for (const [name, args] of Object.entries(known)) {
    const { status, error, stderr } = spawnSync(name, args(rootfs, bundle), {
      encoding: "utf8",
      timeout: 10_000,
    });
    if (status === 0) peers.push(name);
    else
      absent.push(
        `${name}: ${error ? "not installed" : (stderr.trim().split("\n").at(-1) ?? `status ${status}`)}`,
      );
  }
  return { peers, absent };
}

/** Nothing of a run may be left; called at the end, so that a failing peer is seen. */
export function leftBehind({ bundle }: Surroundings): string[] {
  try {
    return readdirSync(join(bundle, "state"));
  } catch {
    return [];
  }
}
