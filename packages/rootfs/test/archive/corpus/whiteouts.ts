import { directory, file, symlink } from "../tar.ts";
import { below, type Hostile } from "./hostile.ts";

const EVIL = "evil\n";
const FORMAT = "ERR_ARCHIVE_FORMAT";
const apply = { whiteouts: "apply" } as const;

/** Whiteouts of image layers, which remove what an earlier layer has made, and nothing else. */
export const whiteouts: readonly Hostile[] = [
  {
    name: "layers: a whiteout by an absolute name",
    lower: ({ canary }) => [file(`${canary}/file`, EVIL)],
    entries: ({ canary }) => [file(`${canary}/.wh.file`)],
    options: apply,
    inside: ({ canary }) => ({ [`${below(canary)}/file`]: null }),
  },
  {
    name: "layers: a whiteout with .. in its path",
    entries: () => [file("a", EVIL), file("../canary/.wh.file"), file("../out-evil/.wh.sub")],
    options: apply,
    error: FORMAT,
  },
  {
    name: "layers: a whiteout through a link that leads out",
    entries: ({ canary }) => [symlink("l", canary), file("l/.wh.file"), file("l/.wh.sub"), file("a", EVIL)],
    options: apply,
    inside: ({ canary }) => ({ l: `→${canary}`, a: `=${EVIL}` }),
  },
  {
    name: "layers: a whiteout of a link removes the link",
    lower: () => [symlink("l", "../canary")],
    entries: () => [file(".wh.l")],
    options: apply,
    inside: () => ({ l: null }),
  },
  {
    name: "layers: a whiteout of a directory that holds links out",
    lower: ({ canary }) => [
      directory("d/"),
      directory("d/e/"),
      symlink("d/e/l", canary),
      symlink("d/e/m", "../../../canary"),
      file("d/f", EVIL),
    ],
    entries: () => [file(".wh.d")],
    options: apply,
    inside: () => ({ d: null }),
  },
  {
    name: "layers: an opaque marker below a link that leads out",
    entries: () => [symlink("l", "../canary"), file("l/.wh..wh..opq"), file("a", EVIL)],
    options: apply,
    inside: () => ({ l: "→../canary", a: `=${EVIL}` }),
  },
  {
    name: "layers: an opaque marker with .. in its path",
    entries: () => [file("../canary/.wh..wh..opq"), file("a", EVIL)],
    options: apply,
    error: FORMAT,
  },
  {
    name: "layers: a whiteout of ..",
    entries: () => [directory("d/"), file("d/.wh..."), file("a", EVIL)],
    options: apply,
    error: FORMAT,
  },
  {
    name: "layers: a whiteout of .",
    entries: () => [directory("d/"), file("d/.wh.."), file("a", EVIL)],
    options: apply,
    error: FORMAT,
  },
  {
    name: "layers: a whiteout of nothing",
    entries: () => [directory("d/"), file("d/.wh."), file("a", EVIL)],
    options: apply,
    error: FORMAT,
  },
  {
    name: "layers: a whiteout that is a link",
    lower: () => [file("file", EVIL)],
    entries: ({ canary }) => [symlink(".wh.file", canary), file("a", EVIL)],
    options: apply,
    inside: () => ({ file: null, ".wh.file": null, a: `=${EVIL}` }),
  },
  {
    name: "layers: a file below what looks like a whiteout",
    entries: () => [directory("d/"), file("d/.wh.x/../../../canary/file", EVIL), file("a", EVIL)],
    options: apply,
    error: FORMAT,
  },
  {
    name: "layers: overlay's form of a whiteout in the place of a link",
    entries: () => [symlink("l", "../canary"), file("l/.wh.file"), file("a", EVIL)],
    options: { whiteouts: "overlay" },
    error: "ENOENT",
  },
  {
    name: "layers: an opaque marker in a directory that holds links out",
    lower: ({ canary }) => [directory("d/"), symlink("d/l", canary), directory("d/e/"), file("d/e/f", EVIL)],
    entries: () => [file("d/.wh..wh..opq"), file("d/new", EVIL)],
    options: apply,
    inside: () => ({ "d/l": null, "d/e": null, "d/new": `=${EVIL}` }),
  },
  {
    name: "layers: an opaque marker for the root",
    lower: ({ canary }) => [symlink("l", canary), file("old", EVIL)],
    entries: () => [file(".wh..wh..opq"), file("new", EVIL)],
    options: apply,
    inside: () => ({ l: null, old: null, new: `=${EVIL}` }),
  },
  {
    name: "layers: a whiteout below a link of the layer below",
    lower: ({ canary }) => [symlink("l", canary), symlink("m", "../canary"), file("a", EVIL)],
    entries: () => [file("l/.wh.file"), file("m/.wh.sub"), file("m/.wh..wh..opq")],
    options: apply,
    inside: () => ({ m: "→../canary", a: `=${EVIL}` }),
  },
  {
    name: "layers: what this layer has made is not removed by its own whiteout",
    entries: () => [file("x", EVIL), file(".wh.x")],
    options: apply,
    inside: () => ({ x: `=${EVIL}`, ".wh.x": null }),
  },
  {
    name: "layers: kept as they are, they remove nothing",
    entries: () => [file("x", EVIL), file(".wh.x"), file(".wh..wh..opq")],
    inside: () => ({ x: `=${EVIL}`, ".wh.x": "=", ".wh..wh..opq": "=" }),
  },
];
