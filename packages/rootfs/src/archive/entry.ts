import type { RawEntry } from "@mini/native/archive";

/** What an entry can be; "link" is a hard link. */
export type EntryType = "file" | "link" | "symlink" | "character" | "block" | "directory" | "fifo";

const types: readonly EntryType[] = ["file", "link", "symlink", "character", "block", "directory", "fifo"];

/** One entry of an archive. */
export interface Entry {
  /** As the archive has it: "./etc/passwd". */
  readonly path: string;
  readonly type: EntryType;
  /** Of a link: another entry's path. Of a symlink: its text. */
  readonly linkpath: string | undefined;
  /** The permissions, with setuid, setgid and sticky: 0o4755. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** "" where the archive has none. */
  readonly uname: string;
  readonly gname: string;
  /** In nanoseconds since 1970. */
  readonly mtimeNs: bigint;
  readonly mtime: Date;
  /** Of a file, in bytes, with its holes. */
  readonly size: number;
  /** Of a device. */
  readonly device: { readonly major: number; readonly minor: number } | undefined;
  readonly xattrs: Readonly<Record<string, Buffer>>;
  /** Where it begins in the unpacked archive, in bytes. */
  readonly offset: number;
}

export function entryOf(raw: RawEntry): Entry {
  const type = types[raw.type] ?? "file";
  const mtimeNs = BigInt(raw.seconds) * 1_000_000_000n + BigInt(raw.nanoseconds);
  const isDevice = type === "character" || type === "block";
  return {
    path: raw.path,
    type,
    linkpath: type === "link" || type === "symlink" ? raw.link : undefined,
    mode: raw.mode,
    uid: raw.uid,
    gid: raw.gid,
    uname: raw.uname,
    gname: raw.gname,
    mtimeNs,
    mtime: new Date(raw.seconds * 1000 + raw.nanoseconds / 1e6),
    size: raw.size,
    device: isDevice ? { major: raw.major, minor: raw.minor } : undefined,
    xattrs: xattrsOf(raw.xattrs),
    offset: raw.offset,
  };
}

// Names come from the archive: "__proto__" is one like any other.
function xattrsOf(pairs: RawEntry["xattrs"]): Record<string, Buffer> {
  const xattrs: Record<string, Buffer> = Object.create(null);
  for (let i = 0; i + 1 < pairs.length; i += 2) xattrs[pairs[i] as string] = pairs[i + 1] as Buffer;
  return xattrs;
}
