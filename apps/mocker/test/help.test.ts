import { expect, test } from "vitest";
import { flags } from "../src/arguments/flags.ts";
import { help, overview, subcommands } from "../src/help.ts";

const pages = [overview(false), ...subcommands.map(({ name }) => help(name, false))];

test("help fits 80 columns and is plain without a terminal", () => {
  for (const line of pages.join("").split("\n")) {
    expect(line.length, line).toBeLessThanOrEqual(80);
    expect(line).toMatch(/^[ -~…]*$/);
  }
});

test("with colours only the headings are bold", () => {
  const [bold, plain] = ["\u001b[1m", "\u001b[22m"];
  const coloured = help("run", true);
  expect(coloured).toContain(`${bold}Files:${plain}`);
  expect(coloured.replaceAll(bold, "").replaceAll(plain, "")).toBe(help("run", false));
});

test("each option stands in the help of run, or of explain alone", () => {
  for (const { name, only } of flags) {
    expect(help("explain", false)).toContain(`--${name}`);
    if (only === "explain") expect(help("run", false)).not.toContain(`--${name} `);
    else expect(help("run", false)).toContain(`--${name}`);
  }
});

test("columns are aligned", () => {
  const rows = help("run", false).match(/^ +(-.*)$/gm) ?? [];
  expect(new Set(rows.map((row) => /^.{30} {2}\S/.test(row)))).toEqual(new Set([true]));
});
