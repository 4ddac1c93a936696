import { allowed, byCapability, refused } from "./calls.js";
import type { Profile, Rule } from "./profile.js";

// An allow list, as Docker's default profile is one: what programs need is answered by the kernel, what reaches out of a
// container is EPERM, and what is newer than this list is ENOSYS, so that programs fall back to what they did before.

const EPERM = 1;
const ENOSYS = 38;

/** Before Linux 4.8 a tracer could change a call after the filter had seen it. */
const since4_8 = split("process_vm_readv process_vm_writev ptrace");

/** The namespaces that clone(2) can make: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const namespaces = [
  0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
];

/**
 * Families of socket(2) from AF_UNIX to AF_MCTP that are refused: AF_ALG (38) is the kernel's cryptography, AF_VSOCK (40) reaches
 * the machine's host or its guests whatever the network namespace, and the rest is gone from the kernel or on its way:
 * AF_DECnet, AF_ECONET, AF_ATMSVC, AF_IRDA, AF_WANPIPE, AF_ISDN, AF_CAIF.
 */
const refusedFamilies = [12, 19, 20, 23, 25, 34, 37, 38, 40];
const AF_MAX = 46;
const families = Array.from({ length: AF_MAX }, (_, family) => family);

/** PER_LINUX, PER_LINUX32, both with UNAME26, and the question which one it is. Any other is ENOSYS. */
const personalities = [0, 8, 0x2_0000, 0x2_0008, 0xffff_ffff];

/**
 * What `mocker run` answers calls with. It asks for the capabilities of the process (its bounding set) and the kernel's release;
 * programs of another architecture, those of 32 bits included, are foreign.
 */
export const defaultProfile: Profile = {
  defaultAction: "SCMP_ACT_ERRNO",
  defaultErrnoRet: ENOSYS,
  archMap: [
    { architecture: "SCMP_ARCH_X86_64", subArchitectures: [] },
    { architecture: "SCMP_ARCH_AARCH64", subArchitectures: [] },
  ],
  syscalls: [
    { names: allowed.flatMap(split).filter((name) => !since4_8.includes(name)), action: "SCMP_ACT_ALLOW" },
    { names: since4_8, action: "SCMP_ACT_ALLOW", includes: { minKernel: "4.8" } },
    { names: split(refused), action: "SCMP_ACT_ERRNO", errnoRet: EPERM },
    ...compared(
      "socket",
      "SCMP_ACT_ALLOW",
      families.filter((family) => !refusedFamilies.includes(family)),
    ),
    ...compared("socket", "SCMP_ACT_ERRNO", refusedFamilies),
    {
      names: ["socket"],
      action: "SCMP_ACT_ERRNO",
      errnoRet: EPERM,
      args: [{ index: 0, value: AF_MAX, op: "SCMP_CMP_GE" }],
    },
    ...compared("personality", "SCMP_ACT_ALLOW", personalities),
    ...Object.entries(byCapability).map(
      ([cap, names]): Rule => ({ names: split(names), action: "SCMP_ACT_ALLOW", includes: { caps: [cap] } }),
    ),
    ...withoutCapability(),
    ...cloneWithoutNamespaces(),
  ],
};

function split(names: string): readonly string[] {
  return names.trim().split(/\s+/);
}

function compared(
  name: string,
  action: "SCMP_ACT_ALLOW" | "SCMP_ACT_ERRNO",
  values: readonly number[],
): Rule[] {
  return values.map((value) => ({
    names: [name],
    action,
    ...(action === "SCMP_ACT_ERRNO" && { errnoRet: EPERM }),
    args: [{ index: 0, value, op: "SCMP_CMP_EQ" }],
  }));
}

/** EPERM for what hangs on capabilities of which there is none; but clone() has rules of its own, and clone3() is ENOSYS. */
function withoutCapability(): Rule[] {
  const names = [...new Set(Object.values(byCapability).flatMap(split))];
  return names
    .filter((name) => name !== "clone" && name !== "clone3")
    .map((name) => {
      const caps = Object.keys(byCapability).filter((cap) => split(byCapability[cap] ?? "").includes(name));
      return { names: [name], action: "SCMP_ACT_ERRNO", errnoRet: EPERM, excludes: { caps } };
    });
}

/**
 * clone() into any new namespace is EPERM. What clone3() asks for lies in memory, where no filter sees it: it is as if the kernel
 * did not have it, and C libraries then use clone().
 */
function cloneWithoutNamespaces(): Rule[] {
  const all = namespaces.reduce((mask, flag) => mask + flag, 0);
  const excludes = { caps: ["CAP_SYS_ADMIN"] };
  const flags = (value: number, valueTwo: number) =>
    [{ index: 0, value, valueTwo, op: "SCMP_CMP_MASKED_EQ" }] as const;
  return [
    { names: ["clone"], action: "SCMP_ACT_ALLOW", args: flags(all, 0), excludes },
    ...namespaces.map(
      (flag): Rule => ({
        names: ["clone"],
        action: "SCMP_ACT_ERRNO",
        errnoRet: EPERM,
        args: flags(flag, flag),
        excludes,
      }),
    ),
  ];
}
