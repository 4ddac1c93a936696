import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@mini/testing";
import { afterEach, describe, expect, test } from "vitest";
import { someDirectory } from "./fixtures/directory.ts";
import { cli, mocker } from "./fixtures/mocker.ts";

// Node looks for --env-file among all the words of its command line, those behind the script's name too, and obeys a
// NODE_OPTIONS in that file: a program of the host would run, before mocker has read a word. `--` ends its search.

const directory = someDirectory();
const ran = join(directory, "ran");
const evil = join(directory, "evil.cjs");
const file = join(directory, "env");
writeFileSync(evil, `require("node:fs").writeFileSync(${JSON.stringify(ran)}, "")`);
writeFileSync(file, `NODE_OPTIONS=--require=${evil}\nCOLOUR=blue\n`);

const home = join(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as {
  scripts: { start: string };
  bin: { mocker: string };
};

/** Each way to start the built file: how it is said to a shell, with the arguments as "$@". */
const ways: readonly (readonly [name: string, line: string])[] = [
  ["pnpm start", `${manifest.scripts.start} "$@"`],
  ["the bin, by its first line", `exec ./${manifest.bin.mocker} "$@"`],
  ["a link to the bin", `exec "${directory}/mocker" "$@"`],
];
const options = ["--env-file=FILE", "--env-file FILE", "--env-file-if-exists=FILE"];
const words = (option: string) => option.replace("FILE", file).split(" ");

afterEach(() => rmSync(ran, { force: true }));

function start(line: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    "sh",
    ["-c", `ln -s ${cli} ${directory}/mocker; ${line}`, "sh", ...args],
    {
      cwd: home,
      encoding: "utf8",
    },
  );
  rmSync(join(directory, "mocker"));
  return { status, stdout, stderr };
}

describe.each(ways)("%s", (_, line) => {
  const needed = requires("user namespaces");

  needed.each(options)("behind the command, %s is the command's own", (option) => {
    const given = words(option);
    expect(start(line, "run", "echo", ...given)).toEqual({
      status: 0,
      stdout: `${given.join(" ")}\n`,
      stderr: "",
    });
    expect(existsSync(ran)).toBe(false);
  });

  needed.each(options.slice(0, 2))("before the command, %s is mocker's", (option) => {
    const given = words(option);
    const script = 'echo "$COLOUR $NODE_OPTIONS"';
    expect(start(line, "run", ...given, "sh", "-c", script).stdout).toBe(`blue --require=${evil}\n`);
    expect(existsSync(ran)).toBe(false);
  });

  test("an option that mocker does not have is refused, and not obeyed by Node", () => {
    const { status, stderr } = start(line, "run", `--env-file-if-exists=${file}`, "true");
    expect(stderr).toMatch(/^mocker: there is no option --env-file-if-exists/);
    expect(status).toBe(125);
    expect(existsSync(ran)).toBe(false);
  });
});

test("without `--` it would have been obeyed", () => {
  spawnSync(process.execPath, [cli, "--version", `--env-file=${file}`]);
  expect(existsSync(ran)).toBe(true);
  rmSync(ran);
  mocker("--version", `--env-file=${file}`);
  expect(existsSync(ran)).toBe(false);
});
