import { describe, expect, test } from "vitest";
import * as mount from "../src/index.js";

// As JavaScript would call them: with anything.
type Loose = (...args: unknown[]) => unknown;
const primitives = { ...mount };
const call = (name: keyof typeof mount, ...args: unknown[]) => {
  const primitive = primitives[name] as (...args: never[]) => unknown as Loose;
  return () => primitive(...args);
};

describe("options that are none are refused", () => {
  test.each<[name: keyof typeof mount, before: string[], known: string]>([
    ["tmpfs", ["/a"], "noexec"],
    ["proc", ["/a"], "create"],
    ["sysfs", ["/a"], "create"],
    ["mqueue", ["/a"], "create"],
    ["devpts", ["/a"], "create"],
    ["dev", ["/a"], "shmSize"],
    ["overlay", ["/a"], "userxattr"],
    ["bind", ["/a", "/b"], "readonly"],
    ["rbind", ["/a", "/b"], "readonly"],
    ["tree", ["/a", "x"], "recursive"],
    ["attach", ["x", "/b"], "create"],
  ])("%s", (name, before, known) => {
    const misspelled = `${known}d`;
    const wrong = call(name, ...before, { [misspelled]: true });
    expect(wrong).toThrow(TypeError);
    expect(wrong).toThrow(`${name}: "${misspelled}" is not an option: did you mean "${known}"?`);
    expect(call(name, ...before, true)).toThrow(`${name}: options have to be an object, not true`);
  });

  test("mounts, which has none", () => {
    expect(call("mounts", { create: "file" })).toThrow(
      'mounts: "create" is not an option, and there are none',
    );
  });
});

describe("values of another type are refused", () => {
  test.each<[name: keyof typeof mount, args: unknown[], message: string]>([
    ["tmpfs", ["/a", { size: "5" }], 'tmpfs: size has to be a number, not "5"'],
    ["tmpfs", ["/a", { readonly: "no" }], 'tmpfs: readonly has to be true or false, not "no"'],
    ["tmpfs", [], "undefined: a target has to be an absolute path"],
    ["tmpfs", [{ size: 5 }], '{"size":5}: a target has to be an absolute path'],
    ["proc", ["/a", { create: true }], 'proc: create has to be "directory" or "file", not true'],
    ["devpts", ["/a", { gid: "5,mode=0666" }], 'devpts: gid has to be a number, not "5,mode=0666"'],
    ["devpts", ["/a", { gid: 1.5 }], "1.5 is no gid"],
    ["devpts", ["/a", { gid: -1 }], "-1 is no gid"],
    ["dev", ["/a", { devices: "host" }], 'dev: devices has to be "mknod" or "bind", not "host"'],
    ["dev", ["/a", { shmSize: 1.5 }], "1.5 is no size"],
    ["overlay", ["/a"], "overlay: lower is missing"],
    ["overlay", ["/a", { lower: "/b" }], 'overlay: lower has to be an array of strings, not "/b"'],
    ["bind", [5, "/b"], "5: a source has to be an absolute path"],
    ["bind", ["/a", "/b", { readonly: 1 }], "bind: readonly has to be true or false, not 1"],
    ["rbind", ["/a", "/b", { create: "dir" }], 'rbind: create has to be "directory" or "file", not "dir"'],
    ["tree", ["/a", "x", { recursive: "yes" }], 'tree: recursive has to be true or false, not "yes"'],
    ["mountPoint", ["/a"], "mountPoint: create is missing"],
    ["mountPoint", ["/a", "dir"], 'mountPoint: create has to be "directory" or "file", not "dir"'],
    ["root", [5], "5: a root has to be an absolute path"],
    ["pivot", [{}], "{}: a root has to be an absolute path"],
  ])("%s %j", (name, args, message) => {
    expect(call(name, ...args)).toThrow(TypeError);
    expect(call(name, ...args)).toThrow(message);
  });
});
