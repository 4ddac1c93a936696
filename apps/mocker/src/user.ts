import { show, UsageError } from "./error.js";

// The root's own files are read, not this machine's users: and without the C library, whose name services would load
// programs from a root that may be somebody else's.

/** Who the command is, inside. */
export interface ResolvedUser {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups: those of /etc/group that name the user, unless a group was asked for. */
  readonly groups: readonly number[];
  /** The name in /etc/passwd, or the id where it has none. */
  readonly name: string;
  readonly home: string;
}

/** `name`, `uid`, `name:group`, `uid:gid`, `name:gid` or `uid:group`. Throws a UsageError for what can be none of them. */
export function checkUser(spec: string): string {
  const parts = spec.split(":");
  const fault =
    parts.length > 2 ? "has more than two parts" : parts.includes("") ? "has an empty part" : undefined;
  const number = parts.find((part) => /^[-+]?\d+$/.test(part) && !isId(part));
  if (fault === undefined && number === undefined) return spec;
  throw new UsageError(
    `--user ${show(spec)} ${fault ?? `names ${number}, which is no id`}: give a name or an id from 0 to ${MOST}, or two of them as user:group`,
  );
}

// 2³² - 1 is no id: the kernel reads it as "leave it" (setresuid(2)).
const MOST = 0xffff_fffe;

function isId(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= MOST;
}

/**
 * The user that `spec` names, root without one. `read` gives a file of the container, undefined where there is none.
 * Throws a UsageError for a name that /etc/passwd or /etc/group does not have.
 */
export function resolveUser(
  spec: string | undefined,
  read: (path: string) => string | undefined,
): ResolvedUser {
  const [who = "", group] = checkUser(spec ?? "0").split(":");
  const entry = find(passwd(read), who, ({ uid }) => uid);
  if (entry === undefined && !isId(who)) {
    throw new UsageError(
      `--user ${show(spec ?? "")}: the container's /etc/passwd has no user ${show(who)}: give an id, or add the user`,
    );
  }
  const { name = who, uid = Number(who), gid = 0, home = "/" } = entry ?? {};
  if (group !== undefined) return { uid, gid: groupId(spec ?? "", group, read), groups: [], name, home };
  const member = groupsOf(read).filter(({ members }) => members.includes(name));
  return { uid, gid, groups: [...new Set(member.map((one) => one.gid))], name, home };
}

function groupId(spec: string, group: string, read: (path: string) => string | undefined): number {
  const entry = find(groupsOf(read), group, ({ gid }) => gid);
  if (entry !== undefined) return entry.gid;
  if (isId(group)) return Number(group);
  throw new UsageError(
    `--user ${show(spec)}: the container's /etc/group has no group ${show(group)}: give an id, or add the group`,
  );
}

// A name that consists of digits is a name first, as chown(1) has it.
function find<T extends { name: string }>(
  entries: readonly T[],
  wanted: string,
  id: (entry: T) => number,
): T | undefined {
  const byName = entries.find(({ name }) => name === wanted);
  return byName ?? (isId(wanted) ? entries.find((entry) => id(entry) === Number(wanted)) : undefined);
}

// passwd(5), group(5): what is not of their form is left out, as getpwnam(3) does.
function passwd(read: (path: string) => string | undefined) {
  return lines(read("/etc/passwd")).flatMap(([name = "", , uid, gid, , home = ""]) =>
    isId(uid) && isId(gid)
      ? [{ name, uid: Number(uid), gid: Number(gid), home: home.startsWith("/") ? home : "/" }]
      : [],
  );
}

function groupsOf(read: (path: string) => string | undefined) {
  return lines(read("/etc/group")).flatMap(([name = "", , gid, members = ""]) =>
    isId(gid) ? [{ name, gid: Number(gid), members: members.split(",") }] : [],
  );
}

function lines(text = ""): string[][] {
  return text.split("\n").map((line) => line.split(":"));
}
