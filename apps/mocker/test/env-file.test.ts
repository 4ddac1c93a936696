import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "../src/arguments/parse.ts";
import { someDirectory } from "./fixtures/directory.ts";

const directory = someDirectory();
const caller = { directory: () => directory, env: { PASSED: "mine", EMPTY: "" } };

function envOf(content: string | Buffer, ...args: string[]) {
  writeFileSync(join(directory, "env"), content);
  const request = parse("run", [...args, "--env-file", "env", "x"], caller);
  return request.help ? undefined : request.options.env;
}

test("lines are variables, taken as they stand; # begins a comment, and a name alone passes the caller's on", () => {
  const content = `# a comment
A=1
  B= two words "quoted" $HOME # no comment

C=
D=a=b
PASSED
EMPTY
MISSING
A=last
E=x  
`;
  expect(envOf(content)).toEqual({
    A: "last",
    B: ' two words "quoted" $HOME # no comment',
    C: "",
    D: "a=b",
    PASSED: "mine",
    EMPTY: "",
    E: "x  ",
  });
});

test("lines may end in CR LF, the file may begin with a byte order mark and end without a line's end", () => {
  expect(envOf("\ufeffA=1\r\nB=2")).toEqual({ A: "1", B: "2" });
});

test("-e holds against a file, whichever stands first", () => {
  expect(envOf("A=file\nB=file", "-e", "A=argument")).toEqual({ A: "argument", B: "file" });
});

test.each([
  ["A=1\n=2\n", '--env-file env:2: "=2" is no variable: write NAME=value, without spaces in the name'],
  ["A B=1", '--env-file env:1: "A B=1" is no variable: write NAME=value, without spaces in the name'],
  [
    "export A=1",
    '--env-file env:1: "export A=1" is no variable: write NAME=value, without spaces in the name',
  ],
  ["A=\0", '--env-file env:1: "A=\\u0000" is no variable: write NAME=value, without spaces in the name'],
  [Buffer.from([0x41, 0x3d, 0xff]), '--env-file "env" is not UTF-8: give a readable text file'],
])("%j is refused, with the line", (content, sentence) => {
  expect(() => envOf(content)).toThrow(sentence);
});
