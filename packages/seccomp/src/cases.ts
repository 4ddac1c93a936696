import type { Entry } from "./architecture.js";
import { type Argument, type Operator, strictness } from "./profile.js";

/** One comparison of an argument. */
export interface Condition {
  readonly index: number;
  readonly op: Operator;
  readonly value: bigint;
  /** All of its bits, but for SCMP_CMP_MASKED_EQ. */
  readonly mask: bigint;
}

/** An answer, as seccomp(2) has it, for calls of which all conditions hold. */
export interface Case {
  readonly conditions: readonly Condition[];
  readonly answer: number;
  /** Where in the profile it is written; what follows from a rule about another call is nowhere. */
  readonly path?: string;
}

// All of them hold, unless one argument is compared twice: then each is a rule of its own, as runc and crun have it.
export function alternatives(args: readonly Argument[], { bits }: Entry): readonly (readonly Condition[])[] {
  const conditions = args.map((one) => condition(one, bits));
  const isTwice = new Set(args.map(({ index }) => index)).size < args.length;
  return isTwice ? conditions.map((one) => [one]) : [conditions];
}

// Of an entry of 32 bits the words of a comparison are cut to as many, as libseccomp does: an argument of -1 stays one.
function condition({ index, op, value, valueTwo }: Argument, bits: 32 | 64): Condition {
  const cut = (word: number | string) => BigInt.asUintN(bits, BigInt(word));
  if (op !== "SCMP_CMP_MASKED_EQ") return { index, op, value: cut(value), mask: cut("0xffffffffffffffff") };
  return { index, op, value: cut(valueTwo ?? 0) & cut(value), mask: cut(value) };
}

/**
 * Of the cases of one call those that count, in the order to look at them. One that demands less takes the place of one that
 * demands the same and more, and of two that demand nothing the first stays: so does libseccomp. Of the rest, of which several
 * can hold at once, the strictest comes first: so does the kernel with the answers of several filters, seccomp(2).
 */
export function ordered(cases: readonly Case[]): readonly Case[] {
  if (cases.length === 1) return cases;
  const kept: Case[] = [];
  for (const one of cases) {
    refuseContradiction(one, kept);
    if (kept.some((other) => demandsNoMore(other, one))) continue;
    const rest = kept.filter((other) => !demandsNoMore(one, other));
    kept.splice(0, kept.length, ...rest, one);
  }
  return kept.toSorted((a, b) => strictness(a.answer) - strictness(b.answer));
}

function demandsNoMore(one: Case, other: Case): boolean {
  return one.conditions.every((a) =>
    other.conditions.some(
      (b) => a.index === b.index && a.op === b.op && a.value === b.value && a.mask === b.mask,
    ),
  );
}

// EEXIST of libseccomp, with which runtimes do not start. Without arguments there are such profiles, podman's own among them.
function refuseContradiction({ conditions, answer, path }: Case, kept: readonly Case[]): void {
  const other = kept.find(
    (one) => demandsNoMore(one, { conditions, answer }) && one.conditions.length === conditions.length,
  );
  if (other?.path === undefined || path === undefined || conditions.length === 0 || other.answer === answer)
    return;
  throw new TypeError(
    `seccomp: ${path}.args: ${other.path} has another answer to the same call and arguments`,
  );
}
