import { lstatSync, readdirSync } from "node:fs";
import { ipc } from "@mini/ipc";
import { pid } from "@mini/pid";
import { compose, describe as written } from "@mini/plan";
import { eitherUser, requires } from "@mini/testing";
import { describe, expect, test } from "vitest";
import { parseMountinfo } from "../src/host.js";
import { type DevOptions, dev, pivot, proc, root } from "../src/index.js";
import { inside, rootless } from "./container.js";
import { Directory } from "./directory.js";

const own = new Directory();
const names = [
  "fd",
  "full",
  "mqueue",
  "null",
  "ptmx",
  "pts",
  "random",
  "shm",
  "stderr",
  "stdin",
  "stdout",
  "tty",
  "urandom",
  "zero",
];
const devices = ["null", "zero", "full", "random", "urandom", "tty"];

/** What each device does, by which it is known to be that device. */
const probe = `cd /dev; ls
  echo gone > null; cat null; head -c 2 zero | wc -c; head -c 1 zero > full; for i in random urandom; do head -c 2 $i | wc -c; done
  stat -L -c '%F %a' null zero full random urandom tty; stat -c %a shm; readlink ptmx fd stdin; echo through > /dev/stdout`;

function host(): unknown {
  return [
    readdirSync("/dev"),
    ...devices.map((name) => [name, lstatSync(`/dev/${name}`).mode, lstatSync(`/dev/${name}`).rdev]),
  ];
}

async function probed(options: DevOptions): Promise<void> {
  const before = host();
  const { stdout, stderr } = await inside(compose(pid(), ipc(), proc(), dev("/dev", options)), probe);
  const lines = stdout.trimEnd().split("\n");
  expect(lines.splice(0, names.length)).toEqual(names);
  expect(lines.splice(0, 3).map(Number)).toEqual([2, 2, 2]);
  expect(stderr).toContain("No space left on device");
  expect(lines.splice(0, devices.length)).toEqual(devices.map(() => "character special file 666"));
  expect(lines).toEqual(["1777", "pts/ptmx", "/proc/self/fd", "/proc/self/fd/0", "through"]);
  expect(host()).toEqual(before);
}

test("the devices are made, or shown from the host", () => {
  const steps = (options: DevOptions) => dev("/dev", options).steps.map(written);
  expect(steps({})).toContain('mknodat(dev, "null", S_IFCHR|0666, makedev(0x1, 0x3))');
  expect(steps({})).toContain('mknodat(dev, "tty", S_IFCHR|0666, makedev(0x5, 0))');
  const shown = steps({ devices: "bind" });
  // Taken before the target is covered: it may be the host's own /dev.
  const mounted = shown.findIndex((line) => line.startsWith('mount("tmpfs"'));
  for (const name of devices) {
    const taken = shown.indexOf(`open_tree(AT_FDCWD, "/dev/${name}", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC)`);
    expect(taken).toBeGreaterThanOrEqual(0);
    expect(taken).toBeLessThan(mounted);
    expect(shown).toContain(`mknodat(dev, "${name}", S_IFREG|0644)`);
  }
});

requires("root")("by mknod: every device works, and the host's are untouched", () =>
  probed({ devices: "mknod" }),
);

describe.each(eitherUser)("as %s", (_, test) => {
  test("by bind: every device works, and the host's are untouched", () => probed({ devices: "bind" }));

  const options = { devices: rootless ? "bind" : "mknod" } as const;

  test("terminals and shared memory are its own, of the size asked for, and the umask is the usual one", async () => {
    const plan = compose(pid(), ipc(), proc(), dev("/dev", { ...options, shmSize: 1024 * 1024 }));
    const { stdout } = await inside(
      plan,
      "ls /dev/pts /dev/shm; umask; stat -f -c '%S %b' /dev/shm; cat /proc/self/mountinfo",
    );
    expect(stdout).toMatch(/^\/dev\/pts:\nptmx\n\n\/dev\/shm:\n0022\n4096 256\n/);
    const mine = parseMountinfo(stdout.slice(stdout.indexOf("256\n") + 4)).filter(({ target }) =>
      target.startsWith("/dev/"),
    );
    const shm = mine.findLast(({ target }) => target === "/dev/shm");
    expect(shm?.options).toEqual(expect.arrayContaining(["nosuid", "nodev", "noexec"]));
  });

  test("mknod is refused to who may not, and the error says which device", async () => {
    const outcome = await inside(compose(ipc(), dev()), "true").catch((error: unknown) => error);
    if (rootless) expect(outcome).toMatchObject({ code: "EPERM", syscall: "mknodat" });
    else expect(outcome).toMatchObject({ code: 0 });
  });
});

for (const [who, test] of [
  ["root", requires("root", "busybox")],
  ["an ordinary user", requires("an ordinary user", "user namespaces", "busybox")],
] as const)
  test(`in a new root, as ${who}`, async () => {
    const rootfs = own.rootfs();
    const plan = compose(
      pid(),
      ipc(),
      root(rootfs),
      proc(),
      dev("/dev", { devices: rootless ? "bind" : "mknod" }),
      pivot(),
    );
    const { stdout } = await inside(
      plan,
      "ls /dev; echo gone > /dev/null; cat /dev/null; stat -c %F /dev/null",
    );
    expect(stdout).toBe(`${names.join("\n")}\ncharacter special file\n`);
    expect(readdirSync(`${rootfs}/dev`)).toEqual([]);
  });
