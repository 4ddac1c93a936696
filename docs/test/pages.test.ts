// Runs what the pages show. The rules for writers, which CONTRIBUTING.md points to:
//
//   ```console    Lines that begin with `$ ` are typed into one bash per block (`> ` continues a line), in the repository's
//                 root, with `mocker` in PATH; the other lines are what is printed. `…` is anything within a line; a line
//                 that is only `…`, any lines.
//   ```js, ```ts  Run as a module that can import the workspace's packages; what it prints is the ```text block that comes
//                 next. Without one, nothing.
//   ```sh         Only with a reason why it is not run.
//
// A comment on the line before a block, `<!-- docs: …; … -->`, says more:
//
//   run                     js and ts have to say this, so that nobody shows code by accident that is not run
//   numbers vary            numbers, and the spaces that align them, may be others
//   tty                     the block is a whole session at a terminal; lines after an inner prompt are typed too
//   needs root              or another need that requires() of @mini/testing knows
//   not run: the reason     listed as skipped
import { type Need, requires } from "@mini/testing";
import { afterAll, describe, expect, test } from "vitest";
import { type Block, blocksOf, commandsOf } from "./block.ts";
import { expectShown } from "./match.ts";
import { runModule } from "./module.ts";
import { pages } from "./page.ts";
import { runInShell, Surroundings } from "./shell.ts";
import { typeInTerminal } from "./terminal.ts";

const RUNNABLE = ["console", "sh", "bash", "js", "ts"];
const KNOWN = /^(run|numbers vary|tty|needs .+|not run: .+)$/;

const surroundings = new Surroundings();
afterAll(() => surroundings.done());

for (const [page, file] of pages()) {
  const blocks = blocksOf(page, file);
  const runnable = blocks.filter(({ language }) => RUNNABLE.includes(language));
  if (runnable.length === 0) continue;
  describe(page, () => {
    for (const block of runnable) testBlock(block, blocks[blocks.indexOf(block) + 1]);
  });
}

function testBlock(block: Block, next: Block | undefined): void {
  const { page, line, language, says, lines } = block;
  const numbersVary = says.includes("numbers vary");
  const here = requires(
    ...says.filter((word) => word.startsWith("needs ")).map((word) => word.slice(6) as Need),
  );
  const first = `${page}:${line} ${lines.find((text) => text.trim() !== "") ?? ""}`;
  const reason = says.find((word) => word.startsWith("not run: "));

  const unknown = says.filter((word) => !KNOWN.test(word));
  if (unknown.length > 0)
    test(first, () => expect.fail(`the comment before it says ${unknown.join(" and ")}`));
  else if (reason !== undefined) test.skip(`${first} (${reason})`, () => undefined);
  else if (language === "js" || language === "ts") {
    here(first, async () => {
      expect(says, "code says `run`, or why it is not run").toContain("run");
      const printed = await runModule(lines.join("\n"), language, surroundings);
      expectShown(printed, next?.language === "text" ? next.lines : [], numbersVary);
    });
  } else if (language !== "console") {
    test(first, () => expect.fail(`a block of ${language} has to say why it is not run`));
  } else if (says.includes("tty")) {
    here(`${first} (terminal)`, async () => {
      expectShown(await typeInTerminal(lines, surroundings), lines, numbersVary);
    });
  } else {
    const shown = commandsOf(block);
    let printed: Promise<string[]> | undefined;
    for (const [index, { line, command, output }] of shown.entries()) {
      here(`${page}:${line} ${command.replaceAll("\n", " ")}`, async () => {
        printed ??= runInShell(
          shown.map(({ command }) => command),
          surroundings,
        );
        expectShown((await printed)[index] ?? "the shell has ended before", output, numbersVary);
      });
    }
  }
}
