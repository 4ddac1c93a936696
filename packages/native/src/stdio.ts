import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import type { Stdio } from "@mini/plan";
import { binding } from "./binding.js";
import { systemError } from "./error.js";
import { refused } from "./options.js";
import { type Lendable, lend, type Pipe, streamOf } from "./pipe.js";

/** One descriptor of the command, as `stdio` of node:child_process has it; "ipc" is refused. */
export type StdioEntry =
  | "pipe"
  | "overlapped"
  | "ignore"
  | "inherit"
  | number
  | { readonly fd: number }
  | null
  | undefined;
export type StdioOptions = "pipe" | "overlapped" | "ignore" | "inherit" | readonly StdioEntry[];

/** What a program is told about descriptors, what the addon is given, and what the caller gets. */
export interface Wiring {
  readonly stdio: Stdio;
  /** Descriptors by the name of their slot; they become the addon's. */
  readonly open: ReadonlyMap<string, number>;
  /** The parent's ends, in the order of the descriptors; null where there is none. */
  readonly streams: readonly (Pipe | null)[];
}

export function wire(options: StdioOptions | undefined): Wiring {
  const entries = entriesOf(options);
  const stdio: (number | string | null)[] = [];
  const open = new Map<string, number>();
  const streams: (Pipe | null)[] = [];
  try {
    for (const [target, entry] of entries.entries()) {
      const kind = kindOf(entry, target);
      streams.push(null);
      if (kind === "pipe") {
        const [parent, child] = channel(target);
        open.set(`pipe ${target}`, child);
        streams[target] = streamOf(parent, target);
        stdio.push(`pipe ${target}`);
        continue;
      }
      if (kind !== null && target <= 2) binding.setBlocking(kind);
      stdio.push(kind === null || kind <= 2 ? kind : kept(kind, open));
    }
  } catch (error) {
    unwire({ stdio, open, streams });
    throw error;
  }
  return { stdio, open, streams };
}

/** Lets go of it all, after a start that will not be. */
export function unwire({ streams, open }: Wiring): void {
  for (const stream of streams) stream?.destroy();
  for (const fd of open.values()) closeSync(fd);
}

function entriesOf(options: StdioOptions | undefined): StdioEntry[] {
  if (options === undefined || options === null) return ["pipe", "pipe", "pipe"];
  if (typeof options === "string") {
    if (!["pipe", "overlapped", "ignore", "inherit"].includes(options)) throw invalid(options);
    return [options, options, options];
  }
  if (!Array.isArray(options)) throw invalid(options);
  const entries = [...options];
  while (entries.length < 3) entries.push(undefined);
  return entries;
}

function kindOf(entry: StdioEntry, target: number): "pipe" | number | null {
  if (entry === null || entry === undefined) return target < 3 ? "pipe" : null;
  if (entry === "pipe" || entry === "overlapped") return "pipe";
  if (entry === "ignore") return target < 3 ? devNull() : null; // as child_process has it
  if (entry === "inherit") return target;
  if (typeof entry === "number" && Number.isInteger(entry) && entry >= 0) return entry;
  if ((entry as unknown) === "ipc") {
    throw refused(
      'stdio "ipc" is not offered: the channel is Node\'s own; use a pipe, or child_process.fork',
    );
  }
  if (typeof entry !== "object") throw invalid(entry);
  if (isDescriptor(entry.fd)) return entry.fd;
  const handle = (entry as Lendable)._handle;
  if (!isDescriptor(handle?.fd)) throw invalid(entry);
  lend(entry as Lendable);
  return handle.fd;
}

function isDescriptor(fd: unknown): fd is number {
  return typeof fd === "number" && Number.isInteger(fd) && fd >= 0;
}

function channel(target: number): [parent: number, child: number] {
  const made = binding.channel(target === 0 ? "in" : target < 3 ? "out" : "both");
  if (typeof made !== "number") return made;
  throw systemError(made, target < 3 ? "pipe2" : "socketpair");
}

// The caller may close its descriptor as soon as `spawn` has returned, and the child is made a moment later. A number
// that is no descriptor is left for the child to fail on.
function kept(fd: number, open: Map<string, number>): string | number {
  const name = `fd ${fd}`;
  if (open.has(name)) return name;
  const copy = binding.duplicate(fd);
  if (copy === -constants.errno.EBADF) return fd;
  if (copy < 0) throw systemError(-copy, "fcntl");
  open.set(name, copy);
  return name;
}

let nullDevice: number | undefined;
function devNull(): number {
  nullDevice ??= openSync("/dev/null", "r+");
  return nullDevice;
}

function invalid(value: unknown): TypeError {
  return Object.assign(
    new TypeError(
      `stdio has to be "pipe", "ignore", "inherit", a descriptor or a stream, not ${describe(value)}`,
    ),
    {
      code: "ERR_INVALID_ARG_VALUE",
    },
  );
}

function describe(value: unknown): string {
  return typeof value === "object" ? "an object without a descriptor" : JSON.stringify(value);
}
