import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { type SpawnOptions, StepError, spawn } from "@mini/native";
import type { Plan } from "@mini/plan";
import { collect, eitherUser, type Outcome, requires, withHostUnchanged } from "@mini/testing";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { readSubids, rootAndSubids } from "../src/host.js";
import { user } from "../src/index.js";

const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

function inside(plan: Plan, line: string, options: SpawnOptions = {}): Promise<Outcome> {
  return withHostUnchanged(() => collect(spawn("sh", ["-c", line], { plan, ...options })));
}

// A directory in which everybody may write: whose files they are outside, says who somebody is.
let shared: string;
beforeEach(() => {
  shared = mkdtempSync(join(tmpdir(), "mini-user-"));
  chmodSync(shared, 0o777);
});
afterEach(() => rmSync(shared, { recursive: true }));

const owner = (name: string) => {
  const { uid, gid } = statSync(join(shared, name));
  return { uid, gid };
};
const fields = (text: string) => text.trim().split(/\s+/);

describe.each(eitherUser)("one id each, as %s", (_, test) => {
  test("is root inside and oneself outside", async () => {
    const { stdout } = await inside(user(me), `id -u; id -g; touch ${shared}/mine`);
    expect(stdout).toBe("0\n0\n");
    expect(owner("mine")).toEqual(me);
  });

  test("is whom one asks to be inside", async () => {
    const { stdout } = await inside(
      user({ ...me, inside: { uid: 33, gid: 34 } }),
      `id -u; id -g; touch ${shared}/mine`,
    );
    expect(stdout).toBe("33\n34\n");
    expect(owner("mine")).toEqual(me);
  });

  test("the maps are those written, and setgroups is denied", async () => {
    const { stdout } = await inside(user(me), "cd /proc/self; cat uid_map gid_map setgroups");
    expect(fields(stdout)).toEqual(["0", String(me.uid), "1", "0", String(me.gid), "1", "deny"]);
  });

  test("root inside is nobody special outside", async () => {
    const { code, stdout } = await inside(
      user(me),
      "chown 1 /proc/self/fd/1 2>/dev/null || hostname changed 2>/dev/null || echo refused",
    );
    expect([code, stdout]).toEqual([0, "refused\n"]);
  });

  test("several starts from one process, one after the other and at once", async () => {
    await inside(user(me), "true");
    const all = await Promise.all([1, 2, 3].map(() => collect(spawn("id", ["-u"], { plan: user(me) }))));
    expect(all.map(({ stdout }) => stdout)).toEqual(["0\n", "0\n", "0\n"]);
  });
});

describe("ranges that the parent writes", () => {
  const ranges = [{ inside: 0, outside: 200_000, size: 65_536 }];
  const plan = user({ uids: ranges, gids: ranges, by: "parent" });

  requires("root")("root inside is an unprivileged id outside", async () => {
    const { stdout } = await inside(
      plan,
      `id -u; id -g; id -G; cat /proc/self/uid_map; touch ${shared}/mine; cat /etc/shadow 2>&1`,
    );
    const [uid, gid, groups, map = "", shadow] = stdout.split("\n");
    expect([uid, gid, groups]).toEqual(["0", "0", "0"]);
    expect(fields(map)).toEqual(["0", "200000", "65536"]);
    expect(shadow).toContain("Permission denied");
    expect(owner("mine")).toEqual({ uid: 200_000, gid: 200_000 });
  });

  requires("root")("another id of the range is had by spawn's own options", async () => {
    const { stdout } = await inside(plan, `id -u; id -g; id -G; touch ${shared}/mine`, {
      uid: 1000,
      gid: 100,
      groups: [5, 7],
    });
    expect(stdout).toBe("1000\n100\n100 5 7\n");
    expect(owner("mine")).toEqual({ uid: 201_000, gid: 200_100 });
  });

  requires("an ordinary user", "user namespaces")(
    "take privilege, and their refusal names the step",
    async () => {
      const refused = await inside(plan, "true").catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(StepError);
      expect(refused).toMatchObject({ code: "EPERM", syscall: "write", side: "parent" });
    },
  );
});

describe("ranges by newuidmap", () => {
  const mapped = (file: "subuid" | "subgid", id: number) =>
    rootAndSubids(id, readSubids(`/etc/${file}`, { name: userInfo().username, id: me.uid }));
  const needs = ["an ordinary user", "user namespaces", "newuidmap and subids"] as const;

  requires(...needs)("are oneself and one's subordinate ids", async () => {
    const [uids, gids] = [mapped("subuid", me.uid), mapped("subgid", me.gid)];
    const plan = user({ uids, gids, by: "newuidmap" });
    const { stdout } = await inside(
      plan,
      `id -u; id -G; touch ${shared}/root ${shared}/other; chown 1000:100 ${shared}/other; cat /proc/self/uid_map`,
    );
    const [uid, groups, ...map] = stdout.trimEnd().split("\n");
    expect([uid, groups]).toEqual(["0", "0"]);
    expect(map.map((line) => fields(line).map(Number))).toEqual(
      uids.map(({ inside, outside, size }) => [inside, outside, size]),
    );
    expect(owner("root")).toEqual(me);
    expect(owner("other")).toEqual({ uid: (uids[1]?.outside ?? 0) + 999, gid: (gids[1]?.outside ?? 0) + 99 });
    // Outside they are not the caller's: only inside can they be removed.
    await inside(plan, `rm ${shared}/other`);
  });

  requires(...needs)("that are somebody else's are refused in newuidmap's own words", async () => {
    const uids = [{ inside: 0, outside: 0, size: 1 }];
    const refused = await inside(user({ uids, gids: uids, by: "newuidmap" }), "true").catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(StepError);
    expect((refused as StepError).message).toMatch(/newuidmap.*not allowed/);
  });
});
