import {
  AT_FDCWD,
  checkOptions,
  O_CLOEXEC,
  O_WRONLY,
  type ParentStep,
  type Plan,
  primitive,
  type Step,
} from "@mini/plan";

/** So many ids from `inside` on are those from `outside` on. */
export interface IdMapping {
  readonly inside: number;
  readonly outside: number;
  readonly size: number;
}

export interface Ids {
  readonly uid: number;
  readonly gid: number;
}

const root: Ids = { uid: 0, gid: 0 };

interface Single {
  /** Who you are outside: `process.getuid()` and `process.getgid()`. */
  uid: number;
  gid: number;
  /** Who you are inside, root unless given: one id each, which needs no privilege, and all of root's until execve. */
  inside?: Ids;
}

interface Ranges {
  /** Ranges of ids. Writing them takes privilege in the parent: root's, or that of newuidmap(1) and newgidmap(1). */
  uids: readonly IdMapping[];
  gids: readonly IdMapping[];
  /** Who writes the maps: the parent itself, as root, or newuidmap and newgidmap for an ordinary user with subuid(5). */
  by: "parent" | "newuidmap";
}

export type UserOptions = Single | Ranges;

/**
 * A user namespace: root inside, yourself outside (user_namespaces(7)). Put it first: what follows needs its privileges.
 * Throws a TypeError for ids that are none.
 */
export function user(options: UserOptions): Plan {
  return areRanges(options) ? ranges(options) : single(options);
}

// Options out of JavaScript may be none at all.
function areRanges(options: UserOptions): options is Ranges {
  return ["uids", "gids", "by"].some((name) => name in Object(options));
}

function ranges(options: Ranges): Plan {
  const known = { uids: "objects", gids: "objects", by: ["parent", "newuidmap"] } as const;
  checkOptions("user", options, known, ["uids", "gids", "by"]);
  const uids = checked(options.uids);
  const gids = checked(options.gids);
  const parent =
    options.by === "parent"
      ? [...writtenByParent("uid_map", uids), ...writtenByParent("gid_map", gids)]
      : [
          { run: ["newuidmap", "<pid>", ...words(uids)] as const },
          { run: ["newgidmap", "<pid>", ...words(gids)] as const },
        ];
  // The child has been waiting as nobody: it becomes the root of the namespace that it now has.
  return primitive("user", { namespaces: ["user"], steps: become(uids, gids), parent });
}

function single(options: Single): Plan {
  checkOptions("user", options, { uid: "number", gid: "number", inside: "object" }, ["uid", "gid"]);
  const { uid, gid, inside = root } = options;
  checkOptions("user: inside", inside, { uid: "number", gid: "number" }, ["uid", "gid"]);
  const uids = checked([{ inside: inside.uid, outside: uid, size: 1 }]);
  const gids = checked([{ inside: inside.gid, outside: gid, size: 1 }]);
  return primitive("user", {
    namespaces: ["user"],
    steps: [
      // Without this a gid map is refused: dropping a group could widen access (CVE-2014-8989).
      ...write("/proc/self/setgroups", "deny"),
      ...write("/proc/self/uid_map", text(uids)),
      ...write("/proc/self/gid_map", text(gids)),
    ],
  });
}

// Written by three calls, and the map itself in a single write(2), as the kernel demands.
function write(path: string, content: string): Step[] {
  return [
    { call: "openat", args: [AT_FDCWD, path, O_WRONLY | O_CLOEXEC], fd: "map" },
    { call: "write", args: [{ fd: "map" }, content, content.length] },
    { call: "close", args: [{ fd: "map" }] },
  ];
}

function writtenByParent(file: "uid_map" | "gid_map", mappings: readonly IdMapping[]): ParentStep[] {
  const content = text(mappings);
  return [
    { call: "openat", args: [AT_FDCWD, { pid: `/proc/<pid>/${file}` }, O_WRONLY | O_CLOEXEC], fd: "map" },
    { call: "write", args: [{ fd: "map" }, content, content.length] },
    { call: "close", args: [{ fd: "map" }] },
  ];
}

// Another id can be had at the end, by spawn's own `uid` and `gid`: what comes before it needs root's privileges.
function become(uids: readonly IdMapping[], gids: readonly IdMapping[]): Step[] {
  const steps: Step[] = [{ call: "setgroups", args: [0, null] }];
  if (gids.some(({ inside }) => inside === 0)) steps.push({ call: "setresgid", args: [0, 0, 0] });
  if (uids.some(({ inside }) => inside === 0)) steps.push({ call: "setresuid", args: [0, 0, 0] });
  return steps;
}

function text(mappings: readonly IdMapping[]): string {
  return mappings.map(({ inside, outside, size }) => `${inside} ${outside} ${size}`).join("\n");
}

function words(mappings: readonly IdMapping[]): string[] {
  return mappings.flatMap(({ inside, outside, size }) => [String(inside), String(outside), String(size)]);
}

// 2³² - 1 is no id: the kernel reads it as "leave it" (setresuid(2)).
const MOST = 0xffff_fffe;

function checked(mappings: readonly IdMapping[]): readonly IdMapping[] {
  if (mappings.length === 0)
    throw new TypeError("a user namespace without any id: give at least one mapping");
  for (const mapping of mappings) {
    const { inside, outside, size } = mapping;
    const valid = [inside, outside, size].every((n) => Number.isInteger(n) && n >= 0) && size > 0;
    if (!valid || inside + size - 1 > MOST || outside + size - 1 > MOST) {
      throw new TypeError(`${JSON.stringify(mapping)} maps no ids: they are whole numbers from 0 to ${MOST}`);
    }
  }
  return mappings;
}
