import type { Case, Condition } from "./cases.js";
import {
  AND,
  ANY_BIT,
  AT_LEAST,
  EQUAL,
  GREATER,
  type Graph,
  type Jump,
  LOAD,
  type Node,
} from "./instruction.js";
import { type Segment, search } from "./search.js";

// Arguments are 64 bits and the register holds 32: each comparison is of the upper half first, and of the lower one where that
// does not decide. A way on is a function of what the register holds by then, so that nothing is loaded twice.

/** What comes next, given the offset of the word in the register; -1 for none. */
type Way = (held: number) => Node;

const NONE = -1;

/** struct seccomp_data, little endian. */
const lower = (index: number) => 16 + 8 * index;
const upper = (index: number) => lower(index) + 4;

/** The graph that answers a call with the first case that holds, and `otherwise` where none does. */
export function decide(graph: Graph, cases: readonly Case[], otherwise: number, bits: 32 | 64): Node {
  const [only] = cases;
  if (only?.conditions.length === 0) return graph.answer(only.answer);
  const boundaries = boundariesOf(cases);
  if (boundaries !== undefined) return ranges(graph, cases, boundaries, otherwise, bits);
  let way: Way = () => graph.answer(otherwise);
  for (const { conditions, answer } of cases.toReversed()) {
    const no = way;
    let yes: Way = () => graph.answer(answer);
    for (const one of conditions.toReversed()) yes = test(graph, one, yes, no, bits);
    way = yes;
  }
  return way(NONE);
}

function test(graph: Graph, condition: Condition, yes: Way, no: Way, bits: 32 | 64): Way {
  const { index, op, value, mask } = condition;
  if (op === "SCMP_CMP_NE") return test(graph, { ...condition, op: "SCMP_CMP_EQ" }, no, yes, bits);
  if (op === "SCMP_CMP_LT") return test(graph, { ...condition, op: "SCMP_CMP_GE" }, no, yes, bits);
  if (op === "SCMP_CMP_LE") return test(graph, { ...condition, op: "SCMP_CMP_GT" }, no, yes, bits);
  const [low, high] = halves(value);
  const [lowMask, highMask] = halves(mask);
  if (op === "SCMP_CMP_GE" || op === "SCMP_CMP_GT") {
    const last = jump(graph, lower(index), op === "SCMP_CMP_GE" ? AT_LEAST : GREATER, low, yes, no);
    if (bits === 32) return last;
    return jump(graph, upper(index), GREATER, high, yes, jump(graph, upper(index), EQUAL, high, last, no));
  }
  const last = masked(graph, lower(index), lowMask, low, yes, no);
  return bits === 32 ? last : masked(graph, upper(index), highMask, high, last, no);
}

function masked(graph: Graph, offset: number, mask: number, value: number, yes: Way, no: Way): Way {
  if (mask === 0) return yes;
  if (mask === 0xffff_ffff) return jump(graph, offset, EQUAL, value, yes, no);
  if (value === 0) return jump(graph, offset, ANY_BIT, mask, no, yes);
  if (value === mask && (mask & (mask - 1)) === 0) return jump(graph, offset, ANY_BIT, mask, yes, no); // one bit
  // After this the register holds no word of the call.
  const equal = graph.jump.bind(graph, EQUAL, value);
  return once((held) => load(graph, offset, held, graph.change(AND, mask, equal(yes(NONE), no(NONE)))));
}

function jump(graph: Graph, offset: number, code: Jump, k: number, yes: Way, no: Way): Way {
  return once((held) => load(graph, offset, held, graph.jump(code, k, yes(offset), no(offset))));
}

function load(graph: Graph, offset: number, held: number, next: Node): Node {
  return held === offset ? next : graph.change(LOAD, offset, next);
}

// Each comparison has several ways to the next one: without this their number would grow with every one.
function once(way: Way): Way {
  const known = new Map<number, Node>();
  return (held) => {
    const node = known.get(held) ?? way(held);
    known.set(held, node);
    return node;
  };
}

function halves(value: bigint): [low: number, high: number] {
  return [Number(value & 0xffff_ffffn), Number(value >> 32n)];
}

/** Where answers change, if the cases are about values of one argument alone: then a search finds the answer. */
function boundariesOf(cases: readonly Case[]): readonly bigint[] | undefined {
  const conditions = cases.map(({ conditions: [first, ...more] }) => (more.length > 0 ? undefined : first));
  const index = conditions[0]?.index;
  const boundaries = [0n];
  for (const condition of conditions) {
    if (condition === undefined || condition.index !== index || condition.op === "SCMP_CMP_MASKED_EQ")
      return undefined;
    boundaries.push(condition.value, condition.value + 1n);
  }
  return [...new Set(boundaries)].toSorted((a, b) => (a < b ? -1 : 1));
}

function ranges(
  graph: Graph,
  cases: readonly Case[],
  boundaries: readonly bigint[],
  otherwise: number,
  bits: 32 | 64,
): Node {
  const index = cases[0]?.conditions[0]?.index ?? 0;
  const at = (value: bigint) =>
    graph.answer(cases.find(({ conditions: [one] }) => one && holds(one, value))?.answer ?? otherwise);
  const within = boundaries.filter((value) => value < 1n << BigInt(bits));
  // By the upper half: each that has a boundary in it is a search of the lower one, and what lies between is one answer.
  const segments: Segment[] = [];
  const uppers = [...new Set(within.map((value) => Number(value >> 32n)))];
  for (const high of uppers) {
    const own = within.filter((value) => Number(value >> 32n) === high);
    const base = BigInt(high) << 32n;
    const lows = [...new Set([base, ...own])];
    const leaves = lows.map((value): Segment => [Number(value - base), at(value)]);
    segments.push([high, graph.change(LOAD, lower(index), search(graph, leaves))]);
    const after = base + (1n << 32n);
    if (high < 0xffff_ffff && !uppers.includes(high + 1)) segments.push([high + 1, at(after)]);
  }
  const tree = bits === 64 ? search(graph, segments) : undefined;
  return tree === undefined
    ? (segments[0]?.[1] ?? graph.answer(otherwise))
    : graph.change(LOAD, upper(index), tree);
}

function holds({ op, value }: Condition, argument: bigint): boolean {
  if (op === "SCMP_CMP_EQ") return argument === value;
  if (op === "SCMP_CMP_NE") return argument !== value;
  if (op === "SCMP_CMP_LT") return argument < value;
  if (op === "SCMP_CMP_LE") return argument <= value;
  return op === "SCMP_CMP_GT" ? argument > value : argument >= value;
}
