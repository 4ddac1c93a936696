import type { Instruction } from "../src/index.js";
import { type EntryName, run, type SystemCall } from "./emulator.js";

/** Where two programs differ, in words. */
export function differences(
  ours: readonly Instruction[],
  theirs: readonly Instruction[],
  calls: Iterable<readonly [EntryName, SystemCall]>,
): string[] {
  const found: string[] = [];
  for (const [entry, call] of calls) {
    const [a, b] = [run(ours, call).answer, run(theirs, call).answer];
    if (a !== b)
      found.push(
        `${entry} ${call.number & 0x3fff_ffff}(${call.args?.join()}): ${a.toString(16)}, not ${b.toString(16)}`,
      );
  }
  return found;
}
