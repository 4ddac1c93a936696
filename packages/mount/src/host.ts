import { readFileSync } from "node:fs";

/** One line of /proc/<pid>/mountinfo (proc(5)). */
export interface Mount {
  readonly id: number;
  readonly parent: number;
  /** major:minor of the file system's device. */
  readonly device: string;
  /** The directory of the file system that is its root. */
  readonly root: string;
  readonly target: string;
  /** Options of this mount: "rw", "nosuid", … */
  readonly options: readonly string[];
  /** "shared:1", "master:2", … */
  readonly propagation: readonly string[];
  readonly type: string;
  readonly source: string;
  /** Options of the file system. */
  readonly superOptions: readonly string[];
}

/** The mounts that a process sees, in the order of mounting. Throws as node:fs does where there is no such process. */
export function readMountinfo(pid: number | "self" = "self"): Mount[] {
  return parseMountinfo(readFileSync(`/proc/${pid}/mountinfo`, "utf8"));
}

/** The same, from text. Throws a TypeError for a line that is none. */
export function parseMountinfo(text: string): Mount[] {
  return text.split("\n").filter(Boolean).map(parseLine);
}

function parseLine(line: string): Mount {
  const fields = line.split(" ");
  // Optional fields, as many as there are, end with a dash.
  const dash = fields.indexOf("-", 6);
  if (dash === -1 || fields.length < dash + 4)
    throw new TypeError(`${JSON.stringify(line)} is no line of mountinfo`);
  const [id = "", parent = "", device = "", root = "", target = "", options = ""] = fields;
  const [type = "", source = "", superOptions = ""] = fields.slice(dash + 1);
  return {
    id: Number(id),
    parent: Number(parent),
    device,
    root: unescapeField(root),
    target: unescapeField(target),
    options: options.split(","),
    propagation: fields.slice(6, dash),
    type: unescapeField(type),
    source: unescapeField(source),
    superOptions: superOptions.split(","),
  };
}

// Space, tab, newline and backslash are written as three digits of octal.
function unescapeField(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
