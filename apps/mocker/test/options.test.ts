import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { hostState, requires } from "@mini/testing";
import { describe, expect } from "vitest";
import { someDirectory } from "./fixtures/directory.ts";
import { cli } from "./fixtures/mocker.ts";

const directory = someDirectory();
const data = join(directory, "data");
mkdirSync(join(data, "cache"));
writeFileSync(join(data, "cache/file"), "the host's");

/** What a script prints inside; the host is as before. */
function inside(args: readonly string[], script: string): string {
  const before = hostState();
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--", cli, "run", "-q", ...args, "sh", "-c", script],
    {
      cwd: directory,
      encoding: "utf8",
    },
  );
  expect(hostState()).toEqual(before);
  return (stdout + stderr).trim();
}

const test = requires("user namespaces");

describe("each option changes what is inside, and nothing outside", () => {
  test("--hostname", () => {
    expect(inside(["-h", "box"], "hostname; getent hosts box")).toMatch(
      /^box\n(127\.0\.0\.1|::1) +localhost .*box$/,
    );
    expect(hostname()).not.toBe("box");
  });

  test("--volume shows a directory, read-only if it is to be", () => {
    expect(inside(["-v", "./data:/mnt/d"], "cat /mnt/d/cache/file; echo new >/mnt/d/new && echo done")).toBe(
      "the host'sdone",
    );
    expect(readFileSync(join(data, "new"), "utf8")).toBe("new\n");
    expect(inside(["-v", "./data:/mnt/d:ro"], "echo x >/mnt/d/other")).toContain("Read-only file system");
    expect(readdirSync(data)).not.toContain("other");
  });

  test("--mount does the same by its keys", () => {
    const mount = "type=bind,src=data/cache/file,dst=/mnt/f,ro";
    expect(inside(["--mount", mount], "cat /mnt/f; echo x >/mnt/f")).toMatch(
      /^the host's.*Read-only file system$/,
    );
    expect(
      inside(
        ["--mount", "type=tmpfs,dst=/mnt/t,tmpfs-size=64k,tmpfs-mode=700"],
        "stat -fc %T /mnt/t; stat -c %a /mnt/t",
      ),
    ).toBe("tmpfs\n700");
  });

  test("--tmpfs is as large as was said, and runs no programs unless asked", () => {
    const fill = "head -c 128k /dev/zero >/mnt/t/x; cp /bin/true /mnt/t/true 2>/dev/null; ls /mnt/t";
    expect(inside(["--tmpfs", "/mnt/t:size=64k"], fill)).toMatch(/No space left on device/);
    const program = 'printf "#!/bin/sh\\necho ran" >/mnt/t/p; chmod +x /mnt/t/p; /mnt/t/p';
    expect(inside(["--tmpfs", "/mnt/t"], program)).toContain("Permission denied");
    expect(inside(["--tmpfs", "/mnt/t:exec"], program)).toBe("ran");
    expect(inside(["--tmpfs", "/mnt/t:ro"], "echo x >/mnt/t/x")).toContain("Read-only file system");
  });

  test("a mount that lies in another is seen, in whatever order they are given", () => {
    for (const args of [
      ["--tmpfs", "/mnt/d/cache", "-v", "./data:/mnt/d"],
      ["-v", "./data:/mnt/d", "--tmpfs", "/mnt/d/cache"],
    ]) {
      expect(inside(args, "stat -fc %T /mnt/d/cache; ls /mnt/d/cache")).toBe("tmpfs");
    }
    for (const args of [
      ["-v", "./data:/mnt/t/data", "--tmpfs", "/mnt/t"],
      ["--tmpfs", "/mnt/t", "-v", "./data:/mnt/t/data"],
    ]) {
      expect(inside(args, "cat /mnt/t/data/cache/file")).toBe("the host's");
    }
    expect(readFileSync(join(data, "cache/file"), "utf8")).toBe("the host's");
  });

  test("--workdir, --env, --env-file", () => {
    writeFileSync(join(directory, "env"), "A=file\nB=file\n");
    expect(inside(["-w", "/usr/bin", "-e", "A=arg", "--env-file", "env"], "pwd; echo $A $B")).toBe(
      "/usr/bin\narg file",
    );
  });

  test("--user, by name and by ids, with its home", () => {
    expect(inside(["-u", "daemon"], "id -un; echo $HOME")).toBe("daemon\n/usr/sbin");
    expect(inside(["-u", "1234:0"], "id -u; id -g; echo $HOME")).toBe("1234\n0\n/");
  });

  test("--read-only, --init, --network", () => {
    expect(inside(["--read-only"], "echo x >/x")).toContain("Read-only file system");
    expect(inside(["--init"], "test $$ -ne 1 && echo not 1")).toBe("not 1");
    expect(inside([], "echo $$; ls /sys/class/net")).toBe("1\nlo");
    const namespace = "readlink /proc/self/ns/net";
    const own = spawnSync("readlink", ["/proc/self/ns/net"], { encoding: "utf8" }).stdout.trim();
    expect(inside(["--network", "host"], namespace)).toBe(own);
    expect(inside(["--network", "none"], namespace)).not.toBe(own);
  });

  test("what mocker does anyway may be said", () => {
    expect(inside(["--rm", "-it", "--name", "box"], "echo said")).toBe("said");
  });
});
