import { readFileSync } from "node:fs";
import { show, UsageError } from "../error.js";
import type { Caller } from "./caller.js";
import { hostFile } from "./path.js";
import { halves } from "./tmpfs.js";

type Env = Record<string, string>;

/** `NAME=value`, or `NAME` for the caller's value: nothing where the caller has none. */
export function parseEnv(text: string, caller: Caller): Env {
  const [name, value] = halves(text, "=");
  if (name === "") {
    throw new UsageError(`--env ${show(text)} has no name: write NAME=value, or NAME to pass yours on`);
  }
  // What lists variables would show two.
  if (/\p{Cc}/u.test(name))
    throw new UsageError(`--env ${show(text)} has a control character in its name: write NAME=value`);
  const passed = value ?? caller.env[name];
  return passed === undefined ? {} : { [name]: passed };
}

/** A file of such lines, as docker run --env-file has it: no quotes, no expansion, `#` begins a line that is a comment. */
export function parseEnvFile(file: string, caller: Caller): Env {
  const { path, stats } = hostFile("--env-file", file, caller);
  if (stats.isDirectory()) throw new UsageError(`--env-file ${show(file)} is a directory: name a file`);
  const lines = read(path, file).split(/\r?\n/);
  return Object.assign({}, ...lines.map((line, index) => parseLine(line, `${file}:${index + 1}`, caller)));
}

function read(path: string, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const reason = error instanceof TypeError ? "is not UTF-8" : "cannot be read";
    throw new UsageError(`--env-file ${show(file)} ${reason}: give a readable text file`);
  }
}

function parseLine(line: string, where: string, caller: Caller): Env {
  const text = line.trimStart();
  if (text === "" || text.startsWith("#")) return {};
  const [name] = halves(text, "=");
  if (name === "" || /\s/.test(name) || text.includes("\0")) {
    throw new UsageError(
      `--env-file ${where}: ${show(text)} is no variable: write NAME=value, without spaces in the name`,
    );
  }
  return parseEnv(text, caller);
}
