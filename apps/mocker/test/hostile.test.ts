import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect, hostState, type Outcome, requires, treeState } from "@mini/testing";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { cli } from "./fixtures/mocker.js";

// Root file systems made to hurt (THREATS 1 to 6 in short). Each is refused or harmless, and the host is what it was.

let base: string;
let rootfs: string;
let canary: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "mini-hostile-"));
  rootfs = join(base, "rootfs");
  canary = join(base, "canary");
  mkdirSync(join(canary, "victim"), { recursive: true });
  writeFileSync(join(canary, "victim/file"), "host\n");
  for (const name of ["bin", "etc"]) mkdirSync(join(rootfs, name), { recursive: true });
  copyFileSync("/bin/busybox", join(rootfs, "bin/busybox"));
  chmodSync(join(rootfs, "bin/busybox"), 0o755);
  for (const name of ["sh", "ls", "cat", "touch", "mount", "grep"])
    symlinkSync("busybox", join(rootfs, "bin", name));
});
afterEach(() => rmSync(base, { recursive: true }));

/** Runs in the rootfs, in place and under a layer, and holds the host and the canary against what they were. */
async function run(options: readonly string[], ...command: string[]): Promise<Outcome[]> {
  const before = treeState(canary);
  const host = hostState();
  const outcomes: Outcome[] = [];
  for (const root of [rootfs, `${rootfs}:O`]) {
    outcomes.push(
      await collect(spawn(process.execPath, ["--", cli, "run", "--rootfs", root, ...options, ...command])),
    );
  }
  expect(treeState(canary)).toEqual(before);
  expect(hostState()).toEqual(host);
  return outcomes;
}

// Out of the root, as far as there are directories, and down to the canary.
const outside = () => `${"../".repeat(20)}${canary.slice(1)}`;

describe("a root file system made to hurt", () => {
  requires("user namespaces", "busybox")("/proc → /etc: nothing is mounted on the host's /etc", async () => {
    symlinkSync("/etc", join(rootfs, "proc"));
    for (const { code, stderr } of await run([], "sh", "-c", "ls /etc/self/status")) {
      expect([code, stderr]).toEqual([
        125,
        expect.stringMatching(/^mocker: ENOTDIR: fchdir\(target\).*is a link/),
      ]);
    }
    expect(existsSync("/etc/self")).toBe(false);
  });

  requires("user namespaces", "busybox")("/dev → out of the root: refused, or made inside", async () => {
    symlinkSync(`/${outside()}/victim`, join(rootfs, "dev"));
    for (const { code, stderr } of await run([], "sh", "-c", "echo > /dev/null")) {
      expect(code).toBe(125);
      expect(stderr).toMatch(/^mocker: ENOTDIR: fchdir\(target\)/);
    }
  });

  requires("user namespaces", "busybox")("/dev → /: no device is made in the root itself", async () => {
    symlinkSync("/", join(rootfs, "dev"));
    for (const { code } of await run([], "ls")) expect(code).toBe(125);
    expect(existsSync(join(rootfs, "null"))).toBe(false);
  });

  requires("user namespaces", "busybox")(
    "/dev/pts → /proc: the /dev of the root is not looked into",
    async () => {
      mkdirSync(join(rootfs, "dev"));
      symlinkSync("/proc", join(rootfs, "dev/pts"));
      writeFileSync(join(rootfs, "dev/null"), "");
      for (const { stdout } of await run(
        [],
        "sh",
        "-c",
        "grep -c devpts.*/dev/pts /proc/mounts; ls -l /dev/null | grep -c ^c",
      )) {
        expect(stdout).toBe("1\n1\n");
      }
    },
  );

  requires("user namespaces", "busybox")(
    "/tmp → out of the root: a tmpfs there is refused or mounted inside",
    async () => {
      symlinkSync(`/${outside()}/victim`, join(rootfs, "tmp"));
      for (const { code, stderr } of await run(["--tmpfs", "/tmp"], "touch", "/tmp/x")) {
        expect(code).toBe(125);
        // The link leads to /tmp/…, and so to itself.
        expect(stderr).toMatch(/^mocker: ELOOP: openat2\(root, "\/tmp"/);
      }
    },
  );

  requires("user namespaces", "busybox")(
    "a volume below a link out of the root is refused or mounted inside",
    async () => {
      symlinkSync(`/${outside()}`, join(rootfs, "data"));
      for (const { code } of await run(
        ["-v", `${canary}:/data/victim/deeper:ro`],
        "ls",
        "/data/victim/deeper",
      ))
        expect(code).toBe(125);
      symlinkSync("/", join(rootfs, "self"));
      const [inPlace] = await run(["-v", `${canary}:/self/volume:ro`], "ls", "/volume");
      expect(inPlace).toMatchObject({ code: 0, stdout: "victim\n" });
    },
  );

  requires("user namespaces", "busybox")(
    "the generated /etc/hosts does not go through a link out of the root",
    async () => {
      symlinkSync(`/${outside()}/victim/file`, join(rootfs, "etc/hosts"));
      for (const { code } of await run([], "cat", "/etc/hosts")) expect([0, 1, 125]).toContain(code);
    },
  );

  requires("user namespaces", "busybox")(
    "an entry point #!/proc/self/exe does not run the host's node",
    async () => {
      writeFileSync(join(rootfs, "bin/entry"), "#!/proc/self/exe\nconsole.log('node runs inside')\n", {
        mode: 0o755,
      });
      // What node would need to run in there.
      for (const directory of ["usr", "lib", "lib64"]) mkdirSync(join(rootfs, directory));
      const libraries = ["-v", "/usr:/usr:ro", "-v", "/lib:/lib:ro", "-v", "/lib64:/lib64:ro"];
      const node = treeState(process.execPath);
      for (const { code, stdout, stderr } of await run(libraries, "/bin/entry")) {
        expect(code).not.toBe(0);
        expect(stdout + stderr).not.toContain("node runs inside");
      }
      expect(treeState(process.execPath)).toEqual(node);
    },
  );

  requires("user namespaces", "busybox")(
    "..: the root's parent is the root, and the host's is not reachable",
    async () => {
      for (const { stdout } of await run([], "sh", "-c", `ls /${outside()} 2>/dev/null; cd /..; pwd; ls`)) {
        expect(stdout).toBe("/\nbin\ndev\netc\nproc\nsys\n");
      }
    },
  );

  requires("user namespaces", "busybox")(
    "a working directory through a descriptor of the host is refused (CVE-2024-21626)",
    async () => {
      for (const { code, stderr } of await run(["-w", "/proc/self/fd/3"], "ls")) {
        expect(code).toBe(125);
        expect(stderr).toContain("/proc/self/fd/3");
      }
    },
  );

  requires("user namespaces", "busybox")("what is mounted inside is not seen outside", async () => {
    const script = "mount -t tmpfs tmpfs /etc && touch /etc/x && grep -c ' /etc ' /proc/mounts";
    for (const { stdout } of await run([], "sh", "-c", script)) expect(stdout).toBe("1\n");
  });
});
