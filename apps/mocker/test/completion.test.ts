import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@mini/testing";
import { expect, test, vi } from "vitest";
import { bash } from "../src/completion/bash.ts";
import { fish } from "../src/completion/fish.ts";
import { zsh } from "../src/completion/zsh.ts";
import { someDirectory } from "./fixtures/directory.ts";

// The shells are asked themselves, which takes zsh seconds, in a directory with data/, file and link, and a program `tool-of-this-test` in PATH.

vi.setConfig({ testTimeout: 60_000 });

const directory = someDirectory();
writeFileSync(join(directory, "tool-of-this-test"), "#!/bin/sh\n");
chmodSync(join(directory, "tool-of-this-test"), 0o755);
const env = {
  PATH: `${directory}:${process.env.PATH}`,
  HOME: directory,
  A_VARIABLE_OF_THIS_TEST: "1",
  TERM: "dumb",
};

/** What a shell prints, a line for each line of `offers`. */
function shell(file: string, ...args: string[]): [line: string, offered: string[]][] {
  const all = [...args, ...offers.map(([line]) => line)];
  const { stdout, stderr } = spawnSync(file, all, { cwd: directory, env, encoding: "utf8" });
  expect(stderr).toBe("");
  const found = stdout.split("\n").map((line) => line.split(" ").map((word) => word.replace(/\/$/, "")));
  return offers.map(([line], index) => [
    line,
    (found[index] ?? []).filter((word) => word !== "" && word !== "link"),
  ]);
}

/** What is to be offered for a line, whichever shell it is. */
const offers: [line: string, offered: string[]][] = [
  ["mocker r", ["run"]],
  ["mocker help e", ["explain"]],
  ["mocker completion z", ["zsh"]],
  ["mocker run --read", ["--read-only"]],
  ["mocker run -it --read", ["--read-only"]],
  ["mocker run --network ", ["host", "none"]],
  ["mocker run --network h", ["host"]],
  ["mocker run -e A_VARIABLE_OF", ["A_VARIABLE_OF_THIS_TEST"]],
  ["mocker run tool-of-this", ["tool-of-this-test"]],
  ["mocker run --hostname x tool-of-this", ["tool-of-this-test"]],
  ["mocker run -h x -e A=b -v ./a:/b --init tool-of-this", ["tool-of-this-test"]],
  ["mocker run -ith x tool-of-this", ["tool-of-this-test"]],
  ["mocker run -- tool-of-this", ["tool-of-this-test"]],
  ["mocker run tool-of-this-test --read", []],
  ["mocker explain --js", ["--json"]],
  ["mocker run --js", []],
  // directories alone after --rootfs and -w, files as well elsewhere
  ["mocker run --rootfs ", ["data"]],
  ["mocker run -w d", ["data"]],
  ["mocker run --env-file fi", ["file"]],
  ["mocker run -v fi", ["file"]],
  ["mocker run tool-of-this-test fi", ["file"]],
];

test("bash completes", () => {
  const script = `${bash()}
    complete -p mocker >/dev/null || exit
    for COMP_LINE; do
      COMP_POINT=\${#COMP_LINE}
      _mocker
      printf '%s\\n' "\${COMPREPLY[@]}" | sort -u | paste -sd ' '
    done`;
  expect(shell("bash", "--norc", "-c", script, "bash")).toEqual(offers);
});

requires("fish")("fish completes", () => {
  const script = `${fish()}
    for line in $argv
      echo (complete -C $line | string replace -r '\\t.*' '' | sort -u)
    end`;
  expect(shell("fish", "--no-config", "-c", script)).toEqual(offers);
});

requires("zsh")("zsh completes", () => {
  const script = join(directory, "_mocker");
  writeFileSync(script, zsh());
  expect(shell("zsh", "-f", join(import.meta.dirname, "fixtures/completion.zsh"), script)).toEqual(offers);
});
