import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findCommand, hostPath } from "../src/index.js";
import { executable, temporary } from "./fixtures/rootfs.js";

const root = temporary();
const other = temporary();
for (const directory of ["bin", "usr/bin", "lib", "private"])
  mkdirSync(join(root, directory), { recursive: true });
executable(join(root, "usr/bin/tool"), "");
writeFileSync(join(root, "bin/plain"), "");
executable(join(other, "tool"), "");
for (const [name, target] of Object.entries({
  "bin/relative": "../usr/bin/tool",
  "bin/absolute": "/usr/bin/tool",
  "bin/above": "../../../../usr/bin/tool",
  "bin/loop": "loop",
  "bin/dangling": "nothing",
  "bin/chain": "absolute",
  sbin: "usr/bin",
}))
  symlinkSync(target, join(root, name));

const views = [{ target: "/", source: root }];
const tool = join(root, "usr/bin/tool");

test.each([
  "/usr/bin/tool",
  "/bin/relative",
  "/bin/absolute",
  "/bin/above",
  "/bin/chain",
  "/sbin/tool",
  "/../usr/./bin//tool",
])("%s is the container's file, not the host's", (path) => expect(hostPath(path, views)).toBe(tool));

test.each(["/bin/loop", "/bin/dangling", "/no/such"])("%s is nothing", (path) => {
  expect(hostPath(path, views)).toBeUndefined();
});

test("the last view over a path is the one that is seen; something new and empty hides", () => {
  const mounted = [...views, { target: "/usr/bin", source: other }];
  expect(hostPath("/bin/absolute", mounted)).toBe(join(other, "tool"));
  expect(hostPath("/usr/bin/tool", [...mounted, { target: "/usr", source: null }])).toBeUndefined();
  expect(hostPath("/usr/bin/tool", [...mounted, { target: "/", source: root }])).toBe(tool);
  expect(hostPath("/usr/binary", mounted)).toBeUndefined(); // no part of /usr/bin
});

test("without a view of the root it is the host's", () => {
  expect(hostPath("/tool", [{ target: "/", source: other }])).toBe(join(other, "tool"));
  expect(hostPath(tool, [{ target: "/elsewhere", source: other }])).toBe(tool);
});

test("PATH is searched as execvp(3) does: what can be executed first, else what is there", () => {
  expect(findCommand("tool", "/private:/bin:/usr/bin", views)).toBe("/usr/bin/tool");
  expect(findCommand("plain", "/private:/bin", views)).toBe("/bin/plain");
  expect(findCommand("bin", "/usr", views)).toBeUndefined(); // a directory
  expect(findCommand("tool", "/private", views)).toBeUndefined();
  expect(findCommand("loop", "/bin", views)).toBeUndefined();
  expect(findCommand("", "/bin", views)).toBeUndefined();
});

test("a name with a slash is a path already", () => {
  expect(findCommand("./tool", "/bin")).toBe("./tool");
  expect(findCommand("/no/such", "/bin", views)).toBe("/no/such");
});

test("on the host: an empty entry is the working directory, a relative one starts there", () => {
  const bin = join(root, "usr/bin");
  expect(findCommand("tool", `/no/such::${bin}`, [], bin)).toBe("./tool");
  expect(findCommand("tool", "usr/bin", [], root)).toBe("usr/bin/tool");
  expect(findCommand("tool", bin)).toBe(join(bin, "tool"));
  expect(findCommand("sh")).toMatch(/\/sh$/); // no PATH at all
});

test("who may not look cannot find", () => {
  chmodSync(join(root, "private"), 0);
  if (process.getuid?.() !== 0)
    expect(findCommand("tool", join(root, "private"))).toBe(join(root, "private/tool"));
  chmodSync(join(root, "private"), 0o755);
  expect(findCommand("tool", join(root, "private"))).toBeUndefined();
});
