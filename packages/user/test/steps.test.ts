import { describe as written } from "@mini/plan";
import { describe, expect, test } from "vitest";
import { type UserOptions, user } from "../src/index.js";

const uids = [
  { inside: 0, outside: 1000, size: 1 },
  { inside: 1, outside: 100_000, size: 65_536 },
];
const gids = [{ inside: 0, outside: 100, size: 1 }];

describe("the steps", () => {
  test("of one id each are the child's own: setgroups is denied before the gid map is written", () => {
    const plan = user({ uid: 1000, gid: 100 });
    expect(plan.namespaces).toEqual(["user"]);
    expect(plan.parent).toBeUndefined();
    expect(plan.steps.map(written)).toEqual([
      'openat(AT_FDCWD, "/proc/self/setgroups", O_WRONLY|O_CLOEXEC)',
      'write(map, "deny", 4)',
      "close(map)",
      'openat(AT_FDCWD, "/proc/self/uid_map", O_WRONLY|O_CLOEXEC)',
      'write(map, "0 1000 1", 8)',
      "close(map)",
      'openat(AT_FDCWD, "/proc/self/gid_map", O_WRONLY|O_CLOEXEC)',
      'write(map, "0 100 1", 7)',
      "close(map)",
    ]);
  });

  test("say who one is inside", () => {
    const steps = user({ uid: 1000, gid: 100, inside: { uid: 33, gid: 34 } }).steps.map(written);
    expect(steps).toContain('write(map, "33 1000 1", 9)');
    expect(steps).toContain('write(map, "34 100 1", 8)');
  });

  test("of ranges are the parent's, each map written in one piece, and the child becomes root after", () => {
    const plan = user({ uids, gids, by: "parent" });
    expect(plan.parent?.map(written)).toEqual([
      'openat(AT_FDCWD, "/proc/<pid>/uid_map", O_WRONLY|O_CLOEXEC)',
      String.raw`write(map, "0 1000 1\n1 100000 65536", 23)`,
      "close(map)",
      'openat(AT_FDCWD, "/proc/<pid>/gid_map", O_WRONLY|O_CLOEXEC)',
      'write(map, "0 100 1", 7)',
      "close(map)",
    ]);
    expect(plan.steps.map(written)).toEqual([
      "setgroups(0, NULL)",
      "setresgid(0, 0, 0)",
      "setresuid(0, 0, 0)",
    ]);
  });

  test("of ranges with newuidmap are two programs that the parent runs", () => {
    expect(user({ uids, gids, by: "newuidmap" }).parent?.map(written)).toEqual([
      'run("newuidmap", "<pid>", "0", "1000", "1", "1", "100000", "65536")',
      'run("newgidmap", "<pid>", "0", "100", "1")',
    ]);
  });

  test("become no root that is not mapped", () => {
    const mapped = [{ inside: 1000, outside: 1000, size: 1 }];
    expect(user({ uids: mapped, gids: mapped, by: "parent" }).steps.map(written)).toEqual([
      "setgroups(0, NULL)",
    ]);
  });
});

describe("refused: an id that is none", () => {
  const NO_ID = 2 ** 32 - 1;

  test.each([-1, NO_ID, 2 ** 32, 1.5, Number.NaN])("%d", (id) => {
    for (const options of [
      { uid: id, gid: 0 },
      { uid: 0, gid: id },
      { uid: 0, gid: 0, inside: { uid: id, gid: 0 } },
      { uid: 0, gid: 0, inside: { uid: 0, gid: id } },
    ]) {
      expect(() => user(options)).toThrow(TypeError);
      expect(() => user(options)).toThrow(`${JSON.stringify(id)},`);
    }
  });

  test.each([
    [{ inside: 0, outside: 0, size: 0 }],
    [{ inside: NO_ID - 1, outside: 0, size: 2 }],
    [{ inside: 0, outside: NO_ID - 1, size: 2 }],
    [{ inside: 0, outside: 0, size: -1 }],
  ])("%j", (mapping) => {
    const options: UserOptions = { uids: [mapping], gids, by: "parent" };
    expect(() => user(options)).toThrow(TypeError);
    expect(() => user(options)).toThrow(`${JSON.stringify(mapping)} maps no ids`);
  });

  test("none at all", () => {
    expect(() => user({ uids: [], gids, by: "parent" })).toThrow(TypeError);
    expect(() => user({ uids, gids: [], by: "newuidmap" })).toThrow("without any id");
  });

  test("the last id that there is can be mapped", () => {
    expect(() => user({ uid: NO_ID - 1, gid: NO_ID - 1 })).not.toThrow();
  });
});

// As JavaScript would call it: with anything.
const loose: (options?: unknown) => unknown = user as (options: never) => unknown as (
  options?: unknown,
) => unknown;

describe("refused: options that are none, or not all of them", () => {
  test.each<[wrong: unknown, message: string]>([
    [undefined, "user: uid and gid are missing"],
    [{}, "user: uid and gid are missing"],
    [{ uid: 0 }, "user: gid is missing"],
    [{ uid: "x", gid: 0 }, 'user: uid has to be a number, not "x"'],
    [{ uid: 0, gid: 0, indside: {} }, 'user: "indside" is not an option: did you mean "inside"?'],
    [{ uid: 0, gid: 0, inside: 5 }, "user: inside has to be an object, not 5"],
    [{ uid: 0, gid: 0, inside: { uid: 5 } }, "user: inside: gid is missing"],
    [{ uids, gids }, "user: by is missing"],
    [{ gids, by: "parent" }, "user: uids is missing"],
    [{ uids, gids, by: "root" }, 'user: by has to be "parent" or "newuidmap", not "root"'],
    [{ uids, gids, by: "parent", uid: 0 }, 'user: "uid" is not an option: did you mean "uids"?'],
    [{ uids: [5], gids, by: "parent" }, "user: uids has to be an array of objects, not [5]"],
    [5, "user: options have to be an object, not 5"],
    [null, "user: options have to be an object, not null"],
  ])("%j", (wrong, message) => {
    expect(() => loose(wrong)).toThrow(TypeError);
    expect(() => loose(wrong)).toThrow(message);
  });
});
