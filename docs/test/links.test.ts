import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { pages } from "./page.ts";

const LINK = /(?:\]\(|src="|href=")(?!https?:|mailto:|#)([^)"#\s]+)/g;

for (const [page, file] of pages()) {
  test(`${page}: what it links to is there`, () => {
    const targets = [...readFileSync(file, "utf8").matchAll(LINK)].map(([, target = ""]) => target);
    const missing = targets.filter((target) => !existsSync(join(dirname(file), target)));
    expect(missing).toEqual([]);
  });
}
