import { base256, device, directory, entry, file, hardlink, symlink } from "../tar.ts";
import { below, type Hostile } from "./hostile.ts";

const EVIL = "evil\n";

/** Devices, fifos, and bits that give rights. */
export const nodes: readonly Hostile[] = [
  {
    name: "nodes: a device of the host's, inside only, and for root alone",
    entries: () => [device("mem", "3", 1, 1, { mode: 0o600 }), file("b", EVIL)],
    inside: () => ({ mem: "device 1:1", b: `=${EVIL}` }),
    asUser: () => ({ mem: null }),
  },
  {
    name: "nodes: a device by an absolute name",
    entries: ({ canary }) => [device(`${canary}/null`, "3", 1, 3)],
    inside: ({ canary }) => ({ [`${below(canary)}/null`]: "device 1:3" }),
    asUser: ({ canary }) => ({ [`${below(canary)}/null`]: null }),
  },
  {
    name: "nodes: a device through a link that leads out",
    entries: () => [symlink("l", "../canary"), device("l/null", "3", 1, 3), file("b", EVIL)],
    error: "ENOENT",
  },
  {
    name: "nodes: a device in the place of a link that leads out",
    entries: ({ canary }) => [symlink("l", `${canary}/file`), device("l", "3", 1, 3)],
    inside: () => ({ l: "device 1:3" }),
    asUser: () => ({ l: null }),
  },
  {
    name: "nodes: a hard link to a device",
    entries: () => [device("null", "3", 1, 3), hardlink("h", "null"), file("b", EVIL)],
    inside: () => ({ null: "device 1:3", h: "device 1:3" }),
    asUser: () => ({ null: null, h: null, b: `=${EVIL}` }),
  },
  {
    name: "nodes: numbers of a device that are too large",
    entries: () => [entry({ name: "d", typeflag: "3", devmajor: base256(1n << 40n, 8), devminor: 3 })],
    error: "ERR_ARCHIVE_FORMAT",
  },
  {
    name: "nodes: setuid and setgid survive the owner, but not another entry",
    entries: () => [
      file("s", EVIL, { mode: 0o6755, uid: 1, gid: 1 }),
      directory("d/", { mode: 0o4777 }),
      file("d", EVIL, { mode: 0o644 }),
    ],
    inside: () => ({ s: `=${EVIL}`, d: `=${EVIL}` }),
  },
  {
    name: "nodes: a hard link does not give its target another mode",
    entries: () => [file("a", EVIL, { mode: 0o600 }), hardlink("h", "a", { mode: 0o4777, uid: 1 })],
    inside: () => ({ a: `=${EVIL}`, h: `=${EVIL}` }),
  },
];
