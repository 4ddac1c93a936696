import { existsSync, readdirSync, readFileSync } from "node:fs";
import { spawn } from "@mini/native";
import { AT_FDCWD, compose, type Plan } from "@mini/plan";
import { collect, eitherUser, requires, treeState, withHostUnchanged } from "@mini/testing";
import { describe, expect } from "vitest";
import { overlay, pivot, tmpfs } from "../src/index.js";
import { inside, rights, rootless } from "./container.js";
import { Directory } from "./directory.js";

const own = new Directory();
const change = (target: string) =>
  `cd ${target}; echo changed > a; rm b; mkdir c; echo new > c/d; mv e f; ls -R; cat a`;
const changed = ".:\na\nc\nf\n\n./c:\nd\n\n./f:\nchanged\n";

function lower(): string {
  for (const name of ["a", "b"]) own.file(`/lower/${name}`, name);
  own.directory("/lower/e");
  return own.path("/lower");
}

/** Upper and work in a scratch of memory, made before the overlay, and gone with the container. */
function scratch(): { plan: Plan; upper: string; work: string } {
  const path = own.directory("/scratch");
  const [upper, work] = [`${path}/upper`, `${path}/work`];
  const made: Plan = {
    namespaces: ["mount"],
    steps: [upper, work].map((name) => ({ call: "mkdirat", args: [AT_FDCWD, name, 0o755] })),
  };
  return { plan: compose(tmpfs(path), made), upper, work };
}

describe.each(eitherUser)("as %s", (_, test) => {
  // An ordinary user keeps marks in user.* attributes, which tmpfs has since Linux 6.6.
  test("what is changed is seen, and the layer below stays as it was", async () => {
    const layer = lower();
    const before = treeState(layer);
    const target = own.directory("/target");
    const { plan, upper, work } = scratch();
    const layers = { lower: [layer], upper, work, userxattr: rootless };
    const { stdout, stderr } = await inside(compose(plan, overlay(target, layers)), change(target));
    expect([stdout, stderr]).toEqual([changed, ""]);
    expect(treeState(layer)).toEqual(before);
    expect(readdirSync(target)).toEqual([]);
    expect(readdirSync(own.path("/scratch"))).toEqual([]);
  });

  test("of several layers the first is on top, and without an upper one nothing can be written", async () => {
    own.file("/top/a", "top");
    const target = own.directory("/target");
    const plan = overlay(target, { lower: [own.path("/top"), lower()], userxattr: rootless });
    const { stdout, stderr } = await inside(plan, `cd ${target}; cat a b; touch c`);
    expect(stdout).toBe("topb");
    expect(stderr).toContain("Read-only file system");
  });

  test("a command is found in whichever layer has it", async () => {
    own.file("/top/bin/nothing");
    const target = own.directory("/target");
    const layers = { lower: [own.path("/top"), own.rootfs("/below")], userxattr: rootless };
    const plan = compose(rights, overlay(target, layers), pivot(target));
    const options = { plan, env: { PATH: "/none:/bin" } };
    const child = await withHostUnchanged(() => collect(spawn("ls", ["/bin/nothing"], options)));
    expect(child).toMatchObject({ code: 0, stdout: "/bin/nothing\n" });
  });

  test("a layer that is not there is the kernel's refusal", async () => {
    const plan = overlay(own.directory("/target"), {
      lower: [own.path("/none"), lower()],
      userxattr: rootless,
    });
    await expect(inside(plan, "true")).rejects.toMatchObject({ code: "ENOENT", syscall: "mount" });
  });

  test("paths with commas, colons and backslashes", async () => {
    own.file("/a,b:c\\d/file", "content");
    const target = own.directory("/target");
    const { plan } = scratch();
    const [upper, work] = [own.path("/scratch/up,per"), own.path("/scratch/wo:r\\k")];
    const made: Plan = {
      namespaces: ["mount"],
      steps: [upper, work].map((name) => ({ call: "mkdirat", args: [AT_FDCWD, name, 0o755] })),
    };
    const layers = { lower: [own.path("/a,b:c\\d")], upper, work, userxattr: rootless };
    const { stdout } = await inside(
      compose(plan, made, overlay(target, layers)),
      `touch ${target}/new; ls ${target} '${upper}'`,
    );
    expect(stdout).toBe(`${upper}:\nnew\n\n${target}:\nfile\nnew\n`);
  });
});

requires("root")("an upper layer on disk keeps what was changed", async () => {
  const [target, upper, work] = ["/target", "/upper", "/work"].map((name) => own.directory(name)) as [
    string,
    string,
    string,
  ];
  await inside(overlay(target, { lower: [lower()], upper, work }), change(target).replace("mv e f;", ""));
  expect(readFileSync(`${upper}/a`, "utf8")).toBe("changed\n");
  expect(existsSync(`${upper}/c/d`)).toBe(true);
  expect(readFileSync(own.path("/lower/b"), "utf8")).toBe("b");
});
