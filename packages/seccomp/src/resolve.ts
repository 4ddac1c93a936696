import { type Entry, type Machine, machines } from "./architecture.js";
import { alternatives, type Case, ordered } from "./cases.js";
import { checkProfile } from "./check.js";
import { multiplexed } from "./multiplexed.js";
import { type Action, actions, type Profile, type Rule } from "./profile.js";

/** What a profile is resolved for: its includes and excludes ask for these. */
export interface Host {
  /** As `process.arch` has it: "x64" or "arm64". */
  readonly arch: Machine;
  /** Those that the process will be able to have, its bounding set: "CAP_CHOWN", … Left out, a profile that asks for any is refused. */
  readonly capabilities?: readonly string[];
  /** As `os.release()` has it. Left out, a profile that asks for it is refused. */
  readonly kernel?: string;
}

/** The cases of each call, by its number, of one entry to the kernel. */
export interface Table {
  readonly entry: Entry;
  readonly calls: ReadonlyMap<number, readonly Case[]>;
}

/** What a profile says about a host: an answer for what it does not name, and cases for what it does. */
export interface Resolved {
  readonly otherwise: number;
  readonly tables: readonly Table[];
  /** Those rules of the profile that apply. */
  readonly rules: readonly Rule[];
}

type Written = readonly [rule: Rule, path: string];

/** Throws a TypeError that names the first fault of the profile by its JSON path. */
export function resolve(profile: Profile, host: Host): Resolved {
  checkProfile(profile);
  const otherwise = answer(profile.defaultAction, profile.defaultErrnoRet);
  const written = (profile.syscalls ?? []).map((rule, index): Written => [rule, `syscalls[${index}]`]);
  const rules = written.filter(([rule, path]) => applies(rule, path, host));
  const entries = entriesOf(profile, host.arch);
  const tables = entries.map((entry) => ({ entry, calls: tableOf(entry, rules, otherwise) }));
  return { otherwise, tables, rules: rules.map(([rule]) => rule) };
}

/** What is named and none of the entries has: such a rule says nothing, as with libseccomp. */
export function unknownNames({ tables, rules }: Resolved): readonly string[] {
  const isKnown = (name: string) =>
    tables.some(({ entry }) => entry.numbers.has(name) || multiplexed(entry, name) !== undefined);
  return [...new Set(rules.flatMap(namesOf))].filter((name) => !isKnown(name));
}

const EPERM = 1;

function answer(action: Action, errno: number | null | undefined): number {
  const takes = action === "SCMP_ACT_ERRNO" || action === "SCMP_ACT_TRACE";
  return actions[action] + (takes ? (errno ?? EPERM) : 0);
}

function namesOf(rule: Rule): readonly string[] {
  return rule.names?.length ? rule.names : [rule.name as string];
}

// The machine's own entry is always there, as runtimes have it; what this machine cannot enter by is left aside.
function entriesOf({ architectures, archMap }: Profile, arch: Machine): readonly Entry[] {
  const [own, ...others]: readonly Entry[] = machines[arch].entries;
  if (own === undefined) return [];
  const mapped = archMap?.find(({ architecture }) => architecture === own.name)?.subArchitectures;
  const named = architectures?.length ? architectures : (mapped ?? []);
  return [own, ...others.filter(({ name }) => named.includes(name))];
}

function applies({ includes, excludes }: Rule, path: string, host: Host): boolean {
  const has = (cap: string, at: string) =>
    (host.capabilities ?? missing("capabilities", `${path}.${at}.caps`)).includes(cap);
  const is = (kernel: string, at: string) =>
    isAtLeast(host.kernel ?? missing("kernel", `${path}.${at}.minKernel`), kernel);
  const own = machines[host.arch].docker;
  return (
    !excludes?.arches?.includes(own) &&
    !excludes?.caps?.some((cap) => has(cap, "excludes")) &&
    !(excludes?.minKernel && is(excludes.minKernel, "excludes")) &&
    (!includes?.arches?.length || includes.arches.includes(own)) &&
    (!includes?.caps || includes.caps.every((cap) => has(cap, "includes"))) &&
    (!includes?.minKernel || is(includes.minKernel, "includes"))
  );
}

function missing(option: string, path: string): never {
  throw new TypeError(`seccomp: ${path} asks for ${option}, and the options have none`);
}

function isAtLeast(release: string, least: string): boolean {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function tableOf(
  entry: Entry,
  rules: readonly Written[],
  otherwise: number,
): ReadonlyMap<number, readonly Case[]> {
  const calls = new Map<number, Case[]>();
  const add = (number: number, one: Case) => {
    const cases = calls.get(number);
    if (cases === undefined) calls.set(number, [one]);
    else cases.push(one);
  };
  for (const [rule, path] of rules) {
    const given = answer(rule.action, rule.errnoRet);
    // It would only take the place of rules that do say something: libseccomp refuses it, and runtimes leave it out.
    if (given === otherwise) continue;
    const cases = alternatives(rule.args ?? [], entry).map(
      (conditions): Case => ({ conditions, answer: given, path }),
    );
    for (const name of namesOf(rule)) {
      const number = entry.numbers.get(name);
      for (const one of cases) {
        if (number !== undefined) add(number + entry.bit, one);
        const behind = multiplexed(entry, name)?.(one, otherwise);
        if (behind !== undefined) add(behind.number, behind.case);
      }
    }
  }
  return new Map([...calls].map(([number, cases]) => [number, ordered(cases)]));
}
