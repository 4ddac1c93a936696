/** One line of `mocker doctor`. */
export interface Finding {
  readonly name: string;
  /** "no" for what mocker run can do without. */
  readonly state: "ok" | "no" | "failed";
  /** What was found, and the remedy where it is not as it should be. */
  readonly text: string;
}

/** Who asks, and where the host is looked at: a test's, or this machine. */
export interface Host {
  readonly uid: number;
  readonly gid: number;
  /** Has to make a user namespace. */
  readonly rootless: boolean;
  /** The login name, by which subuid(5) lists ranges. */
  readonly user: string;
  readonly read: (path: string) => string | undefined;
}

export function ok(name: string, text: string): Finding {
  return { name, state: "ok", text };
}
