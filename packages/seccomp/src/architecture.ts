import { TABLE } from "./tables.js";

/** By libseccomp's names: those that a profile may name. */
export const architectures = [
  "SCMP_ARCH_X86_64",
  "SCMP_ARCH_X86",
  "SCMP_ARCH_X32",
  "SCMP_ARCH_AARCH64",
  "SCMP_ARCH_ARM",
  "SCMP_ARCH_LOONGARCH64",
  "SCMP_ARCH_M68K",
  "SCMP_ARCH_MIPS",
  "SCMP_ARCH_MIPS64",
  "SCMP_ARCH_MIPS64N32",
  "SCMP_ARCH_MIPSEL",
  "SCMP_ARCH_MIPSEL64",
  "SCMP_ARCH_MIPSEL64N32",
  "SCMP_ARCH_PARISC",
  "SCMP_ARCH_PARISC64",
  "SCMP_ARCH_PPC",
  "SCMP_ARCH_PPC64",
  "SCMP_ARCH_PPC64LE",
  "SCMP_ARCH_RISCV64",
  "SCMP_ARCH_S390",
  "SCMP_ARCH_S390X",
  "SCMP_ARCH_SH",
  "SCMP_ARCH_SHEB",
] as const;
export type Architecture = (typeof architectures)[number];

/** An entry to the kernel: a table of calls of its own. */
export interface Entry {
  readonly name: Architecture;
  /** What seccomp_data.arch is, linux/audit.h. */
  readonly audit: number;
  /** What is added to the numbers: x32 shares its architecture with x86-64, and is told from it by this bit alone. */
  readonly bit: number;
  /** How much of an argument counts. */
  readonly bits: 32 | 64;
  readonly numbers: ReadonlyMap<string, number>;
}

export const X32_BIT = 0x4000_0000;
export const AUDIT_ARCH_X86_64 = 0xc000_003e;

/** An entry whose numbers are read from the table, by the column they stand in, when somebody asks: that is most of the work here. */
function entry(column: number, rest: Omit<Entry, "numbers">): Entry {
  let numbers: ReadonlyMap<string, number> | undefined;
  return {
    ...rest,
    get numbers() {
      numbers ??= numbersOf(column);
      return numbers;
    },
  };
}

function numbersOf(column: number): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const row of TABLE.trim().split("\n")) {
    const words = row.split(" ");
    const number = words[column];
    if (number !== "-") numbers.set(words[0] as string, Number(number));
  }
  return numbers;
}

const x86_64 = entry(1, { name: "SCMP_ARCH_X86_64", audit: AUDIT_ARCH_X86_64, bit: 0, bits: 64 });
const i386 = entry(2, { name: "SCMP_ARCH_X86", audit: 0x4000_0003, bit: 0, bits: 32 });
const x32 = entry(3, { name: "SCMP_ARCH_X32", audit: AUDIT_ARCH_X86_64, bit: X32_BIT, bits: 32 });
const arm64 = entry(4, { name: "SCMP_ARCH_AARCH64", audit: 0xc000_00b7, bit: 0, bits: 64 });
const arm = entry(5, { name: "SCMP_ARCH_ARM", audit: 0x4000_0028, bit: 0, bits: 32 });

/** Of a machine, by the name that `process.arch` has for it: its name in Docker's profiles, and the entries its kernel can have. */
export const machines = {
  x64: { docker: "amd64", entries: [x86_64, i386, x32] },
  arm64: { docker: "arm64", entries: [arm64, arm] },
} as const satisfies Record<string, { docker: string; entries: readonly Entry[] }>;
export type Machine = keyof typeof machines;
