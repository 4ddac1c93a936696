import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseMountinfo, readMountinfo } from "../src/host.js";

const fixture = readFileSync(join(import.meta.dirname, "fixtures/mountinfo"), "utf8");

describe("parseMountinfo", () => {
  test("reads every field of a line", () => {
    expect(parseMountinfo(fixture)[0]).toEqual({
      id: 36,
      parent: 35,
      device: "98:0",
      root: "/mnt1",
      target: "/mnt2",
      options: ["rw", "noatime"],
      propagation: ["master:1"],
      type: "ext3",
      source: "/dev/root",
      superOptions: ["rw", "errors=continue"],
    });
  });

  test("has as many optional fields as there are", () => {
    expect(parseMountinfo(fixture).map(({ propagation }) => propagation)).toEqual([
      ["master:1"],
      [],
      ["shared:2", "master:3", "propagate_from:4"],
      ["unbindable"],
      ["shared:5"],
    ]);
  });

  test("undoes the escapes of spaces, tabs, newlines, backslashes and number signs", () => {
    expect(parseMountinfo(fixture)[1]).toMatchObject({ target: "/a b\tc\nd\\e", root: "/x y" });
    expect(parseMountinfo(fixture)[2]).toMatchObject({ source: "#name", target: "/ünï" });
  });

  test("takes a dash in a name for what it is", () => {
    expect(parseMountinfo(fixture)[3]).toMatchObject({ target: "/-", type: "fuse.a-b", source: "-" });
  });

  test("knows a file system without a source", () => {
    expect(parseMountinfo(fixture)[4]).toMatchObject({ source: "", superOptions: ["rw"] });
  });

  test("throws for a line that is none", () => {
    for (const line of ["36 35 98:0 / /", "36 35 98:0 / / rw - ext4", "x"]) {
      expect(() => parseMountinfo(line)).toThrow(TypeError);
      expect(() => parseMountinfo(line)).toThrow(`${JSON.stringify(line)} is no line of mountinfo`);
    }
  });
});

describe("readMountinfo", () => {
  test("reads the real file: a root, and /proc", () => {
    const mounts = readMountinfo();
    expect(mounts).toEqual(readMountinfo(process.pid));
    expect(mounts).toHaveLength(readFileSync("/proc/self/mountinfo", "utf8").trimEnd().split("\n").length);
    expect(mounts.find(({ target }) => target === "/proc")).toMatchObject({ type: "proc", root: "/" });
    for (const { id, parent } of mounts) expect(Number.isInteger(id) && Number.isInteger(parent)).toBe(true);
  });

  test("throws as node:fs does for a process that is not there", () => {
    expect(() => readMountinfo(2 ** 30)).toThrow("ENOENT");
  });
});
