/** How far something has come. */
export interface State {
  readonly entries: number;
  readonly bytes: number;
  /** Of what is known beforehand: null where nothing is. */
  readonly done: number | null;
  readonly total: number | null;
}

/** "1.2 GB": of 1000, as disks and networks count. */
export function size(bytes: number): string {
  const unit = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1000 ** unit;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${["B", "kB", "MB", "GB", "TB"][unit]}`;
}

/** "3:07", or "42 s" where that is less than a minute. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const [minutes, rest] = [Math.floor(whole / 60), `${whole % 60}`.padStart(2, "0")];
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const WIDTH = 20;

/** One line: what is done, a bar where the total is known, bytes, entries, rate and time left; no wider than `columns`. */
export function line(verb: string, state: State, elapsedMs: number, columns: number, colour = false): string {
  const { entries, bytes, done, total } = state;
  const rate = elapsedMs > 0 ? (bytes / elapsedMs) * 1000 : 0;
  const part = done === null || total === null || total === 0 ? undefined : Math.min(1, done / total);
  const left = part === undefined || part === 0 ? undefined : ((elapsedMs / 1000) * (1 - part)) / part;
  const facts = [
    size(bytes),
    `${entries} ${entries === 1 ? "entry" : "entries"}`,
    `${size(rate)}/s`,
    ...(left === undefined || elapsedMs < 500 ? [] : [`${duration(left)} left`]),
  ].join(", ");
  const percent = part === undefined ? "" : ` ${`${Math.floor(part * 100)}`.padStart(3)} %`;
  const text = `${verb}${percent}  ${facts}`;
  if (part === undefined || text.length + WIDTH + 3 > columns) return text.slice(0, columns);
  const full = Math.round(part * WIDTH);
  const [dark, light] = ["#".repeat(full), ".".repeat(WIDTH - full)];
  return `${verb}${percent} [${colour ? `\u001b[32m${dark}\u001b[39m` : dark}${light}] ${facts}`;
}

/** A line of a terminal that is written anew as things go on. */
export class Bar {
  readonly #start = performance.now();
  #shown = false;

  constructor(
    readonly verb: string,
    readonly terminal: { readonly columns?: number; write(text: string): unknown },
    readonly colour = !process.env.NO_COLOR,
  ) {}

  update(state: State): void {
    // One column less: some terminals go to the next line when the last column is written.
    const columns = (this.terminal.columns || 80) - 1;
    const text = line(this.verb, state, performance.now() - this.#start, columns, this.colour);
    this.terminal.write(`\r\u001b[K${text}`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.terminal.write("\r\u001b[K");
    this.#shown = false;
  }
}
