// A writer of tar archives that never refuses: any field of a header can be forced to any bytes, so that tests can make what
// no honest program would write. tar(5) of libarchive describes the fields.

/** A field as bytes, as text, or as a number that is written in octal. */
export type Field = string | number | bigint | Uint8Array;

/** The fields of a header by tar(5)'s names; what is left out is that of an ordinary file of root's from 1970. */
export interface Header {
  name?: Field;
  mode?: Field;
  uid?: Field;
  gid?: Field;
  size?: Field;
  mtime?: Field;
  checksum?: Field;
  typeflag?: Field;
  linkname?: Field;
  magic?: Field;
  version?: Field;
  uname?: Field;
  gname?: Field;
  devmajor?: Field;
  devminor?: Field;
  prefix?: Field;
  /** Bytes that overwrite the header from an offset on, before its checksum is made: for old GNU sparse maps. */
  at?: readonly (readonly [offset: number, bytes: Field, length: number])[];
}

const fields: Readonly<Record<Exclude<keyof Header, "at" | "checksum">, readonly [number, number]>> = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  typeflag: [156, 1],
  linkname: [157, 100],
  magic: [257, 6],
  version: [263, 2],
  uname: [265, 32],
  gname: [297, 32],
  devmajor: [329, 8],
  devminor: [337, 8],
  prefix: [345, 155],
};

/** A header of 512 bytes, its checksum right unless it is forced. */
export function header(values: Header): Buffer {
  const block = Buffer.alloc(512);
  const all = {
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    typeflag: "0",
    magic: "ustar\0",
    version: "00",
  };
  for (const [key, value] of Object.entries({ ...all, ...values })) {
    if (key in fields) put(block, fields[key as keyof typeof fields], value as Field);
  }
  for (const [offset, bytes, length] of values.at ?? []) put(block, [offset, length], bytes);
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(block, [148, 8], values.checksum ?? `${octal(sum, 6)}\0 `);
  return block;
}

function put(block: Buffer, [offset, length]: readonly [number, number], value: Field): void {
  const bytes =
    typeof value === "number" || typeof value === "bigint"
      ? Buffer.from(octal(value, length - 1))
      : Buffer.from(value as string);
  block.fill(0, offset, offset + length);
  bytes.copy(block, offset, 0, length);
}

function octal(value: number | bigint, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

/** A number in base 256, as GNU tar writes what octal digits cannot hold: two's complement, the first bit set. */
export function base256(value: bigint, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let rest = value;
  for (let index = length - 1; index >= 0; index--) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  return bytes;
}

/** Content, filled up to whole blocks. */
export function blocks(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 511)]);
}

/** A header and what follows it; the size is the content's unless it is forced. */
export function entry(values: Header, content: string | Uint8Array = ""): Buffer {
  return Buffer.concat([header({ size: Buffer.byteLength(content), ...values }), blocks(content)]);
}

/** An extended header of POSIX: `x` for the next entry, `g` for all that follow. */
export function pax(
  records: Readonly<Record<string, string | Uint8Array>>,
  typeflag: "x" | "g" = "x",
  values: Header = {},
): Buffer {
  const lines = Object.entries(records).map(([key, value]) => record(key, value));
  return entry({ name: "PaxHeaders/x", typeflag, ...values }, Buffer.concat(lines));
}

/** One record of an extended header: its own length in decimal, a space, key=value and a newline. */
export function record(key: string, value: string | Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value as string), Buffer.from("\n")]);
  let length = rest.length + 1;
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
  return Buffer.concat([Buffer.from(`${length}`), rest]);
}

/** A name (L) or a link's target (K) that the next entry has instead of its own, as GNU tar writes long ones. */
export function long(typeflag: "L" | "K", text: string): Buffer {
  return entry({ name: "././@LongLink", typeflag, magic: "ustar ", version: " \0" }, `${text}\0`);
}

export function file(name: string, content = "", values: Header = {}): Buffer {
  return entry({ name, ...values }, content);
}
export function directory(name: string, values: Header = {}): Buffer {
  return entry({ name, typeflag: "5", mode: 0o755, ...values });
}
export function symlink(name: string, linkname: string, values: Header = {}): Buffer {
  return entry({ name, linkname, typeflag: "2", mode: 0o777, ...values });
}
export function hardlink(name: string, linkname: string, values: Header = {}): Buffer {
  return entry({ name, linkname, typeflag: "1", ...values });
}
export function device(
  name: string,
  kind: "3" | "4",
  major: number,
  minor: number,
  values: Header = {},
): Buffer {
  return entry({ name, typeflag: kind, devmajor: major, devminor: minor, ...values });
}

/** Two blocks of zeros, with which an archive ends. */
export const end = Buffer.alloc(1024);

/** These entries, and the end. */
export function archive(...entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...entries, end]);
}
