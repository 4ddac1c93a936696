import {
  AT_FDCWD,
  checkOptions,
  compose,
  MS_NOSUID,
  O_DIRECTORY,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  type Plan,
  primitive,
  S_IFCHR,
  S_IFREG,
  type Step,
} from "@mini/plan";
import { devpts, mqueue, tmpfs } from "./filesystem.js";
import { close, mountKernelOver, move, resolve } from "./target.js";

export interface DevOptions {
  /**
   * Where its devices come from: "mknod" makes them, which takes root; "bind" shows the host's own, which any user may.
   */
  devices?: "mknod" | "bind";
  /** The group of new terminals: 5, tty's, by mknod; none by bind. */
  gid?: number;
  /** The size of /dev/shm in bytes: 64 MiB unless given. */
  shmSize?: number;
}

const MEMORY = 1;
const TTY = 5;

// Of the LSB's list of devices, those that every container has (OCI runtime specification, "Default Devices").
const devices: readonly (readonly [name: string, major: number, minor: number])[] = [
  ["null", MEMORY, 3],
  ["zero", MEMORY, 5],
  ["full", MEMORY, 7],
  ["random", MEMORY, 8],
  ["urandom", MEMORY, 9],
  ["tty", TTY, 0],
];

const links: readonly (readonly [target: string, name: string])[] = [
  ["pts/ptmx", "ptmx"],
  ["/proc/self/fd", "fd"],
  ["/proc/self/fd/0", "stdin"],
  ["/proc/self/fd/1", "stdout"],
  ["/proc/self/fd/2", "stderr"],
];

const MiB = 1024 * 1024;

/**
 * A /dev of its own: null, zero, full, random, urandom, tty, and terminals and shared memory that nobody else sees. Its
 * queues are those of the ipc namespace, without which an ordinary user is refused them. The umask is 022 afterwards.
 */
export function dev(target = "/dev", options: DevOptions = {}): Plan {
  checkOptions("dev", options, { devices: ["mknod", "bind"], gid: "number", shmSize: "number" });
  const { devices: by = "mknod", gid, shmSize = 64 * MiB } = options;
  const group = by === "mknod" ? (gid ?? 5) : gid;
  // Not nodev, as other tmpfs are: it is there for devices.
  const data = `mode=0755,size=${64 * MiB}`;
  const steps: Step[] = [
    ...(by === "bind" ? devices.map(([name]) => take(name)) : []),
    ...mountKernelOver(target, ["tmpfs", "tmpfs", MS_NOSUID, data]),
    { call: "umask", args: [0] }, // or the caller's would be taken from every mode below
    resolve(target, "dev", O_DIRECTORY),
    ...devices.flatMap((device) => (by === "mknod" ? [make(...device)] : show(target, device[0]))),
    ...links.map(([to, name]): Step => ({ call: "symlinkat", args: [to, { fd: "dev" }, name] })),
    ...["pts", "shm", "mqueue"].map(
      (name): Step => ({ call: "mkdirat", args: [{ fd: "dev" }, name, 0o755] }),
    ),
    close("dev"),
    { call: "umask", args: [0o022] },
  ];
  const parts = compose(
    { namespaces: ["mount"], steps, views: [{ target, source: null }] },
    devpts(`${target}/pts`, group === undefined ? {} : { gid: group }),
    tmpfs(`${target}/shm`, { size: shmSize, mode: 0o1777, noexec: true }),
    mqueue(`${target}/mqueue`),
  );
  return primitive("dev", parts);
}

function make(name: string, major: number, minor: number): Step {
  return { call: "mknodat", args: [{ fd: "dev" }, name, S_IFCHR | 0o666, (major << 8) | minor] };
}

// Before anything is mounted: the target may be the host's own /dev.
function take(name: string): Step {
  const flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
  return { call: "open_tree", args: [AT_FDCWD, `/dev/${name}`, flags], fd: `device ${name}` };
}

function show(target: string, name: string): Step[] {
  return [
    { call: "mknodat", args: [{ fd: "dev" }, name, S_IFREG | 0o644] },
    resolve(`${target}/${name}`, "target"),
    move(`device ${name}`, "target"),
    close("target"),
    close(`device ${name}`),
  ];
}
