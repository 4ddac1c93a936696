import { constants } from "node:os";
import {
  type Arg,
  bytesOf,
  givenSlots,
  type ParentStep,
  type Program,
  parametersOf,
  type Step,
} from "@mini/plan";
import { binding, type Given } from "./binding.js";

// A program as src/program.cc reads it, in one piece of memory:
//
//   header   u64 flags, u32 steps of the child, u32 steps of the parent
//   records  of 64 bytes: u16 call, i16 slot that keeps the result, i16 errno that is allowed, u16 -,
//            u8 kind of each argument × 6, u16 -, i64 argument × 6
//   data     what arguments point to, by their offset; strings end with a NUL, lists and filters begin with a count

const HEADER = 16;
const RECORD = 64;
const KINDS = 8;
const ARGS = 16;
const RUN = 0xffff;
const NUMBER = 0;
const POINTER = 1;
const SLOT = 2;
const LIST = 3;
const TEXT = 4;
const FILTER = 5;

const indexOfCall: ReadonlyMap<string, number> = new Map(binding.calls.map((name, index) => [name, index]));

export interface Encoded {
  readonly bytes: Uint8Array;
  readonly given: Given;
  /** The index of a slot by its name. */
  readonly slots: ReadonlyMap<string, number>;
}

export function encode(program: Program): Encoded {
  return new Encoder(program).encode();
}

class Encoder {
  #bytes: Buffer;
  #end: number;
  readonly #slots = new Map<string, number>();

  constructor(readonly program: Program) {
    this.#end = HEADER + RECORD * (program.child.length + program.parent.length);
    this.#bytes = Buffer.alloc(this.#end + 4096);
  }

  encode(): Encoded {
    const { flags, child, parent } = this.program;
    this.#bytes.writeUInt32LE(flags >>> 0, 0);
    this.#bytes.writeUInt32LE(Math.floor(flags / 2 ** 32), 4);
    this.#bytes.writeUInt32LE(child.length, 8);
    this.#bytes.writeUInt32LE(parent.length, 12);
    let at = HEADER;
    for (const step of [...child, ...parent]) {
      this.#record(at, step);
      at += RECORD;
    }
    const index = (name: string) => this.#slots.get(name) ?? -1;
    const [ready, report, trampoline] = givenSlots.map(index) as [number, number, number];
    this.#reserve(1); // the program's last byte is a NUL, so that no string runs over the end
    const bytes = this.#bytes.subarray(0, this.#end + 1);
    return { bytes, given: [ready, report, trampoline, index("child")], slots: this.#slots };
  }

  #record(at: number, step: ParentStep): void {
    this.#bytes.writeUInt16LE("run" in step ? RUN : call(step), at);
    const keep = "run" in step || step.fd === undefined ? -1 : this.#slot(step.fd);
    this.#bytes.writeInt16LE(keep, at + 2);
    if ("run" in step) {
      this.#argument(at, 0, step.run);
      return;
    }
    if (step.allow !== undefined) this.#bytes.writeInt16LE(constants.errno[step.allow], at + 4);
    for (const [index, arg] of (step.args as readonly Arg[]).entries()) this.#argument(at, index, arg, step);
  }

  #argument(at: number, index: number, arg: Arg, step?: Step): void {
    const [kind, value] = this.#value(arg, step, index);
    this.#bytes[at + KINDS + index] = kind;
    const place = at + ARGS + 8 * index;
    if (typeof value === "bigint") this.#bytes.writeBigInt64LE(value, place);
    else {
      this.#bytes.writeInt32LE(value | 0, place);
      this.#bytes.writeInt32LE(Math.floor(value / 2 ** 32), place + 4);
    }
  }

  #value(arg: Arg, step: Step | undefined, index: number): [kind: number, value: number | bigint] {
    if (arg === null) return [NUMBER, 0];
    if (typeof arg === "number") return [NUMBER, arg];
    if (typeof arg === "string") {
      return step !== undefined && parametersOf(step.call)[index]?.numeric
        ? [NUMBER, BigInt.asIntN(64, BigInt(arg))]
        : [POINTER, this.#text(arg)];
    }
    if ("fd" in arg) return [SLOT, this.#slot(arg.fd)];
    if ("struct" in arg && arg.struct === "sock_fprog") return [FILTER, this.#filter(bytesOf(arg))];
    if ("struct" in arg) return [POINTER, this.#data(bytesOf(arg))];
    if ("base64" in arg) return [POINTER, this.#data(Buffer.from(arg.base64, "base64"))];
    if ("pid" in arg) return [TEXT, this.#text(arg.pid)];
    return [LIST, this.#list(arg)];
  }

  #list(words: readonly string[]): number {
    const offsets = words.map((word) => this.#text(word));
    const at = this.#reserve(4 + 4 * offsets.length);
    this.#bytes.writeUInt32LE(offsets.length, at);
    for (const [index, offset] of offsets.entries()) this.#bytes.writeUInt32LE(offset, at + 4 + 4 * index);
    this.#end += 4 + 4 * offsets.length;
    return at;
  }

  #text(text: string): number {
    const at = this.#reserve(text.length * 3 + 1);
    this.#end += this.#bytes.write(text, at, "utf8");
    this.#bytes[this.#end++] = 0;
    return at;
  }

  #data(data: Uint8Array): number {
    const at = this.#reserve(data.length);
    this.#bytes.set(data, at);
    this.#end += data.length;
    return at;
  }

  // Its instructions, each of 8 bytes, behind their count.
  #filter(instructions: Uint8Array): number {
    const at = this.#reserve(4);
    this.#bytes.writeUInt32LE(instructions.length / 8, at);
    this.#end += 4;
    this.#data(instructions);
    return at;
  }

  // Room for `size` more bytes; says where they begin.
  #reserve(size: number): number {
    if (this.#end + size > this.#bytes.length) {
      const larger = Buffer.alloc(2 * (this.#end + size));
      this.#bytes.copy(larger, 0, 0, this.#end);
      this.#bytes = larger;
    }
    return this.#end;
  }

  #slot(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const index = this.#slots.size;
    if (index >= binding.slots)
      throw new TypeError(
        `a plan can keep ${binding.slots} descriptors, ${JSON.stringify(name)} is one too many`,
      );
    this.#slots.set(name, index);
    return index;
  }
}

function call(step: Step): number {
  const index = indexOfCall.get(step.call);
  if (index === undefined)
    throw new TypeError(`${JSON.stringify(step.call)} is not a call that a step can make`);
  return index;
}
