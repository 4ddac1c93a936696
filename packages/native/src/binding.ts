import addon from "@mini/native/addon";

/** What a start is known by to the addon. */
export type Handle = { readonly handle: unique symbol };

/** The slots that the addon fills by itself, by their index; -1 for those that the program does not use. */
export type Given = readonly [ready: number, report: number, trampoline: number, child: number];

/** On which side a start failed: `Side` in src/start.hh. */
export const sides = ["clone", "parent", "child", "after"] as const;
export type Side = (typeof sides)[number];

/** What the addon calls back with: `Event` in src/completion.cc. */
export type Listener = (
  ...event:
    | [event: 0, pid: number, executed: boolean]
    | [event: 1, side: number, step: number, errno: number, text: string]
    // maxRssBytes is -1 where it cannot be told
    | [event: 2, code: number, signal: number, userMs: number, systemMs: number, maxRssBytes: number]
) => void;

/** What src/addon.cc exports. JavaScript has checked everything before; C++ obeys. */
export interface Binding {
  /** The vocabulary that was compiled in: a call is encoded as its index here. */
  readonly calls: readonly string[];
  /** How many descriptor slots a program may have. */
  readonly slots: number;
  /** `program` as encode() writes it; `open` is slot, descriptor, slot, descriptor, …, and those descriptors become the addon's. */
  start(program: Uint8Array, given: Given, open: readonly number[], listener: Listener): Handle;
  /** Waits for clone3(2); -1 if there never was a process. */
  pid(handle: Handle): number;
  /** 0, or an errno. */
  kill(handle: Handle, signal: number): number;
  reference(handle: Handle, referenced: boolean): void;
  /** The same file under another number, or a negative errno. */
  duplicate(fd: number): number;
  /** Reads and writes of this file wait, for whoever has it open. */
  setBlocking(fd: number): void;
  /** Two descriptors, or an errno. */
  channel(kind: "in" | "out" | "both"): [parent: number, child: number] | number;
  sharesMemory(): boolean;
  /** The settings of a terminal, or null where `fd` is none. */
  saveTerminal(fd: number): Buffer | null;
  restoreTerminal(fd: number, saved: Buffer): void;
}

export const binding = addon as Binding;
