import { readdirSync, readFileSync } from "node:fs";
import { compose } from "@mini/plan";
import { eitherUser } from "@mini/testing";
import { describe, expect } from "vitest";
import { parseMountinfo } from "../src/host.js";
import { attach, bind, mounts, rbind, readonly, tmpfs, tree } from "../src/index.js";
import { inside } from "./container.js";
import { Directory } from "./directory.js";

const own = new Directory();

// What is mounted below the source is a mount that was there before: for the copy it is as one of the host's.
const submount = () => tmpfs(own.directory("/source/below"));

describe.each(eitherUser)("as %s", (_, test) => {
  test("bind: a directory, seen at another place and nowhere else", async () => {
    own.file("/source/file", "content");
    const target = own.directory("/target");
    const { stdout } = await inside(
      bind(own.path("/source"), target),
      `cat ${target}/file; touch ${target}/new`,
    );
    expect(stdout).toBe("content");
    expect(readdirSync(own.path("/source"))).toEqual(["file", "new"]);
    expect(readdirSync(target)).toEqual([]);
  });

  test("bind: a file over a file, made where it is missing", async () => {
    const source = own.file("/source/file", "content");
    const there = own.file("/target/there", "hidden");
    const { stdout } = await inside(
      compose(bind(source, there), bind(source, own.path("/target/made"), { create: "file" })),
      `cat ${there} ${own.path("/target/made")}`,
    );
    expect(stdout).toBe("contentcontent");
    expect(readFileSync(there, "utf8")).toBe("hidden");
    expect(readFileSync(own.path("/target/made"), "utf8")).toBe("");
  });

  test("bind: a file over a directory is the kernel's refusal", async () => {
    const plan = bind(own.file("/source/file"), own.directory("/target"));
    await expect(inside(plan, "true")).rejects.toMatchObject({ code: "EINVAL", syscall: "move_mount" });
  });

  test("bind: a source that is not there is the kernel's refusal", async () => {
    await expect(inside(bind(own.path("/none"), own.directory("/target")), "true")).rejects.toMatchObject({
      code: "ENOENT",
      syscall: "open_tree",
    });
  });

  test("bind leaves out what is mounted below, rbind shows it", async () => {
    const target = own.directory("/target");
    const list = `touch ${own.path("/source/below/mounted")}; ls ${target}/below`;
    expect((await inside(compose(submount(), bind(own.path("/source"), target)), list)).stdout).toBe("");
    expect((await inside(compose(submount(), rbind(own.path("/source"), target)), list)).stdout).toBe(
      "mounted\n",
    );
  });

  test("a read-only rbind is read-only also for what is mounted below it, and its source is not", async () => {
    const [source, target] = [own.directory("/source"), own.directory("/target")];
    const plan = compose(submount(), rbind(source, target, { readonly: true }));
    const { stdout, stderr } = await inside(
      plan,
      `touch ${target}/a; touch ${target}/below/b; touch ${source}/c ${source}/below/d; ls ${source} ${target}/below`,
    );
    expect(stderr.match(/Read-only file system/g)).toHaveLength(2);
    expect(stdout).toBe(`${source}:\nbelow\nc\n\n${target}/below:\nd\n`);
    expect(readdirSync(source)).toEqual(["below", "c"]);
  });

  test("a read-only bind of a file", async () => {
    const source = own.file("/source/file", "content");
    const target = own.file("/target/file");
    const { stderr } = await inside(bind(source, target, { readonly: true }), `echo changed > ${target}`);
    expect(stderr).toMatch(/Read-only file system/i);
    expect(readFileSync(source, "utf8")).toBe("content");
  });

  test("attributes hold for every mount of the copy", async () => {
    const target = own.directory("/target");
    const plan = compose(
      submount(),
      rbind(own.path("/source"), target, { nosuid: true, nodev: true, noexec: true }),
    );
    const { stdout } = await inside(plan, "cat /proc/self/mountinfo");
    const options = parseMountinfo(stdout)
      .filter((mount) => mount.target.startsWith(target))
      .map((mount) => mount.options);
    expect(options).toHaveLength(2);
    for (const each of options)
      expect(each).toEqual(expect.arrayContaining(["rw", "nosuid", "nodev", "noexec"]));
  });

  test("tree and attach: what is hidden in between is still had", async () => {
    const source = own.file("/hidden/file", "content");
    const plan = compose(
      tree(source, "kept"),
      tmpfs(own.path("/hidden")),
      attach("kept", own.path("/hidden/again"), { create: "file" }),
    );
    const { stdout } = await inside(plan, `cd ${own.path("/hidden")}; ls; cat again`);
    expect(stdout).toBe("again\ncontent");
    expect(readdirSync(own.path("/hidden"))).toEqual(["file"]);
  });

  test("readonly: a mount, and all that is mounted below it", async () => {
    const target = own.directory("/target");
    const plan = compose(tmpfs(target), tmpfs(`${target}/below`, { create: "directory" }), readonly(target));
    const { stderr } = await inside(
      plan,
      `touch ${target}/a; touch ${target}/below/b; touch ${own.path("/beside")}`,
    );
    expect(stderr.match(/Read-only file system/g)).toHaveLength(2);
    expect(readdirSync(own.path())).toEqual(["beside", "target"]);
  });

  test("readonly: what is no mount is the kernel's refusal", async () => {
    const plan = compose(mounts(), readonly(own.directory("/target")));
    await expect(inside(plan, "true")).rejects.toMatchObject({ code: "EINVAL", syscall: "mount_setattr" });
  });
});
