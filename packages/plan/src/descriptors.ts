import type { GivenSlot, Stdio } from "./command.js";
import * as k from "./constants.js";
import type { Slot } from "./parameter.js";
import type { Step } from "./step.js";

/** The spawner's descriptors lie at 64 and above; what is put in place below overwrites none of them. */
const low = 64;

/**
 * stdio takes its places, the spawner's own descriptors follow, and all else is closed before the first step of the plan:
 * Node's own, those of starts under way beside this one, and what other code opened without O_CLOEXEC.
 */
export function descriptors(stdio: Stdio, slots: readonly GivenSlot[]): Step[] {
  const aside: Step[] = [];
  const place: Step[] = [];
  const end = stdio.length + slots.length;
  // A source that lies where a target will be is moved out of the way before anything is put there.
  const source = (from: number | string, target: number): number | Slot => {
    const fd = typeof from === "string" ? { fd: from } : from;
    if (typeof from === "string" ? end <= low : from >= end) return fd;
    const name = `aside ${target}`;
    aside.push({ call: "fcntl", args: [fd, k.F_DUPFD_CLOEXEC, end], fd: name });
    return { fd: name };
  };
  for (const [target, from] of stdio.entries()) {
    // Node marks 0, 1 and 2 close-on-exec; here "onto itself" means "keep it open", as for posix_spawn(3).
    if (from === null) place.push({ call: "close_range", args: [target, target, 0] });
    else if (from === target) place.push({ call: "fcntl", args: [from, k.F_SETFD, 0] });
    else place.push({ call: "dup3", args: [source(from, target), target, 0] });
  }
  for (const [index, slot] of slots.entries()) {
    const target = stdio.length + index;
    // The trampoline is told where the report is, and takes it along.
    const flag = slot === "report" && slots.includes("trampoline") ? 0 : k.O_CLOEXEC;
    place.push({ call: "dup3", args: [source(slot, target), target, flag], fd: slot });
  }
  return [...aside, ...place, { call: "close_range", args: [end, 0xffff_ffff, 0] }];
}
