import { expect, test } from "vitest";
import { Bar, duration, line, size } from "../src/rootfs/progress.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [93_036_384, "93.0 MB"],
  [198_889_761, "199 MB"],
  [1.5e12, "1.5 TB"],
  [2.5e16, "25000 TB"],
])("%d bytes are %s", (bytes, text) => {
  expect(size(bytes)).toBe(text);
});

test.each([
  [0.4, "0 s"],
  [59, "59 s"],
  [187, "3:07"],
  [7300, "2 h 1 min"],
])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

const half = { entries: 12, bytes: 50e6, done: 5e6, total: 10e6 };

test("a line has bytes, entries, rate and time left", () => {
  expect(line("unpacking", half, 2000, 100)).toBe(
    "unpacking  50 % [##########..........] 50.0 MB, 12 entries, 25.0 MB/s, 2 s left",
  );
  expect(line("packing", { ...half, entries: 1, total: null }, 2000, 100)).toBe(
    "packing  50.0 MB, 1 entry, 25.0 MB/s",
  );
  expect(line("packing", { ...half, done: 20e6 }, 2000, 100)).toContain("100 %");
});

test("a line is never wider than the terminal", () => {
  for (let columns = 1; columns < 100; columns++)
    expect(line("unpacking", half, 2000, columns).length).toBeLessThanOrEqual(columns);
});

test("the bar is written over itself, and wiped away", () => {
  let written = "";
  const bar = new Bar("packing", { columns: 40, write: (text) => (written += text) }, false);
  bar.clear();
  expect(written).toBe("");
  bar.update(half);
  bar.update(half);
  bar.clear();
  expect(written.split("\r\u001b[K")).toHaveLength(4);
  expect(written.endsWith("\r\u001b[K")).toBe(true);
  expect(written).not.toContain("\u001b[32m");
});
