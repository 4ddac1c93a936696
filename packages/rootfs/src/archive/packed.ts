import type { RawPackResult } from "@mini/native/archive";
import { nameOf } from "./error.js";

/** What has been packed. */
export interface PackResult extends Omit<RawPackResult, "skipped"> {
  readonly compression: "none" | "gzip" | "zstd";
  /** What is not in the archive, or not as it was: the first 1000. */
  readonly skipped: readonly Unpacked[];
  readonly wallMs: number;
}

/** A file that is not in an archive, or not as it was. */
export interface Unpacked {
  readonly path: string;
  readonly reason: string;
  /** Something is missing that belonged into the archive. */
  readonly incomplete: boolean;
}

const texts = {
  socket: "sockets have no place in archives",
  "other file system": "another file system is mounted there, and left out",
  vanished: "it was removed before it was read",
  changed: "it changed while it was read",
  shrank: "it shrank while it was read: what was missing is zeros",
  unreadable: "it cannot be read",
  attributes: "its attributes cannot be read",
} as const;

export function unpacked(
  [path, reason, errno]: RawPackResult["skipped"][number],
  reasons: readonly (keyof typeof texts)[],
): Unpacked {
  const name = reasons[reason] ?? "unreadable";
  const why = errno === 0 ? texts[name] : `${texts[name]} (${nameOf(errno)})`;
  return { path, reason: why, incomplete: ["shrank", "unreadable", "attributes"].includes(name) };
}
