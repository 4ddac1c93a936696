import { readFileSync } from "node:fs";

/** A fenced block of a page, with what the comment before it says about running it. */
export interface Block {
  readonly page: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly lines: readonly string[];
  /** What `<!-- docs: a; b -->` says: `["a", "b"]`. */
  readonly says: readonly string[];
}

const FENCE = /^\s*(`{3,})\s*(\S*)\s*$/;
const COMMENT = /^\s*<!--\s*docs:\s*(.+?)\s*-->\s*$/;

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string, file: string): Block[] {
  const blocks: Block[] = [];
  let says: string[] = [];
  let open: { fence: string; line: number; language: string; lines: string[] } | undefined;
  for (const [index, text] of readFileSync(file, "utf8").split("\n").entries()) {
    const [, fence = "", language = ""] = FENCE.exec(text) ?? [];
    if (open !== undefined) {
      // As CommonMark has it: only a fence as long as the first one ends the block.
      if (language !== "" || fence.length < open.fence.length) open.lines.push(text);
      else {
        blocks.push({ page, line: open.line, language: open.language, lines: open.lines, says });
        open = undefined;
        says = [];
      }
    } else if (fence !== "") open = { fence, line: index + 1, language, lines: [] };
    else if (COMMENT.test(text)) says = (COMMENT.exec(text)?.[1] ?? "").split(/\s*;\s*/);
    else if (text.trim() !== "") says = [];
  }
  return blocks;
}

/** A command of a console block, and what the page says it prints. */
export interface Shown {
  readonly line: number;
  readonly command: string;
  readonly output: readonly string[];
}

/** The commands of a console block: `$ ` begins one, `> ` continues it, all else is output. */
export function commandsOf({ lines, line }: Block): Shown[] {
  const commands: { line: number; command: string; output: string[] }[] = [];
  for (const [index, text] of lines.entries()) {
    const current = commands.at(-1);
    if (text.startsWith("$ ")) commands.push({ line: line + index + 1, command: text.slice(2), output: [] });
    else if (text.startsWith("> ") && current?.output.length === 0) current.command += `\n${text.slice(2)}`;
    else if (current !== undefined) current.output.push(text);
    else if (text.trim() !== "") throw new Error(`output before the first command: ${text}`);
  }
  return commands;
}
