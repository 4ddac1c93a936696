import { existsSync, readFileSync } from "node:fs";
import { requires } from "@mini/testing";
import { describe, expect } from "vitest";
import { compile, defaultProfile, type Profile, parse } from "../src/index.js";
import { differences } from "./comparison.js";
import { ALLOW, type EntryName, entries, run, type SystemCall } from "./emulator.js";
import { libseccomp, type Reference } from "./libseccomp.js";

const test = requires("libseccomp");

const numbers = [...Array.from({ length: 601 }, (_, number) => number), 0x0f_0005, 0x3fff_ffff];
const kernel = "6.12";

/** Profiles in Docker's form: ours, with what Docker lets in, and those that Debian's packages have, where they are. */
const own = parse(
  JSON.stringify({
    ...defaultProfile,
    archMap: [
      { architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] },
      { architecture: "SCMP_ARCH_AARCH64", subArchitectures: ["SCMP_ARCH_ARM"] },
    ],
  }),
);
const installed = {
  "podman's": "/usr/share/containers/seccomp.json",
  "Docker's":
    process.env.MINI_DOCKER_PROFILE ??
    "/usr/share/gocode/src/github.com/docker/docker/profiles/seccomp/default.json",
};
const profiles: [string, Profile][] = [
  ["our own default", defaultProfile],
  ["our own default with 32 bits", own],
  ...Object.entries(installed)
    .filter(([, file]) => existsSync(file))
    .map(([name, file]): [string, Profile] => [name, parse(readFileSync(file, "utf8"))]),
];

const sets = [
  [],
  ["CAP_SYS_ADMIN"],
  ["CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_AUDIT_WRITE", "CAP_BPF", "CAP_SYS_TIME"],
];

const archOf = {
  x86_64: "SCMP_ARCH_X86_64",
  i386: "SCMP_ARCH_X86",
  x32: "SCMP_ARCH_X32",
  arm64: "SCMP_ARCH_AARCH64",
  arm: "SCMP_ARCH_ARM",
} as const satisfies Record<EntryName, string>;

/** A profile without the names of which this libseccomp does not know all the numbers: it is older than our headers. */
function known(profile: Profile, { numbers: theirs }: Reference): Profile {
  const isKnown = (name: string) => Object.keys(theirs[name] ?? {}).length > 0 && !newer.includes(name);
  return {
    ...profile,
    syscalls: (profile.syscalls ?? []).flatMap((rule) => {
      const names = (rule.names ?? []).filter(isKnown);
      return names.length > 0 ? [{ ...rule, names }] : [];
    }),
  };
}

/** Those that it knows for some architectures and, being older, not for all. */
const newer = ["map_shadow_stack", "memfd_secret"];

function* callsWith(...lists: readonly (readonly bigint[])[]): Iterable<readonly [EntryName, SystemCall]> {
  for (const [entry, { arch, bit }] of Object.entries(entries) as [
    EntryName,
    { arch: number; bit: number },
  ][])
    for (const number of numbers)
      for (const args of lists) yield [entry, { arch, number: number + bit, args }];
}

describe.each(profiles)("%s profile", (_, whole) => {
  test.each(sets.map((capabilities) => [capabilities.join(" ") || "no capabilities", capabilities]))(
    "answers as libseccomp's program does, with %s",
    (_, capabilities) => {
      const [all] = libseccomp({ profile: whole, capabilities: capabilities as string[], kernel });
      const profile = known(whole, all as Reference);
      const host = { capabilities: capabilities as string[], kernel };
      const request = { profile, ...host };
      const ours = compile(profile, { arch: "x64", ...host });
      const references = libseccomp(request, { ...request, optimize: 2 });
      for (const { program } of references) {
        expect(differences(ours, program, callsWith([]))).toEqual([]);
        // Skipped by a tracer, and the bit of x32 alone.
        const last: [EntryName, SystemCall][] = [0xffff_ffff, 0xffff_fffe, 0x4000_0000].map((number) => [
          "x86_64",
          { arch: entries.x86_64.arch, number },
        ]);
        expect(differences(ours, program, last)).toEqual([]);
        expect(ours.length).toBeLessThan(program.length);
      }
    },
  );

  test("answers as libseccomp's program does to arguments", () => {
    const capabilities: string[] = [];
    const [all] = libseccomp({ profile: whole, capabilities, kernel });
    const profile = known(whole, all as Reference);
    const [reference] = libseccomp({ profile, capabilities, kernel, optimize: 2 });
    const compared = new Set(
      (profile.syscalls ?? []).flatMap(({ args, names }) => (args?.length ? (names ?? []) : [])),
    );
    expect(compared).toContain("personality");
    const values = interesting(profile);
    const calls = [...compared].flatMap((name) =>
      (Object.keys(entries) as EntryName[]).flatMap((entry) => {
        const number = reference?.numbers[name]?.[archOf[entry]];
        if (number === undefined) return [];
        const { arch, bit } = entries[entry];
        return values.flatMap((a) =>
          [0n, 9n, 1n << 32n].map((c): readonly [EntryName, SystemCall] => [
            entry,
            { arch, number: (number & 0x3fff_ffff) + bit, args: [a, 0n, c] },
          ]),
        );
      }),
    );
    expect(calls.length).toBeGreaterThan(1000);
    expect(
      differences(compile(profile, { arch: "x64", capabilities, kernel }), reference?.program ?? [], calls),
    ).toEqual([]);
  });

  test("the numbers are those that libseccomp has", () => {
    const [reference] = libseccomp({ profile: whole, capabilities: [], kernel });
    for (const [name, theirs] of Object.entries(reference?.numbers ?? {})) {
      for (const [entry, architecture] of Object.entries(archOf) as [EntryName, keyof typeof theirs][]) {
        const number = theirs[architecture];
        if (number === undefined) continue;
        const arch = entry.startsWith("arm") ? "arm64" : "x64";
        const only = compile(
          {
            defaultAction: "SCMP_ACT_ERRNO",
            architectures: [architecture],
            syscalls: [{ names: [name], action: "SCMP_ACT_ALLOW" }],
          },
          { arch },
        );
        const call = { arch: entries[entry].arch, number: (number & 0x3fff_ffff) + entries[entry].bit };
        expect([name, entry, number, run(only, call).answer]).toEqual([name, entry, number, ALLOW]);
      }
    }
  });
});

/** The values that a profile compares with, their neighbours, and the same with something in the upper half. */
function interesting(profile: Profile): bigint[] {
  const given = (profile.syscalls ?? [])
    .flatMap(({ args }) => args ?? [])
    .flatMap(({ value, valueTwo }) => [value, valueTwo ?? 0]);
  const near = given.flatMap((value) => [BigInt(value) - 1n, BigInt(value), BigInt(value) + 1n]);
  const all = near.flatMap((value) => [value, value + (1n << 32n), value | (0xffff_ffffn << 32n)]);
  return [...new Set(all.map((value) => BigInt.asUintN(64, value)))];
}
