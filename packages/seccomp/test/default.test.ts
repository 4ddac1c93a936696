import { describe, expect, test } from "vitest";
import { allowed, byCapability, refused } from "../src/calls.js";
import { compile, defaultProfile, ignored } from "../src/index.js";
import { TABLE } from "../src/tables.js";
import { ALLOW, type EntryName, entries, errno, KILL_PROCESS, run } from "./emulator.js";

const EPERM = errno(1);
const ENOSYS = errno(38);

const split = (names: string) => names.trim().split(/\s+/);
const names = TABLE.trim()
  .split("\n")
  .map((row) => row.split(" "));
const columns: readonly EntryName[] = ["x86_64", "i386", "x32", "arm64", "arm"];

/** The name that an entry has for a number. */
function nameOf(entry: EntryName, number: number): string | undefined {
  const column = columns.indexOf(entry) + 1;
  return names.find((row) => row[column] === String(number))?.[0];
}

/** What the kernel has no more on any of the machines, or has only lately: it is ENOSYS, as on a kernel without it. */
const gone = split(`
  _sysctl afs_syscall bdflush break create_module ftime get_kernel_syms getpmsg gtty idle lock mpx nfsservctl prof
  profil putpmsg query_module security stty tuxcall ulimit vserver`);
const late = split("fchroot file_getattr file_setattr listns open_tree_attr rseq_slice_yield uprobe");

test("every call of the kernel headers has its place in the profile, and only one", () => {
  const hanging = [...new Set(Object.values(byCapability).flatMap(split))];
  const placed = [
    ...allowed.flatMap(split),
    ...split(refused),
    ...hanging,
    ...gone,
    ...late,
    "personality",
    "socket",
  ];
  expect(placed.toSorted()).toEqual(names.map(([name]) => name).toSorted());
});

test("every name in the profile is one of a call", () => {
  const all = {
    ...defaultProfile,
    architectures: ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] as const,
    archMap: null,
  };
  const capabilities = Object.keys(byCapability);
  const arm = { ...all, architectures: ["SCMP_ARCH_ARM"] as const };
  const unknown = ignored(arm, { arch: "arm64", capabilities, kernel: "6.12" });
  expect(
    ignored(all, { arch: "x64", capabilities, kernel: "6.12" }).filter((name) => unknown.includes(name)),
  ).toEqual([]);
});

/** What DEFAULTS says of a call without arguments, that is of zeros. */
function expected(name: string | undefined, capabilities: readonly string[]): number {
  if (name === undefined || gone.includes(name) || late.includes(name)) return ENOSYS;
  if (["personality", "socket", "clone"].includes(name)) return ALLOW;
  const needed = Object.keys(byCapability).filter((cap) => split(byCapability[cap] ?? "").includes(name));
  if (needed.length === 0) return split(refused).includes(name) ? EPERM : ALLOW;
  if (needed.some((cap) => capabilities.includes(cap))) return ALLOW;
  return name === "clone3" ? ENOSYS : EPERM;
}

const numbers = Array.from({ length: 601 }, (_, number) => number);

describe.each([
  ["no capabilities", []],
  ["CAP_SYS_ADMIN and CAP_SYS_CHROOT", ["CAP_SYS_ADMIN", "CAP_SYS_CHROOT"]],
  ["all that it asks for", Object.keys(byCapability)],
] as [string, string[]][])("with %s", (_, capabilities) => {
  test.each([
    ["x64", "x86_64"],
    ["arm64", "arm64"],
  ] as const)("on %s each number has its answer, and every other entry is foreign", (arch, own) => {
    const filter = compile(defaultProfile, { arch, capabilities, kernel: "6.12" });
    for (const entry of columns) {
      const { arch: audit, bit } = entries[entry];
      const answers = numbers.map((number) => run(filter, { arch: audit, number: number + bit }).answer);
      const wanted = numbers.map((number) =>
        entry === own ? expected(nameOf(entry, number), capabilities) : KILL_PROCESS,
      );
      expect([entry, answers]).toEqual([entry, wanted]);
    }
  });
});

describe("by arguments", () => {
  const filter = compile(defaultProfile, { arch: "x64", capabilities: [], kernel: "6.12" });
  const answer = (name: string, ...args: number[]) => {
    const number = Number(names.find(([known]) => known === name)?.[1]);
    return run(filter, { arch: entries.x86_64.arch, number, args: args.map(BigInt) }).answer;
  };

  test.each([
    ["AF_UNIX", 1, ALLOW],
    ["AF_INET", 2, ALLOW],
    ["AF_DECnet", 12, EPERM],
    ["AF_NETLINK", 16, ALLOW],
    ["AF_PACKET", 17, ALLOW],
    ["AF_IUCV", 32, ALLOW],
    ["AF_ALG", 38, EPERM],
    ["AF_NFC", 39, ALLOW],
    ["AF_VSOCK", 40, EPERM],
    ["AF_KCM", 41, ALLOW],
    ["AF_MCTP", 45, ALLOW],
    ["the next family", 46, EPERM],
    ["AF_INET and something above", 0x1_0000_0002, EPERM],
  ])("socket(%s)", (_, family, wanted) => {
    expect(answer("socket", family, 1, 0)).toBe(wanted);
  });

  const namespaces = [
    ["CLONE_NEWNS", 0x0002_0000],
    ["CLONE_NEWCGROUP", 0x0200_0000],
    ["CLONE_NEWUTS", 0x0400_0000],
    ["CLONE_NEWIPC", 0x0800_0000],
    ["CLONE_NEWUSER", 0x1000_0000],
    ["CLONE_NEWPID", 0x2000_0000],
    ["CLONE_NEWNET", 0x4000_0000],
  ] as const;
  const SIGCHLD = 17;
  test.each(namespaces)("clone(%s) is EPERM, and so it is with any other", (_, flag) => {
    expect(answer("clone", flag | SIGCHLD)).toBe(EPERM);
    for (const [, other] of namespaces) expect(answer("clone", flag | other | SIGCHLD)).toBe(EPERM);
  });

  test("fork, vfork and threads are clone without namespaces", () => {
    expect(answer("clone", SIGCHLD)).toBe(ALLOW);
    expect(answer("clone", 0x0000_4111)).toBe(ALLOW);
    expect(answer("clone", 0x003d_0f00)).toBe(ALLOW); // pthread_create(3)
    expect(answer("clone3", 0, 88)).toBe(ENOSYS);
  });

  test.each([0, 8, 0x20000, 0x20008, 0xffff_ffff])("personality(0x%x) is let through", (persona) => {
    expect(answer("personality", persona)).toBe(ALLOW);
  });
  test.each([1, 0x40000, 0x20001, 0xffff_fffe, 0x1_0000_0000])("personality(0x%x) is not", (persona) => {
    expect(answer("personality", persona)).toBe(ENOSYS);
  });

  test("ptrace needs Linux 4.8", () => {
    const old = compile(defaultProfile, { arch: "x64", capabilities: [], kernel: "4.7.10-generic" });
    expect(run(old, { arch: entries.x86_64.arch, number: 101 }).answer).toBe(ENOSYS);
    expect(answer("ptrace")).toBe(ALLOW);
  });
});
