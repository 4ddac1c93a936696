import { readFileSync } from "node:fs";

/** Who runs mocker, and with what power. */
export interface Caller {
  readonly uid: number;
  readonly gid: number;
  /** Has to make a user namespace: an ordinary user, or the root of a user namespace that is not this machine's. */
  readonly rootless: boolean;
}

export function whoCalls(): Caller {
  const uid = process.getuid?.() ?? 0;
  return { uid, gid: process.getgid?.() ?? 0, rootless: uid !== 0 || isNested() };
}

// The first user namespace maps every id onto itself (user_namespaces(7)).
function isNested(): boolean {
  try {
    return !/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync("/proc/self/uid_map", "utf8"));
  } catch {
    return false; // a kernel without user namespaces has the one
  }
}
