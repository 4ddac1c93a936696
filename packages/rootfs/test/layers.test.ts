import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requires } from "@mini/testing";
import { afterAll, beforeAll, expect } from "vitest";
import { extract } from "../src/index.ts";
import { expectSame, type Tree, tree } from "./archive/tree.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "mini-layers-")));
const numbers = [1, 2, 3];
const root = process.getuid?.() === 0;
let merged: Readonly<Record<string, string | null>>;

beforeAll(() => {
  const script = join(import.meta.dirname, "archive/layers.py");
  merged = JSON.parse(execFileSync("python3", [script, base], { encoding: "utf8" }));
});
afterAll(() => rmSync(base, { recursive: true }));

/** Whatever is no directory, and directories with nothing in them, as layers.py says it. */
function listing(directory: string, path = ""): [string, string | null][] {
  const full = join(directory, path);
  const stats = lstatSync(full);
  if (stats.isSymbolicLink()) return [[path, `-> ${readlinkSync(full)}`]];
  if (!stats.isDirectory()) return [[path, readFileSync(full, "utf8")]];
  const names = readdirSync(full);
  if (names.length === 0) return [[path, null]];
  return names.flatMap((name) => listing(directory, join(path, name)));
}

requires("python3")("the layers of an image, one after the other, with their whiteouts applied", async () => {
  const rootfs = join(base, "applied");
  for (const number of numbers) await extract(join(base, `${number}.tar`), rootfs, { whiteouts: "apply" });
  expect(Object.fromEntries(listing(rootfs))).toEqual(merged);
});

requires("python3")("what docker save writes is an archive of archives", async () => {
  const saved = join(base, "saved");
  await extract(join(base, "save.tar"), saved);
  const [{ Layers: layers }] = JSON.parse(readFileSync(join(saved, "manifest.json"), "utf8"));
  const rootfs = join(base, "loaded");
  for (const layer of layers) await extract(join(saved, layer), rootfs, { whiteouts: "apply" });
  expect(Object.fromEntries(listing(rootfs))).toEqual(merged);
});

requires("python3")(
  "an opaque directory keeps what its own layer has written before the marker",
  async () => {
    const { archive, directory, file } = await import("./archive/tar.ts");
    const rootfs = join(base, "opaque");
    await extract(archive(directory("d/"), file("d/old"), directory("d/sub/"), file("d/sub/old")), rootfs);
    const layer = archive(
      directory("d/"),
      file("d/new"),
      directory("d/sub/"),
      file("d/sub/new"),
      file("d/.wh..wh..opq"),
    );
    await extract(layer, rootfs, { whiteouts: "apply" });
    expect(
      listing(rootfs)
        .map(([path]) => path)
        .sort(),
    ).toEqual(["d/new", "d/sub/new"]);
  },
);

requires("python3", root ? "root" : "user namespaces")(
  "each layer for itself, with overlay's whiteouts: the kernel merges them to the same tree",
  async () => {
    const place = (number: number) => join(base, `layer-${number}`);
    for (const number of numbers)
      await extract(join(base, `${number}.tar`), place(number), { whiteouts: "overlay" });
    const applied = join(base, "compared");
    for (const number of numbers) await extract(join(base, `${number}.tar`), applied, { whiteouts: "apply" });
    mkdirSync(join(base, "mounted"));
    const lower = numbers.map(place).reverse().join(":");
    const mount = `mount -t overlay overlay -o ${root ? "" : "userxattr,"}lowerdir="$0" "$1" && exec python3 "$2" "$1"`;
    const script = join(import.meta.dirname, "archive/tree.py");
    const flags = root ? ["--mount"] : ["--user", "--map-root-user", "--mount"];
    const command = ["sh", "-c", mount, lower, join(base, "mounted"), script];
    const seen = JSON.parse(execFileSync("unshare", [...flags, ...command], { encoding: "utf8" })) as Tree;
    // Inside a user namespace the caller is root.
    const [{ ".": _, ...is }, { ".": __, ...should }] = [seen, tree(applied)]; // the layers say nothing of the root
    expectSame(is, should, ["links", ...(root ? [] : (["uid", "gid", "xattrs"] as const))]);
  },
);
