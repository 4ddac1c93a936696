import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { cgroup } from "@mini/cgroup";
import { ipc } from "@mini/ipc";
import { attach, dev, mountPoint, pivot, proc, rbind, readonly, sysfs, tmpfs, tree } from "@mini/mount";
import { findCommand, hostPath } from "@mini/native";
import { net } from "@mini/net";
import { pid } from "@mini/pid";
import { type Command, compose, type Plan, type View } from "@mini/plan";
import { identityFiles, inPlace, layered, system } from "@mini/rootfs";
import { user } from "@mini/user";
import { uts } from "@mini/uts";
import type { Caller } from "./caller.js";
import { environment } from "./environment.js";
import type { RunOptions, Tmpfs, Volume } from "./options.js";
import { storageFor } from "./storage.js";
import { type ResolvedUser, resolveUser } from "./user.js";

/** What `mocker run` will start: the plan, and the command as the container sees it. */
export interface Container {
  readonly plan: Plan;
  readonly command: Command;
}

/** The composition, step by step: from what was asked for to what the kernel will be asked. */
export function composeContainer(options: RunOptions, caller: Caller, announce = false): Container {
  const { rootless } = caller;
  const root = rootOf(options, rootless);
  const who = resolveUser(options.user, (path) => readInside(path, root.views));

  const plan = compose(
    rootless ? user({ uid: caller.uid, gid: caller.gid, inside: { uid: who.uid, gid: who.gid } }) : compose(),
    uts({ hostname: options.hostname }),
    pid({ init: options.init }),
    ipc(),
    cgroup(),
    options.network === "none" ? net() : compose(),
    ...options.volumes.map((volume, index) =>
      tree(volume.source, `volume ${index}`, { recursive: true, readonly: volume.readonly }),
    ),
    root,
    options.readOnly ? compose(...points(options), readonly("/")) : compose(),
    proc("/proc", directory),
    rootless && options.network === "host"
      ? rbind("/sys", "/sys", { readonly: true, ...directory })
      : sysfs("/sys", directory),
    mountPoint("/dev", "directory"),
    dev("/dev", { devices: rootless ? "bind" : "mknod" }),
    ...mountsOf(options),
    pivot(),
    announce ? says(options) : compose(),
  );
  return { plan, command: commandOf(options, plan, who, rootless) };
}

function rootOf({ rootfs, hostname, network, storageSize }: RunOptions, rootless: boolean): Plan {
  const identity = { hostname, network };
  const storage = storageFor(rootless, storageSize);
  if (rootfs === undefined) return system({ storage, identity, rootless });
  if (rootfs.overlay) return layered(rootfs.directory, { storage, identity, userxattr: rootless });
  const views: View[] = [{ target: "/", source: rootfs.directory }];
  const has = [...identityFiles(identity).keys()].filter((path) => hostPath(path, views) !== undefined);
  return inPlace(rootfs.directory, { identity, has });
}

// Made where it is missing: a root file system out of an archive may have none.
const directory = { create: "directory" } as const;

// Before a root becomes read-only, or nothing could be mounted where nothing is yet.
function points({ volumes, tmpfs }: RunOptions): Plan[] {
  return [
    ...["/proc", "/sys", "/dev"].map((target) => mountPoint(target, "directory")),
    ...tmpfs.map(({ target }) => mountPoint(target, "directory")),
    ...volumes.map(({ target, type }) => mountPoint(target, type)),
  ];
}

// One may lie in another, and has to come after it, or it would be hidden.
function mountsOf({ tmpfs, volumes }: RunOptions): Plan[] {
  const mounts = [
    ...tmpfs.map((one) => ({ target: one.target, plan: temporary(one) })),
    ...volumes.map((one, index) => ({ target: one.target, plan: volume(one, index) })),
  ];
  const depth = ({ target }: { target: string }) => target.split("/").length;
  return mounts.sort((a, b) => depth(a) - depth(b)).map(({ plan }) => plan);
}

function temporary({ target, size, mode, readonly, noexec }: Tmpfs): Plan {
  return tmpfs(target, {
    readonly,
    noexec,
    ...directory,
    ...(size !== undefined && { size }),
    ...(mode !== undefined && { mode }),
  });
}

function volume({ source, target, type }: Volume, index: number): Plan {
  return compose(attach(`volume ${index}`, target, { create: type }), {
    namespaces: [],
    steps: [],
    views: [{ target, source }],
  });
}

// The child's own last words, as in the original: it knows its pid, and writes before it becomes the command.
function says({ command: [file], init }: RunOptions): Plan {
  const line = init ? `Child running init as 1, ${file} as 2\n` : `Child running ${file} as 1\n`;
  return {
    namespaces: [],
    steps: [{ call: "write", args: [2, line, Buffer.byteLength(line)], by: "mocker" }],
  };
}

function commandOf(options: RunOptions, plan: Plan, who: ResolvedUser, rootless: boolean): Command {
  const [name, ...args] = options.command;
  const env = environment(options, who);
  return {
    file: findCommand(name, env.PATH, plan.views) ?? name,
    argv0: name,
    args,
    env,
    cwd: options.workdir ?? "/",
    // An ordinary user's namespace has but this one id, and it is that already.
    ...(rootless ? {} : { uid: who.uid, gid: who.gid, groups: who.groups }),
  };
}

const MOST = 1024 * 1024;

// The root may be somebody else's: a fifo there is not waited on, a device is not read, and a file has to have an end.
function readInside(path: string, views: readonly View[] = []): string | undefined {
  const file = hostPath(path, views);
  if (file === undefined) return undefined;
  let fd: number;
  try {
    fd = openSync(
      file,
      constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY,
    );
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["EACCES", "ELOOP", "ENXIO", "ENOENT"].includes(code)) return undefined;
    throw error;
  }
  try {
    const stats = fstatSync(fd);
    return stats.isFile() && stats.size <= MOST ? readFileSync(fd, "utf8") : undefined;
  } finally {
    closeSync(fd);
  }
}
