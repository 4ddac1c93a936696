// The form of the OCI runtime specification (config-linux.md, "Seccomp"), with what Docker's and podman's own profiles add to it.

import {
  SECCOMP_FILTER_FLAG_LOG,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW,
  SECCOMP_FILTER_FLAG_TSYNC,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
} from "@mini/plan";
import type { Architecture } from "./architecture.js";

/** What the kernel does with a call, by the names of libseccomp; SCMP_ACT_KILL ends the thread alone. */
export const actions = {
  SCMP_ACT_KILL_PROCESS: 0x8000_0000,
  SCMP_ACT_KILL_THREAD: 0x0000_0000,
  SCMP_ACT_KILL: 0x0000_0000,
  SCMP_ACT_TRAP: 0x0003_0000,
  SCMP_ACT_ERRNO: 0x0005_0000,
  SCMP_ACT_NOTIFY: 0x7fc0_0000,
  SCMP_ACT_TRACE: 0x7ff0_0000,
  SCMP_ACT_LOG: 0x7ffc_0000,
  SCMP_ACT_ALLOW: 0x7fff_0000,
} as const;
export type Action = keyof typeof actions;

/** For sorting: SECCOMP_RET_ACTION_FULL of an answer, signed, as the kernel compares it; SCMP_ACT_KILL_PROCESS is the least. */
export function strictness(answer: number): number {
  return (answer & 0xffff_0000) | 0;
}

export const operators = [
  "SCMP_CMP_NE",
  "SCMP_CMP_LT",
  "SCMP_CMP_LE",
  "SCMP_CMP_EQ",
  "SCMP_CMP_GE",
  "SCMP_CMP_GT",
  "SCMP_CMP_MASKED_EQ",
] as const;
export type Operator = (typeof operators)[number];

export const flags = {
  SECCOMP_FILTER_FLAG_TSYNC,
  SECCOMP_FILTER_FLAG_LOG,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
} as const;
export type Flag = keyof typeof flags;

/** What calls are answered with: data, in the form of the OCI runtime specification or of Docker's profiles. */
export interface Profile {
  /** The answer to a call that no rule is about. */
  readonly defaultAction: Action;
  /** Of SCMP_ACT_ERRNO and SCMP_ACT_TRACE; left out, EPERM. */
  readonly defaultErrnoRet?: number | null;
  /** The name of `defaultErrnoRet`, for whoever reads it. */
  readonly defaultErrno?: string;
  /** Whose calls are looked at; the machine's own always are, and those of any other are foreign. */
  readonly architectures?: readonly Architecture[] | null;
  /** Docker's form of `architectures`: what is let in along with the machine's own. */
  readonly archMap?: readonly ArchMap[] | null;
  readonly flags?: readonly Flag[] | null;
  /** Where a runtime sends the descriptor of SCMP_ACT_NOTIFY: for who runs the plan. */
  readonly listenerPath?: string;
  readonly listenerMetadata?: string;
  /** Of several rules for one call, see the README. */
  readonly syscalls?: readonly Rule[] | null;
}

export interface ArchMap {
  readonly architecture: Architecture;
  readonly subArchitectures?: readonly Architecture[] | null;
}

/** How calls of these names are answered, if all of `args` hold. */
export interface Rule {
  readonly names?: readonly string[];
  /** One name, as Docker's first profiles had it. */
  readonly name?: string;
  readonly action: Action;
  /** Of SCMP_ACT_ERRNO and SCMP_ACT_TRACE; left out, EPERM. */
  readonly errnoRet?: number | null;
  /** The name of `errnoRet`, for whoever reads it. */
  readonly errno?: string;
  readonly args?: readonly Argument[] | null;
  /** The rule is there only where all of this is so. */
  readonly includes?: Circumstances | null;
  /** The rule is there only where none of this is so. */
  readonly excludes?: Circumstances | null;
  readonly comment?: string;
}

/** What an argument has to be. A value above 2⁵³ is written as a string. */
export interface Argument {
  /** 0 to 5. */
  readonly index: number;
  /** Of SCMP_CMP_MASKED_EQ the mask. */
  readonly value: number | string;
  /** Of SCMP_CMP_MASKED_EQ what the masked argument has to be; without a meaning for the others. */
  readonly valueTwo?: number | string | null;
  readonly op: Operator;
}

/** Where a rule applies. */
export interface Circumstances {
  readonly caps?: readonly string[] | null;
  /** By Docker's names: amd64, x86, x32, arm64, arm, … */
  readonly arches?: readonly string[] | null;
  /** "4.8" */
  readonly minKernel?: string | null;
}
