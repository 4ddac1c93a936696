// Classic BPF as seccomp(2) runs it: one register, forward jumps, and an answer at the end. A filter is built as a graph, in
// which equal parts are one, and then written down from its end, so that what is jumped to already has a place.

/** struct sock_filter, linux/filter.h. */
export interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

export const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
export const AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
const ALWAYS = 0x05; // BPF_JMP | BPF_JA
export const EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
export const GREATER = 0x25; // … BPF_JGT
export const AT_LEAST = 0x35; // … BPF_JGE
export const ANY_BIT = 0x45; // … BPF_JSET
export const RETURN = 0x06; // BPF_RET | BPF_K

export type Jump = typeof EQUAL | typeof GREATER | typeof AT_LEAST | typeof ANY_BIT;

/** A part of a filter: an answer, a question with two ways on, or a change of the register and what comes after. */
export type Node =
  | { readonly code: typeof RETURN; readonly k: number }
  | { readonly code: Jump; readonly k: number; readonly yes: Node; readonly no: Node }
  | { readonly code: typeof LOAD | typeof AND; readonly k: number; readonly next: Node };

/** Makes nodes such that equal ones are the same object. */
export class Graph {
  readonly #nodes = new Map<string, Node>();
  readonly #ids = new Map<Node, number>();

  answer(k: number): Node {
    return this.#only({ code: RETURN, k }, "");
  }

  jump(code: Jump, k: number, yes: Node, no: Node): Node {
    return yes === no ? yes : this.#only({ code, k, yes, no }, `${this.#id(yes)} ${this.#id(no)}`);
  }

  /** An answer does not look at the register. */
  change(code: typeof LOAD | typeof AND, k: number, next: Node): Node {
    return next.code === RETURN ? next : this.#only({ code, k, next }, `${this.#id(next)}`);
  }

  #only(node: Node, rest: string): Node {
    const key = `${node.code} ${node.k} ${rest}`;
    const known = this.#nodes.get(key) ?? node;
    this.#nodes.set(key, known);
    if (!this.#ids.has(known)) this.#ids.set(known, this.#ids.size);
    return known;
  }

  #id(node: Node): number | undefined {
    return this.#ids.get(node);
  }
}

/** BPF_MAXINSNS */
const MOST = 4096;
const FARTHEST = 255;

/** Writes a graph down. Throws a RangeError for one that the kernel would not take. */
export function assemble(root: Node): readonly Instruction[] {
  const backwards: Instruction[] = [];
  const placeOf = new Map<Node, number>(); // counted from the end

  const push = (code: number, k: number, jt = 0, jf = 0) => backwards.push({ code, jt, jf, k }) - 1;
  const away = (node: Node) => backwards.length - 1 - place(node);

  function place(node: Node): number {
    const known = placeOf.get(node) ?? write(node);
    placeOf.set(node, known);
    return known;
  }

  function write(node: Node): number {
    if (node.code === RETURN) return push(RETURN, node.k);
    if ("next" in node) {
      place(node.next);
      if (away(node.next) > 0) push(ALWAYS, away(node.next));
      return push(node.code, node.k);
    }
    place(node.yes);
    place(node.no);
    // Bringing one nearer takes the other one instruction farther away.
    while (away(node.yes) > FARTHEST || away(node.no) > FARTHEST)
      nearer(away(node.yes) > FARTHEST ? node.yes : node.no);
    return push(node.code, node.k, away(node.yes), away(node.no));
  }

  // A jump holds 8 bits of distance: farther away there is another copy of an answer, or a jump of 32 bits.
  function nearer(node: Node): void {
    placeOf.set(node, node.code === RETURN ? push(RETURN, node.k) : push(ALWAYS, away(node)));
  }

  place(root);
  if (backwards.length > MOST)
    throw new RangeError(
      `seccomp: the filter has ${backwards.length} instructions, and the kernel takes ${MOST}`,
    );
  return backwards.reverse();
}

/** A filter in the kernel's form: struct sock_filter, 8 bytes each, little endian. */
export function encode(filter: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(filter.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, jt, jf, k }] of filter.entries()) {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, jt);
    view.setUint8(index * 8 + 3, jf);
    view.setUint32(index * 8 + 4, k, true);
  }
  return bytes;
}
