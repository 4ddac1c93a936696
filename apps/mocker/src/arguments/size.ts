import { show, UsageError } from "../error.js";

const units = ["", "k", "m", "g", "t"];

/** Bytes, as Docker writes them: "64m", "1.5g", "512kb"; units are of 1024. Throws for anything else, and for none. */
export function parseSize(flag: string, text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?) ?([kmgt]?)i?b?$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * 1024 ** units.indexOf(unit.toLowerCase()));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new UsageError(
    `${flag} ${show(text)} is no size: give a number of bytes above 0, or one with k, m, g or t, as in 64m`,
  );
}
