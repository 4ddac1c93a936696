import { binding } from "./binding.js";

/** Remembers how a terminal is set; undefined where `fd` is none. */
export function saveTerminal(fd: number): Buffer | undefined {
  return binding.saveTerminal(fd) ?? undefined;
}

/** Sets the terminal as it was, and makes this process's group its foreground group again. */
export function restoreTerminal(fd: number, saved: Buffer): void {
  binding.restoreTerminal(fd, saved);
}
