import { spawnSync } from "node:child_process";
import { test } from "vitest";

/** What a test may need that not every machine has. Each says in words what is missing. */
const needs = {
  root: () => process.getuid?.() === 0,
  "an ordinary user": () => process.getuid?.() !== 0,
  "an x86-64 machine": () => process.arch === "x64",
  strace: () => succeeds("strace", "-V"),
  "user namespaces": () => succeeds("unshare", "--user", "true"),
  "newuidmap and subids": () =>
    succeeds("sh", "-c", 'command -v newuidmap && grep -q "^$(id -un):" /etc/subuid'),
  busybox: () => succeeds("/bin/busybox", "true"),
  python3: () => succeeds("python3", "-V"),
  zsh: () => succeeds("zsh", "--version"),
  fish: () => succeeds("fish", "--version"),
  "a compiler": () => succeeds("cc", "--version"),
  libseccomp: () => succeeds("python3", "-c", "import ctypes; ctypes.CDLL('libseccomp.so.2')"),
  bsdtar: () => succeeds("bsdtar", "--version"),
  "Debian's packages": () => succeeds("dpkg", "-L", "base-files"),
} as const;

export type Need = keyof typeof needs;

const met = new Map<Need, boolean>();

function isMet(need: Need): boolean {
  const known = met.get(need) ?? needs[need]();
  met.set(need, known);
  return known;
}

/**
 * `test`, where the machine has what is needed; elsewhere a skip that says what is missing. With MINI_MUST_RUN, as in CI,
 * it runs all the same and so fails, except for needs of which a suite can have but one: root or an ordinary user.
 */
export function requires(...wanted: Need[]): typeof test {
  const missing = wanted.filter((need) => !isMet(need));
  const either = missing.some((need) => need === "root" || need === "an ordinary user");
  if (missing.length === 0 || (process.env.MINI_MUST_RUN && !either)) return test;
  const skipped = (name: string, ...rest: unknown[]) =>
    (test.skip as (name: string, ...rest: unknown[]) => void)(
      `${name} (needs ${missing.join(", ")})`,
      ...rest,
    );
  return skipped as unknown as typeof test;
}

/** For a test that is made twice: by root, and by an ordinary user in a user namespace. */
export const eitherUser: readonly (readonly [who: string, test: typeof test])[] = [
  ["root", requires("root")],
  ["an ordinary user", requires("an ordinary user", "user namespaces")],
];

function succeeds(file: string, ...args: string[]): boolean {
  return spawnSync(file, args, { stdio: "ignore" }).status === 0;
}
