import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Architecture, Instruction, Profile } from "../src/index.js";
import { decode } from "./emulator.js";

/** What libseccomp itself makes of a profile. */
export interface Reference {
  readonly program: readonly Instruction[];
  /** Its numbers for the names in the profile; a call that is newer than it has none. */
  readonly numbers: Readonly<Record<string, Partial<Record<Architecture, number>>>>;
}

/** For whom a profile is compiled; optimize 2 is libseccomp's binary tree (SCMP_FLTATR_CTL_OPTIMIZE). */
export interface Request {
  readonly profile: Profile;
  readonly capabilities?: readonly string[];
  readonly kernel?: string;
  readonly optimize?: 1 | 2;
}

const SCRIPT = join(import.meta.dirname, "fixtures/libseccomp.py");

export function libseccomp(...requests: readonly Request[]): Reference[] {
  const input = JSON.stringify(
    requests.map((request) => ({ capabilities: [], kernel: "6.12", optimize: 1, ...request })),
  );
  const { stdout, stderr, status } = spawnSync("python3", [SCRIPT], { input, encoding: "utf8" });
  if (status !== 0) throw new Error(`libseccomp: ${stderr}`);
  const references = JSON.parse(stdout) as { program: string; numbers: Reference["numbers"] }[];
  return references.map(({ program, numbers }) => ({
    program: decode(Buffer.from(program, "base64")),
    numbers,
  }));
}
