import type { Flag, Valued } from "../arguments/flag.js";
import { flags } from "../arguments/flags.js";

/** The flags of `run` and `explain` with a value. */
export const valued: readonly Valued[] = flags.filter((flag): flag is Valued => "argument" in flag);

/** Matches an option, in whatever form, whose value is the next word; as extended regular expressions of any shell. */
export function takesNextWord(): string {
  const short = (some: readonly Flag[]) => some.map((flag) => flag.short ?? "").join("");
  const switches = short(flags.filter((flag) => "turn" in flag));
  return `^(-[${switches}]*[${short(valued)}]|--(${valued.flatMap(longNames).join("|")}))$`;
}

export function longNames<D>({ name, alias }: Flag<D>): string[] {
  return alias === undefined ? [name] : [name, alias];
}

/** How it is written before a value or alone: "-v", "--volume". */
export function written<D>(flag: Flag<D>): string[] {
  return [
    ...(flag.short === undefined ? [] : [`-${flag.short}`]),
    ...longNames(flag).map((name) => `--${name}`),
  ];
}
