import { describe, expect, test } from "vitest";
import { expectShown } from "./match.ts";

describe("what is printed against what is shown", () => {
  test.each<[name: string, printed: string, shown: string[]]>([
    ["the same", "a\nb\n", ["a", "b"]],
    ["nothing", "", []],
    ["anything within a line", "a 1 b\n", ["a … b"]],
    ["any lines", "a\nb\nc\n", ["a", "…", "c"]],
    ["no lines", "a\nc\n", ["a", "…", "c"]],
    ["spaces at the end", "a  \n\n", ["a", ""]],
    ["signs of regular expressions", "a.b* (c)\n", ["a.b* (c)"]],
  ])("is right: %s", (_, printed, shown) => {
    expectShown(printed, shown, false);
  });

  test.each<[name: string, printed: string, shown: string[]]>([
    ["another line", "a\n", ["b"]],
    ["a line more", "a\nb\n", ["a"]],
    ["a line less", "a\n", ["a", "b"]],
    ["a sign for any", "axb\n", ["a.b"]],
    ["another number", "pid 12\n", ["pid 11"]],
    ["two lines where one may vary", "a\nb\nc\n", ["a … c"]],
  ])("is wrong: %s", (_, printed, shown) => {
    expect(() => expectShown(printed, shown, false)).toThrow();
  });

  test("numbers vary, with the spaces that align them, and nothing else", () => {
    expectShown("   7 root\n1024 bash\n", ["43378 root", "  1 bash"], true);
    expect(() => expectShown("7 root\n", ["7 bash"], true)).toThrow();
  });
});
