// Classic BPF as the kernel runs it (seccomp(2), Documentation/networking/filter.rst), for the instructions that a filter of
// system calls is made of: ours and libseccomp's. Anything else is an error, as it is to seccomp_check_filter().

import type { Instruction } from "../src/index.js";

/** struct seccomp_data; the instruction pointer is 0. */
export interface SystemCall {
  readonly arch: number;
  readonly number: number;
  readonly args?: readonly bigint[];
}

/** What a filter answers, and how many instructions that took. */
export interface Run {
  readonly answer: number;
  readonly instructions: number;
}

/** Runs a filter for one call. */
export function run(filter: readonly Instruction[], call: SystemCall): Run {
  const data = dataOf(call);
  let register = 0;
  let at = 0;
  for (let instructions = 1; at < filter.length; instructions++) {
    const { code, jt, jf, k } = filter[at++] as Instruction;
    if (code === 0x06) return { answer: k, instructions };
    else if (code === 0x20) register = data.getUint32(k, true);
    else if (code === 0x54) register = (register & k) >>> 0;
    else if (code === 0x05) at += k;
    else if (code === 0x15) at += register === k ? jt : jf;
    else if (code === 0x25) at += register > k ? jt : jf;
    else if (code === 0x35) at += register >= k ? jt : jf;
    else if (code === 0x45) at += register & k ? jt : jf;
    else throw new Error(`instruction ${at - 1} is ${code.toString(16)}, which no filter has`);
  }
  throw new Error(`the filter ends without an answer, at ${at}`);
}

/** Instructions from the kernel's form: struct sock_filter, 8 bytes each. */
export function decode(bytes: Uint8Array): Instruction[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, index) => ({
    code: view.getUint16(index * 8, true),
    jt: view.getUint8(index * 8 + 2),
    jf: view.getUint8(index * 8 + 3),
    k: view.getUint32(index * 8 + 4, true),
  }));
}

function dataOf({ arch, number, args = [] }: SystemCall): DataView {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, number, true);
  data.setUint32(4, arch, true);
  for (const [index, value] of args.entries()) data.setBigUint64(16 + index * 8, value, true);
  return data;
}

/** The answers of seccomp(2) that have no number. */
export const ALLOW = 0x7fff_0000;
export const KILL_PROCESS = 0x8000_0000;
export const KILL_THREAD = 0;
export const errno = (number: number): number => 0x0005_0000 + number;

/** The entries to the kernel: linux/audit.h, and the bit of x32. */
export const entries = {
  x86_64: { arch: 0xc000_003e, bit: 0 },
  i386: { arch: 0x4000_0003, bit: 0 },
  x32: { arch: 0xc000_003e, bit: 0x4000_0000 },
  arm64: { arch: 0xc000_00b7, bit: 0 },
  arm: { arch: 0x4000_0028, bit: 0 },
} as const;
export type EntryName = keyof typeof entries;
