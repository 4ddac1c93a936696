import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { binding, type Handle } from "./binding.js";
import { systemError } from "./error.js";
import { isLent, type Pipe } from "./pipe.js";

/** How a command ended, with what the kernel counted for it and the children it waited for (wait4(2), getrusage(2)). */
export interface Usage {
  readonly userMs: number;
  readonly systemMs: number;
  /**
   * The most memory that the command, or a child of its, had. Until execve the child has this process's memory, and the
   * kernel counts that: without an init, what is no more than this process ever had cannot be told, and is null.
   */
  readonly maxRssBytes: number | null;
}

export interface ChildEvents {
  /** The command is running: execve has succeeded. */
  spawn: [];
  /** It never ran (a StepError), could not be signalled, or its AbortSignal fired. */
  error: [error: Error];
  exit: [code: number | null, signal: NodeJS.Signals | null];
  /** It has ended, and so have its streams. */
  close: [code: number | null, signal: NodeJS.Signals | null];
}

/** A process that `spawn` started; what ChildProcess of node:child_process is, without the ipc channel. */
export class Child extends EventEmitter<ChildEvents> {
  readonly spawnfile: string;
  readonly spawnargs: readonly string[];
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly stdio: readonly (Socket | null)[];
  exitCode: number | null = null;
  signalCode: NodeJS.Signals | null = null;
  /** Never: there is no ipc channel. */
  readonly connected = false;
  /** Whether `kill` has sent a signal. */
  killed = false;
  /** What it used; undefined until it has ended. */
  usage: Usage | undefined;

  readonly #streams: readonly (Pipe | null)[];
  #handle: Handle | undefined;
  #pid: number | undefined;
  #open: number;
  #disposal: NodeJS.Signals = "SIGKILL";

  /** @internal */
  constructor(file: string, args: readonly string[], streams: readonly (Pipe | null)[]) {
    super();
    this.spawnfile = file;
    this.spawnargs = args;
    this.stdio = streams;
    this.#streams = streams;
    [this.stdin = null, this.stdout = null, this.stderr = null] = streams;
    this.#open = 1; // the process itself
    for (const stream of streams) {
      if (stream === null) continue;
      this.#open++;
      stream.once("close", () => this.#closed());
    }
  }

  /**
   * Its process id, outside. Known as soon as the kernel has made the process, before the command is executed; asked
   * for earlier it waits for that. Undefined once a start has failed.
   */
  get pid(): number | undefined {
    if (this.#pid === undefined && this.#handle !== undefined) {
      const pid = binding.pid(this.#handle);
      if (pid > 0) this.#pid = pid;
    }
    return this.#pid;
  }

  /** Sends a signal, by pidfd: never to another process. With a pid namespace, SIGKILL ends all that is in it. */
  kill(signal: NodeJS.Signals | number = "SIGTERM"): boolean {
    const number = signalNumber(signal);
    if (this.#handle === undefined) return false;
    const errno = binding.kill(this.#handle, number);
    if (errno === 0) this.killed ||= number !== 0;
    else if (errno !== constants.errno.ESRCH) this.emit("error", systemError(errno, "pidfd_send_signal"));
    return errno === 0;
  }

  /** Keeps the event loop alive until it has ended, which is the default. */
  ref(): void {
    if (this.#handle !== undefined) binding.reference(this.#handle, true);
  }

  /** Lets the event loop end before it has. */
  unref(): void {
    if (this.#handle !== undefined) binding.reference(this.#handle, false);
  }

  /** Sends SIGTERM, as child_process does; SIGKILL to a pid namespace, whose PID 1 would ignore the other. */
  [Symbol.dispose](): void {
    if (!this.killed) this.kill(this.#disposal);
  }

  /** Ends the whole container, and waits until it has ended: `await using child = spawn(…)`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#handle === undefined) return;
    const ended = new Promise<void>((resolve) => this.once("close", () => resolve()));
    this.kill("SIGKILL");
    for (const stream of this.stdio) stream?.destroy();
    await ended;
  }

  /** @internal */
  _started(handle: Handle, disposal: NodeJS.Signals): void {
    this.#handle = handle;
    this.#disposal = disposal;
  }

  /** @internal */
  _running(pid: number, executed: boolean): void {
    this.#pid = pid;
    try {
      if (executed) this.emit("spawn");
    } finally {
      // What has come is handed on after "spawn", and after whoever awaits that; an exception of a listener is heard first.
      if (this.#streams.some((stream) => stream !== null)) setImmediate(() => this.#begin(true));
    }
  }

  /** @internal */
  _failed(error: Error & { errno: number }): void {
    this.#handle = undefined;
    this.#pid = undefined;
    this.exitCode = error.errno;
    this.#begin(false);
    this.#drain();
    try {
      this.emit("error", error);
    } finally {
      this.#closed();
    }
  }

  /** @internal */
  _ended(code: number, signal: number, usage: Usage): void {
    this.#handle = undefined;
    if (signal !== 0) this.signalCode = signalName(signal);
    else if (code >= 0) this.exitCode = code; // otherwise somebody else has reaped it, and nobody knows
    this.usage = usage;
    try {
      this.#begin(true);
    } finally {
      this.#drain();
      try {
        this.emit("exit", this.exitCode, this.signalCode);
      } finally {
        this.#closed();
      }
    }
  }

  #begin(ran: boolean): void {
    for (const stream of this.#streams) stream?.begin(ran);
  }

  // What nobody reads is read away, so that its end is seen and "close" can follow.
  #drain(): void {
    this.stdin?.destroy();
    process.nextTick(() => {
      for (const stream of this.stdio) if (stream?.readable && !isLent(stream)) stream.resume();
    });
  }

  #closed(): void {
    this.#open--;
    if (this.#open === 0) this.emit("close", this.exitCode, this.signalCode);
  }
}

const signals = constants.signals as Readonly<Record<string, number>>;

/** Throws a TypeError for what is no signal. */
export function signalNumber(signal: NodeJS.Signals | number): number {
  if (typeof signal === "number" && Number.isInteger(signal) && signal >= 0 && signal <= 64) return signal;
  const number = typeof signal === "string" ? signals[signal.toUpperCase()] : undefined;
  if (number !== undefined) return number;
  throw unknownSignal(signal);
}

export function unknownSignal(signal: unknown): TypeError {
  return Object.assign(new TypeError(`Unknown signal: ${signal}`), { code: "ERR_UNKNOWN_SIGNAL" });
}

function signalName(number: number): NodeJS.Signals {
  const name = Object.keys(signals).find((key) => signals[key] === number);
  return (name ?? `SIGRT${number - 34}`) as NodeJS.Signals;
}
