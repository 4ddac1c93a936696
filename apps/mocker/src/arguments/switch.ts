import { show, UsageError } from "../error.js";

/** What `--flag=value` means for a flag that is on or off, as Docker reads it. */
export function parseSwitch(flag: string, text: string): boolean {
  if (/^(1|t|true)$/i.test(text)) return true;
  if (/^(0|f|false)$/i.test(text)) return false;
  throw new UsageError(
    `${flag}=${text} is neither on nor off: leave ${show(text)} out, or write true or false`,
  );
}
