import { AT_LEAST, EQUAL, type Graph, type Node } from "./instruction.js";

/** From which value of the register on what follows. */
export type Segment = readonly [start: number, node: Node];

/** A binary search for the segment that the register lies in; the first begins at the least value that it can have. */
export function search(graph: Graph, segments: readonly Segment[]): Node {
  return halve(graph, merged(segments));
}

function merged(segments: readonly Segment[]): readonly Segment[] {
  return segments.filter(([, node], index) => node !== segments[index - 1]?.[1]);
}

function halve(graph: Graph, segments: readonly Segment[]): Node {
  const [first, one, last] = segments;
  if (first === undefined) throw new RangeError("a search needs a segment");
  if (one === undefined) return first[1];
  // One value between equal neighbours.
  if (segments.length === 3 && last?.[1] === first[1] && last[0] === one[0] + 1)
    return graph.jump(EQUAL, one[0], one[1], first[1]);
  const middle = segments.length >> 1;
  const right = segments.slice(middle);
  const start = right[0]?.[0] ?? 0;
  return graph.jump(AT_LEAST, start, halve(graph, right), halve(graph, segments.slice(0, middle)));
}
