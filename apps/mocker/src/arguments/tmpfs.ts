import { show, UsageError } from "../error.js";
import type { Tmpfs } from "../options.js";
import { mountTarget } from "./path.js";
import { parseSize } from "./size.js";

/** `target[:options]`, as docker run --tmpfs has it: programs in it are not run, unless `exec` is among the options. */
export function parseTmpfs(value: string): Tmpfs {
  const [target = "", options] = halves(value, ":");
  const given = options === undefined ? [] : options.split(",").map((option) => parseOption(value, option));
  const defaults = { size: undefined, mode: undefined, readonly: false, noexec: true };
  return Object.assign({ target: mountTarget("--tmpfs", target), ...defaults }, ...given);
}

function parseOption(value: string, option: string): Partial<Tmpfs> {
  const [name, argument = ""] = halves(option, "=");
  if (name === "size") return { size: parseSize("--tmpfs size", argument) };
  if (name === "mode") return { mode: parseMode("--tmpfs mode", argument) };
  if (option === "ro" || option === "rw") return { readonly: option === "ro" };
  if (option === "exec" || option === "noexec") return { noexec: option === "noexec" };
  if (option === "nosuid" || option === "nodev") return {}; // they always are
  throw new UsageError(
    `--tmpfs ${show(value)}: the option ${show(option)} is not there yet: use size, mode, ro, rw, exec or noexec`,
  );
}

/** Permissions in octal. */
export function parseMode(flag: string, text: string): number {
  if (/^0*[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  throw new UsageError(`${flag} ${show(text)} is no mode: give permissions in octal, as in 1777`);
}

/** What stands before and after the first `separator`. */
export function halves(text: string, separator: string): [before: string, after: string | undefined] {
  const index = text.indexOf(separator);
  return index === -1 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}
