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
const programs = someDirectory();
writeFileSync(join(programs, "tool-of-this-test"), "#!/bin/sh\n");
chmodSync(join(programs, "tool-of-this-test"), 0o755);
const env = {
  PATH: `${programs}:${process.env.PATH}`,
  HOME: directory,
  A_VARIABLE_OF_THIS_TEST: "1",
  TERM: "dumb",
};

type Offer = [line: string, offered: string[]];

/** What a shell offers for the lines of `expected`, which it is given as arguments, a line of words for each. */
function shell(expected: readonly Offer[], file: string, ...args: string[]): Offer[] {
  const lines = expected.map(([line]) => line);
  const { stdout, stderr } = spawnSync(file, [...args, ...lines], { cwd: directory, env, encoding: "utf8" });
  expect(stderr).toBe("");
  const found = stdout.split("\n").map((line) => line.split(" ").map((word) => word.replace(/\/$/, "")));
  return lines.map((line, index) => [
    line,
    (found[index] ?? []).filter((word) => word !== "" && word !== "link"),
  ]);
}

/** What is to be offered for a line, whichever shell it is. */
const offers: Offer[] = [
  ["mocker ru", ["run"]],
  ["mocker roo", ["rootfs"]],
  ["mocker rootfs p", ["pack"]],
  ["mocker rootfs pack --one", ["--one-file-system"]],
  ["mocker rootfs pack --strip", []],
  ["mocker rootfs pack fi", ["file"]],
  ["mocker rootfs extract file --str", ["--strip-components"]],
  ["mocker rootfs list --limit b", ["bytes="]],
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
  // directories alone after -w, files as well elsewhere
  ["mocker run --rootfs d", ["data"]],
  ["mocker run --rootfs fi", ["file"]],
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
  expect(shell(offers, "bash", "--norc", "-c", script, "bash")).toEqual(offers);
});

requires("fish")("fish completes", () => {
  const script = `${fish()}
    for line in $argv
      echo (complete -C $line | string replace -r '\\t.*' '' | sort -u)
    end`;
  expect(shell(offers, "fish", "--no-config", "-c", script)).toEqual(offers);
});

requires("zsh")("zsh completes", () => {
  const script = join(directory, "_mocker");
  writeFileSync(script, zsh());
  const driver = join(import.meta.dirname, "fixtures/completion.zsh");
  // zsh knows the options of many programs, and goes on with those of the command
  const expected: Offer[] = [...offers, ["mocker run -h x base64 --dec", ["--decode"]]];
  expect(shell(expected, "zsh", "-f", driver, script)).toEqual(expected);
});
