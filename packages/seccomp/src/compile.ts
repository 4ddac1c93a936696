import { checkOptions, type Kind, nearest } from "@mini/plan";
import { AUDIT_ARCH_X86_64, type Entry, machines, X32_BIT } from "./architecture.js";
import { capabilities } from "./check.js";
import { decide } from "./conditions.js";
import { assemble, EQUAL, Graph, type Instruction, LOAD, type Node } from "./instruction.js";
import { type Action, actions, type Profile } from "./profile.js";
import { type Host, type Resolved, resolve } from "./resolve.js";
import { type Segment, search } from "./search.js";

export interface CompileOptions extends Host {
  /** The answer to calls by an entry that the profile does not let in, such as those of 32-bit programs. SCMP_ACT_KILL_PROCESS. */
  readonly foreign?: Action;
}

const NUMBER = 0; // offsetof(struct seccomp_data, nr)
const ARCHITECTURE = 4;
/** What a tracer leaves behind that has skipped the call, ptrace(2): of no entry. */
const SKIPPED = 0xffff_ffff;

/**
 * The filter of a profile, in classic BPF (seccomp(2)). Throws a TypeError that names the first fault of the profile by its JSON
 * path, and a RangeError for one that would be larger than the kernel takes.
 */
export function compile(profile: Profile, options: CompileOptions): readonly Instruction[] {
  checkOptionsOf(options, {});
  const graph = new Graph();
  const resolved = resolve(profile, options);
  const foreign = graph.answer(actions[options.foreign ?? "SCMP_ACT_KILL_PROCESS"]);
  let node = foreign;
  for (const { entry } of resolved.tables.toReversed()) {
    if (entry.bit === 0)
      node = graph.jump(EQUAL, entry.audit, numbers(graph, entry, resolved, foreign), node);
  }
  return assemble(graph.change(LOAD, ARCHITECTURE, node));
}

/** A search for the number, among the calls of an entry and of what shares its architecture. */
function numbers(graph: Graph, { audit }: Entry, { tables, otherwise }: Resolved, foreign: Node): Node {
  const unnamed = graph.answer(otherwise);
  const starts = new Map<number, Node>([[0, unnamed]]);
  if (audit === AUDIT_ARCH_X86_64) {
    const isLetIn = tables.some(({ entry }) => entry.bit === X32_BIT);
    starts.set(X32_BIT, isLetIn ? unnamed : foreign);
    starts.set(SKIPPED, unnamed);
  }
  for (const { entry, calls } of tables) {
    if (entry.audit !== audit) continue;
    for (const [number, cases] of calls) {
      starts.set(number, decide(graph, cases, otherwise, entry.bits));
      if (!calls.has(number + 1) && !starts.has(number + 1)) starts.set(number + 1, unnamed);
    }
  }
  const segments: readonly Segment[] = [...starts].toSorted(([a], [b]) => a - b);
  return graph.change(LOAD, NUMBER, search(graph, segments));
}

/** Throws a TypeError for options that are none, of what `more` may be given besides. */
export function checkOptionsOf<O extends CompileOptions>(
  options: O,
  more: { readonly [K in Exclude<keyof O, keyof CompileOptions>]-?: Kind },
): void {
  checkOptions<CompileOptions>("seccomp", options, { ...known, ...more }, ["arch"]);
  for (const name of options.capabilities ?? []) {
    if (!capabilities.includes(name)) {
      const near = nearest(name, capabilities);
      throw new TypeError(
        `seccomp: capabilities: ${JSON.stringify(name)} is none${near ? `: did you mean ${JSON.stringify(near)}?` : ""}`,
      );
    }
  }
  if (options.kernel !== undefined && !/^\d+\.\d+/.test(options.kernel))
    throw new TypeError(`seccomp: kernel: ${JSON.stringify(options.kernel)} is not a version such as "6.12"`);
}

const known: { readonly [K in keyof CompileOptions]-?: Kind } = {
  arch: Object.keys(machines),
  capabilities: "strings",
  kernel: "string",
  foreign: Object.keys(actions),
};
