import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@mini/testing";
import { afterAll, beforeAll, expect } from "vitest";
import { mocker } from "./fixtures/mocker.js";
import { strace } from "./fixtures/strace.js";

// What `mocker explain` prints is what the kernel is asked: strace's lines, between clone3 and the command's execve, equal
// explain's. The one thing that explain cannot know is which number a descriptor will have; it prints the slot's name.

let volume: string;
beforeAll(() => {
  volume = mkdtempSync("/var/tmp/mini-volume-");
});
afterAll(() => rmSync(volume, { recursive: true }));

const alone: readonly (readonly string[])[] = [
  [],
  ["--hostname", "box"],
  ["-v", "VOLUME:/mnt/volume"],
  ["-v", "VOLUME:/mnt/volume:ro"],
  ["--tmpfs", "/mnt/empty:size=1m,mode=0700"],
  ["--mount", "type=bind,source=VOLUME,target=/srv,readonly"],
  ["-e", "COLOUR=äöü"],
  ["-w", "/usr"],
  ["-u", "1:1"],
  ["--read-only"],
  ["--network", "host"],
  ["--init"],
  ["--storage-size", "8m"],
  ["--verbose"],
];
const together: readonly (readonly string[])[] = [
  ["--hostname", "box", "-w", "/tmp", "-e", "A=1", "-e", "B=2"],
  ["-v", "VOLUME:/mnt/a", "--tmpfs", "/mnt/b", "--read-only"],
  ["--init", "--network", "host", "-u", "65534"],
  ["--rootfs", "VOLUME:O", "-v", "/usr:/usr", "-v", "/lib:/lib", "-v", "/lib64:/lib64"],
  ["--init", "--verbose", "--read-only", "--tmpfs", "/tmp", "-w", "/tmp", "--storage-size", "16m"],
];

for (const options of [...alone, ...together]) {
  requires("strace", "user namespaces")(
    `mocker run ${options.join(" ")}: strace shows what explain says`,
    () => {
      const args = [...options.map((option) => option.replace("VOLUME", volume)), "/usr/bin/true"];
      const planned = mocker("explain", ...args)
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"));
      const [node, cli] = [process.execPath, join(import.meta.dirname, "../dist/cli.cjs")];
      expect(normalised(strace([node, "--", cli, "run", ...args]), planned)).toEqual(planned);
    },
  );
}

/** strace's lines of the child, in explain's notation. */
function normalised(lines: readonly string[], planned: readonly string[]): string[] {
  const begin = lines.findIndex((line) => line.includes(" clone3({flags=CLONE_VM|CLONE_PIDFD|CLONE_VFORK"));
  const clone = lines[begin] ?? "";
  const family = new Set([/ = (\d+)$/.exec(clone)?.[1]]);
  const made: string[] = [withoutPointers(clone)];
  const slots = new Map<string, string>();
  let adopts = false; // the init's command is the next process that is new
  const seen = new Set(lines.slice(0, begin).map((line) => line.split(" ")[0]));
  for (const line of lines.slice(begin + 1)) {
    const [, pid, text = "", result = ""] = /^(\d+) (.*?) += (-?\d+|\?)(?: .*)?$/.exec(line) ?? [];
    if (adopts && !seen.has(pid)) family.add(pid);
    adopts &&= seen.has(pid);
    seen.add(pid);
    if (!family.has(pid) || made.length === planned.length) continue;
    adopts ||= text.startsWith("clone(");
    made.push(named(text, result, planned[made.length] ?? "", slots));
  }
  return made;
}

function withoutPointers(line: string): string {
  return line
    .replace(/^\d+ /, "")
    .replace(/ (pidfd|parent_tid|stack|stack_size)=0x[0-9a-f]+,?/g, "")
    .replace(/,?\} => .*$/, "})");
}

/** A line with slots by their names, if with them it is the line that was planned. */
function named(text: string, result: string, planned: string, slots: Map<string, string>): string {
  const [, call = planned, kept] = /^(.*?\)) = ([\w ]+)$/.exec(planned) ?? [];
  const names: string[] = [];
  const pattern = call
    .replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")
    .replace(/(?<=\\\(|, )([a-z][a-z0-9 ]*)(?=, |\\\)$)/g, (_, name: string) => {
      names.push(name);
      return `(${slots.get(name) ?? "\\d+"})`;
    });
  const match = new RegExp(`^${pattern}$`).exec(text);
  if (match === null) return text;
  for (const [index, name] of names.entries()) slots.set(name, match[index + 1] ?? "");
  if (kept !== undefined) slots.set(kept, result);
  return planned;
}
