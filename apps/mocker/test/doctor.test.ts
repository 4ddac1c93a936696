import { spawnSync } from "node:child_process";
import { hostState, requires } from "@mini/testing";
import { describe, expect, test } from "vitest";
import { empty } from "../src/arguments/flag.ts";
import { container } from "../src/doctor/container.ts";
import type { Host } from "../src/doctor/finding.ts";
import { thisHost } from "../src/doctor/host.ts";
import { cgroups, kernel, seccomp } from "../src/doctor/kernel.ts";
import { reason } from "../src/doctor/namespaces.ts";
import { cli } from "./fixtures/mocker.ts";

function host(files: Record<string, string>, uid = 1000): Host {
  const all: Record<string, string> = { "/proc/self/setgroups": "allow\n", ...files };
  return { uid, gid: uid, rootless: uid !== 0, user: "me", read: (path) => all[path] };
}

const filtered = { "/proc/self/status": "NoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t1\n" };

describe("what forbids user namespaces is named, with the remedy", () => {
  test.each<[code: string, side: "clone" | "child", Host, sentence: string]>([
    [
      "ENOSPC",
      "clone",
      host({ "/proc/sys/user/max_user_namespaces": "0\n" }),
      "user.max_user_namespaces is 0: as root, sysctl -w user.max_user_namespaces=15000",
    ],
    [
      "ENOSPC",
      "clone",
      host({ "/proc/sys/user/max_user_namespaces": "3\n" }),
      "there are as many as user.max_user_namespaces allows, 3, or they are 32 deep: end some, or raise it as root",
    ],
    [
      "EUSERS",
      "clone",
      host({}),
      "they are 32 deep, and the kernel has no deeper ones: run mocker further out",
    ],
    [
      "EPERM",
      "clone",
      host({ "/proc/sys/kernel/unprivileged_userns_clone": "0\n", ...filtered }),
      "kernel.unprivileged_userns_clone is 0: as root, sysctl -w kernel.unprivileged_userns_clone=1",
    ],
    [
      "EPERM",
      "clone",
      host({ "/proc/sys/kernel/unprivileged_userns_clone": "1\n", ...filtered }),
      "a seccomp filter, an outer container's or a service's, forbids them (EPERM): start that with --security-opt seccomp=unconfined",
    ],
    [
      "ENOSYS",
      "clone",
      host(filtered),
      "a seccomp filter, an outer container's or a service's, forbids them (ENOSYS): start that with --security-opt seccomp=unconfined",
    ],
    [
      "EPERM",
      "clone",
      host({ "/proc/self/status": "Seccomp:\t0\n" }),
      "the kernel refuses them with EPERM, as it does in a chroot(2) and under some security modules: run mocker outside of those, or as root",
    ],
    [
      "EINVAL",
      "clone",
      { ...host({}), read: () => undefined },
      "this kernel was built without them (CONFIG_USER_NS): run mocker as root",
    ],
    [
      "EPERM",
      "child",
      host({ "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n" }),
      `kernel.apparmor_restrict_unprivileged_userns is 1, and leaves them without privileges: as root, sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or load an AppArmor profile with "userns," for ${process.execPath}`,
    ],
    [
      "EACCES",
      "child",
      host({ "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "0\n" }),
      "they can be made, but a security module leaves them without privileges (EACCES): allow them in its policy, or run mocker as root",
    ],
  ])("%s of the %s", (code, side, where, sentence) => {
    expect(reason({ code, side }, where)).toBe(sentence);
  });

  test("nothing, and so it is a root without privileges, or something else", () => {
    expect(reason(undefined, host({ "/proc/self/status": "CapEff:\t00000000a80425fb\n" }, 0))).toBe(
      "this root has no CAP_SYS_ADMIN, as in an outer container: start that one with --privileged, or run mocker as an ordinary user",
    );
    expect(reason(undefined, host({ "/proc/self/status": "CapEff:\t000001ffffffffff\n" }, 0))).toMatch(
      /^this user can/,
    );
    expect(reason(undefined, host({ "/proc/self/status": "CapEff:\t0000000000000000\n" }))).toMatch(
      /^this user can/,
    );
  });
});

test("a kernel is new enough from 5.12 on, and keeps changes in memory for an ordinary user from 6.6 on", () => {
  expect(kernel("5.11.22-generic")).toEqual({
    name: "kernel",
    state: "failed",
    text: "Linux 5.11.22-generic: mocker needs 5.12, for mount_setattr",
  });
  expect(kernel("5.12.0").text).toBe(
    "Linux 5.12.0: before 6.6 an ordinary user's changes are kept on disk, not in memory",
  );
  expect(kernel("6.5.0").text).toMatch(/^Linux 6.5.0: before 6.6/);
  expect(kernel("6.6.1")).toEqual({ name: "kernel", state: "ok", text: "Linux 6.6.1" });
  expect(kernel("10.0.0-rc1").text).toBe("Linux 10.0.0-rc1");
});

describe("cgroups are said as they are mounted", () => {
  const line = (target: string, type: string) => `30 1 0:26 / ${target} rw,nosuid - ${type} ${type} rw\n`;
  const mountinfo = (...lines: string[]) => host({ "/proc/self/mountinfo": lines.join("") });
  test.each([
    [mountinfo(line("/", "ext4")), "none are mounted: mount -t cgroup2 none /sys/fs/cgroup, as root"],
    [
      mountinfo(line("/sys/fs/cgroup/cpu", "cgroup"), line("/sys/fs/cgroup/pids", "cgroup")),
      "version 1: cpu pids",
    ],
    [
      mountinfo(line("/sys/fs/cgroup/cpu", "cgroup"), line("/sys/fs/cgroup/unified", "cgroup2")),
      "hybrid, controllers in version 1: cpu",
    ],
    [
      {
        ...mountinfo(),
        read: (path: string) =>
          ({
            "/proc/self/mountinfo": line("/sys/fs/cgroup", "cgroup2"),
            "/sys/fs/cgroup/cgroup.controllers": "cpu memory\n",
          })[path],
      },
      "version 2, with cpu memory",
    ],
    [mountinfo(line("/sys/fs/cgroup", "cgroup2")), "version 2, with no controllers"],
  ])("%#", (where, text) => {
    expect(cgroups(where).text).toBe(text);
  });
});

test("seccomp is said as the kernel and this process have it", () => {
  const actions = { "/proc/sys/kernel/seccomp/actions_avail": "kill_process allow\n" };
  expect(seccomp(host({})).state).toBe("no");
  expect(seccomp(host({ ...actions, "/proc/self/status": "Seccomp:\t0\n" })).text).toBe(
    "filters can be used",
  );
  expect(seccomp(host({ ...actions, ...filtered })).text).toBe("an outer filter is in force");
});

function doctor(...prefix: string[]): { status: number | null; lines: string[] } {
  const [file = "", ...args] = [...prefix, process.execPath, "--", cli, "doctor"];
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: "utf8" });
  expect(stderr).toBe("");
  return { status, lines: stdout.trimEnd().split("\n") };
}

requires("user namespaces")("here mocker run works, and nothing is left of having tried", () => {
  const before = hostState();
  const { status, lines } = doctor();
  expect(lines.at(-1)).toBe("ok      mocker run       works");
  expect(lines).toContainEqual("ok      user namespaces  can be made by this user");
  expect(status).toBe(0);
  expect(hostState()).toEqual(before);
});

requires("user namespaces")("a run is tried as mocker run does it, to the command's end", async () => {
  const before = hostState();
  const tried = (command: [string, ...string[]]) => container(thisHost(), { ...empty, command });
  expect(await tried(["true"])).toEqual({ name: "mocker run", state: "ok", text: "works" });
  expect(await tried(["no-such-command"])).toEqual({
    name: "mocker run",
    state: "failed",
    text: "no-such-command: not found (looked for in the container's root, which has no /home, /root or /tmp of the host's)",
  });
  expect((await tried(["/etc/passwd"])).text).toBe("/etc/passwd: cannot be executed: EACCES");
  expect((await tried(["false"])).text).toBe("false ended with 1");
  expect(hostState()).toEqual(before);
});

requires("user namespaces", "an ordinary user")("subordinate ids are said with what they are for", () => {
  const { lines } = doctor();
  expect(lines.find((line) => line.includes("subordinate ids"))).toMatch(
    / {2}subordinate ids {2}.*; they are for other ids than root's inside, with the ranges of @mini\/user: mocker run does without$/,
  );
});

requires("user namespaces")("where the sysctl forbids user namespaces, it is named", () => {
  const forbid = 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"';
  const { lines } = doctor("unshare", "--user", "--map-root-user", "sh", "-c", forbid, "sh");
  expect(lines).toContainEqual(
    "FAILED  user namespaces  user.max_user_namespaces is 0: as root, sysctl -w user.max_user_namespaces=15000",
  );
});

requires("user namespaces")(
  "where an ordinary user may make none, mocker run cannot work and the exit code is 1",
  () => {
    const nested = 'echo 1 >/proc/sys/user/max_user_namespaces && exec unshare --user --map-user=1000 "$@"';
    const { status, lines } = doctor("unshare", "--user", "--map-root-user", "sh", "-c", nested, "sh");
    expect(lines.join("\n")).toMatch(
      /^FAILED {2}user namespaces {2}there are as many as user.max_user_namespaces allows/m,
    );
    expect(lines.filter((line) => line.startsWith("FAILED"))).toHaveLength(2);
    expect(lines.at(-1)).toMatch(
      /^FAILED {2}mocker run {7}ENOSPC: clone3\(.*\) \(there are as many as user.max_user_namespaces allows, \d+, .*\)$/,
    );
    expect(status).toBe(1);
  },
);

requires("user namespaces")(
  "a /proc of which parts are hidden is the reason that no other can be mounted",
  () => {
    const hide = 'mount -t tmpfs none /proc/sys && exec unshare --user --map-root-user --mount "$@"';
    const { status, lines } = doctor(
      "unshare",
      "--user",
      "--map-root-user",
      "--mount",
      "sh",
      "-c",
      hide,
      "sh",
    );
    expect(lines.find((line) => line.includes("/proc"))).toMatch(
      /^FAILED {2}\/proc {12}EPERM: mount\("proc", "\.", "proc", .*\), step \d+ of \d+: if an outer container hides parts of \/proc, start that one with --security-opt systempaths=unconfined$/,
    );
    expect(status).toBe(1);
  },
);
