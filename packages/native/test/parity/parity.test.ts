import * as node from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as mini from "../../src/index.js";
import { aborts } from "./aborts.js";
import { differences } from "./differences.js";
import { events } from "./events.js";
import { failures } from "./failures.js";
import { kills } from "./kills.js";
import type { Spawn } from "./observe.js";
import { options } from "./options.js";
import { refusals } from "./refusals.js";
import { scripts } from "./scripts.js";
import { stdio } from "./stdio.js";
import { streams } from "./streams.js";

// The same script, two implementations, the same observations: child_process itself is the measure of "drop-in".

const same = {
  ...events,
  ...options,
  ...refusals,
  ...failures,
  ...stdio,
  ...streams,
  ...kills,
  ...aborts,
  ...scripts,
};
const ours = mini.spawn as unknown as Spawn;

test.each(Object.entries(same))("%s", async (_, observe) => {
  const theirs = await observe(node.spawn);
  expect(await observe(ours)).toEqual(theirs);
});

test.each(differences)("different: $name", async ({ observe, child_process, mini }) => {
  expect(await observe(node.spawn)).toBe(child_process);
  expect(await observe(ours)).toBe(mini);
});

test("at least sixty are the same", () => {
  expect(Object.keys(same).length).toBeGreaterThan(60);
});

test("the page lists the same differences", () => {
  const page = readFileSync(new URL("../../../../docs/child-process.md", import.meta.url), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| ") && !/^\| (What|---) /.test(line));
  expect(rows).toEqual(
    differences.map((row) => `| ${row.name} | \`${row.child_process}\` | \`${row.mini}\` | ${row.reason} |`),
  );
});
