import { describe, expect, test } from "vitest";
import { UsageError } from "../src/error.ts";
import { resolveUser } from "../src/user.ts";

const files: Record<string, string> = {
  "/etc/passwd": `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1::/usr/sbin:/usr/sbin/nologin
me:x:1000:100:Me,,,:/home/me:/bin/bash
twin:x:1000:200::/home/twin:/bin/sh
1001:x:7:7::/home/seven:/bin/sh
homeless:x:1002:1002:::/bin/sh
lost:x:1003:1003::relative:/bin/sh
broken
+::::::
high:x:4294967295:0::/:/bin/sh
negative:x:-1:0::/:/bin/sh
hex:x:0x0:0::/:/bin/sh
`,
  "/etc/group": `root:x:0:
users:x:100:
staff:x:50:me,daemon
video:x:44:other,me
again:x:50:me
bad:x:abc:me
`,
};
const read = (path: string) => files[path];

describe("who is meant", () => {
  test.each([
    [undefined, { uid: 0, gid: 0, groups: [], name: "root", home: "/root" }],
    ["root", { uid: 0, gid: 0, groups: [], name: "root", home: "/root" }],
    ["0", { uid: 0, gid: 0, groups: [], name: "root", home: "/root" }],
    ["me", { uid: 1000, gid: 100, groups: [50, 44], name: "me", home: "/home/me" }],
    ["1000", { uid: 1000, gid: 100, groups: [50, 44], name: "me", home: "/home/me" }],
    ["twin", { uid: 1000, gid: 200, groups: [], name: "twin", home: "/home/twin" }],
    ["me:staff", { uid: 1000, gid: 50, groups: [], name: "me", home: "/home/me" }],
    ["1000:44", { uid: 1000, gid: 44, groups: [], name: "me", home: "/home/me" }],
    ["me:4294967294", { uid: 1000, gid: 4294967294, groups: [], name: "me", home: "/home/me" }],
    ["12345", { uid: 12345, gid: 0, groups: [], name: "12345", home: "/" }],
    ["12345:678", { uid: 12345, gid: 678, groups: [], name: "12345", home: "/" }],
    ["4294967294:users", { uid: 4294967294, gid: 100, groups: [], name: "4294967294", home: "/" }],
    ["1001", { uid: 7, gid: 7, groups: [], name: "1001", home: "/home/seven" }],
    ["homeless", { uid: 1002, gid: 1002, groups: [], name: "homeless", home: "/" }],
    ["lost", { uid: 1003, gid: 1003, groups: [], name: "lost", home: "/" }],
  ])("%j", (spec, user) => {
    expect(resolveUser(spec, read)).toEqual(user);
  });
});

test("a root without /etc/passwd has root, and ids", () => {
  const nothing = () => undefined;
  expect(resolveUser(undefined, nothing)).toEqual({ uid: 0, gid: 0, groups: [], name: "0", home: "/" });
  expect(resolveUser("5:6", nothing)).toEqual({ uid: 5, gid: 6, groups: [], name: "5", home: "/" });
  expect(() => resolveUser("root", nothing)).toThrow(UsageError);
});

describe("who is not", () => {
  test.each([
    [
      "nobody",
      `--user "nobody": the container's /etc/passwd has no user "nobody": give an id, or add the user`,
    ],
    ["ME", `--user "ME": the container's /etc/passwd has no user "ME": give an id, or add the user`],
    ["0x10", `--user "0x10": the container's /etc/passwd has no user "0x10": give an id, or add the user`],
    ["high", `--user "high": the container's /etc/passwd has no user "high": give an id, or add the user`],
    [
      "negative",
      `--user "negative": the container's /etc/passwd has no user "negative": give an id, or add the user`,
    ],
    ["hex", `--user "hex": the container's /etc/passwd has no user "hex": give an id, or add the user`],
    [
      "broken",
      `--user "broken": the container's /etc/passwd has no user "broken": give an id, or add the user`,
    ],
    [
      "1000:abc",
      `--user "1000:abc": the container's /etc/group has no group "abc": give an id, or add the group`,
    ],
    [
      "me:bad",
      `--user "me:bad": the container's /etc/group has no group "bad": give an id, or add the group`,
    ],
  ])("%j", (spec, sentence) => {
    expect(() => resolveUser(spec, read)).toThrow(new UsageError(sentence));
  });
});
