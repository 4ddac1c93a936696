import { resolve } from "node:path";
import { type Entry, list as listArchive } from "@mini/rootfs/archive";
import { print } from "../print.js";
import { failure } from "./failure.js";
import { interruptible } from "./interrupt.js";
import type { Draft } from "./options.js";

const TOGETHER = 64 * 1024; // characters that are written at once

/** `mocker rootfs list archive`. */
export async function list(options: Draft, [archive = ""]: readonly string[], cwd: string): Promise<number> {
  const source = archive === "-" ? process.stdin : resolve(cwd, archive);
  const form = options.json ? json : options.verbose ? verbose : ({ path }: Entry) => escaped(path);
  try {
    await interruptible(async (signal) => {
      let text = "";
      for await (const entry of listArchive(source, { signal, limits: options.limits })) {
        text += `${form(entry)}\n`;
        if (text.length < TOGETHER) continue;
        await print(text);
        text = "";
        if (process.stdout.destroyed) return; // nobody reads any more
      }
      if (text !== "") await print(text);
    });
    return 0;
  } catch (error) {
    throw failure("listing", archive, error);
  }
}

function json({ xattrs, mtime: _, mtimeNs, ...entry }: Entry): string {
  const attributes = Object.entries(xattrs).map(([name, value]) => [name, value.toString("base64")]);
  return JSON.stringify({ ...entry, mtimeNs: String(mtimeNs), xattrs: Object.fromEntries(attributes) });
}

const letters = { file: "-", link: "h", symlink: "l", character: "c", block: "b", directory: "d", fifo: "p" };

/** As `tar -tv --numeric-owner` has it. */
function verbose(entry: Entry): string {
  const { type, mode, uid, gid, device, size, mtime, path, linkpath = "" } = entry;
  const what = device === undefined ? `${size}` : `${device.major},${device.minor}`;
  const time = Number.isNaN(mtime.getTime()) ? "?" : mtime.toISOString().slice(0, 16).replace("T", " ");
  const link = { link: ` link to ${linkpath}`, symlink: ` -> ${linkpath}` }[type as "link"] ?? "";
  const owner = `${uid}/${gid}`;
  const columns = [`${letters[type]}${permissions(mode)}`, owner, what.padStart(17 - owner.length), time];
  return `${columns.join(" ")} ${escaped(path + link)}`;
}

function permissions(mode: number): string {
  const three = (bits: number, special: boolean, letter: string) =>
    `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${special ? (bits & 1 ? letter : letter.toUpperCase()) : bits & 1 ? "x" : "-"}`;
  return (
    three(mode >> 6, (mode & 0o4000) !== 0, "s") +
    three(mode >> 3, (mode & 0o2000) !== 0, "s") +
    three(mode, (mode & 0o1000) !== 0, "t")
  );
}

// A name can hold what moves a terminal's cursor, or ends the line.
function escaped(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\\]/gu, (character) =>
    character === "\n"
      ? "\\n"
      : character === "\\"
        ? "\\\\"
        : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
