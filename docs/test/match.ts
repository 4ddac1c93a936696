import { expect } from "vitest";

/**
 * Holds what was printed against what a page shows. `…` stands for anything within a line, and alone on a line for any
 * number of lines. Where numbers vary, so do they and the spaces that align them.
 */
export function expectShown(printed: string, shown: readonly string[], numbersVary: boolean): void {
  const actual = trimmed(printed.split("\n"));
  const expected = trimmed(shown);
  // For its diff, the plain comparison is the one that fails.
  if (!pattern(expected, numbersVary).test(`${actual.join("\n")}\n`)) expect(actual).toEqual(expected);
}

function trimmed(lines: readonly string[]): string[] {
  const kept = lines.map((line) => line.trimEnd());
  while (kept.at(-1) === "") kept.pop();
  return kept;
}

function pattern(lines: readonly string[], numbersVary: boolean): RegExp {
  const whole = lines.map((line) =>
    line.trim() === "…" ? "(?:[^\\n]*\\n)*" : `${within(line, numbersVary)}\\n`,
  );
  return new RegExp(`^${whole.length === 0 ? "\\n" : whole.join("")}$`);
}

function within(line: string, numbersVary: boolean): string {
  const text = numbersVary ? line.trimStart() : line;
  const escaped = text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll("…", "[^\\n]*");
  return numbersVary ? ` *${escaped.replace(/\d+/g, "\\d+").replace(/ +/g, " +")}` : escaped;
}
