import {
  checkOptions,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  type Plan,
  primitive,
  type Step,
} from "@mini/plan";
import { absolute, type Create, creates, mountKernelOver, mountOver } from "./target.js";

/** What is common to all that is mounted over a target. */
export interface TargetOptions {
  /** Makes the mount point where it is missing. */
  create?: Create;
}

export interface TmpfsOptions extends TargetOptions {
  /** The most that it holds, in bytes; half of the memory unless given (tmpfs(5)). */
  size?: number;
  /** The permissions of its root: 0o1777 unless given. */
  mode?: number;
  readonly?: boolean;
  noexec?: boolean;
}

const tmpfsOptions = {
  size: "number",
  mode: "number",
  readonly: "boolean",
  noexec: "boolean",
  create: creates,
} as const;

/** An empty directory that lives in memory (tmpfs(5)). */
export function tmpfs(target: string, options: TmpfsOptions = {}): Plan {
  checkOptions("tmpfs", options, tmpfsOptions);
  const { size, mode, readonly = false, noexec = false, create } = options;
  if (size !== undefined && !(Number.isSafeInteger(size) && size > 0))
    throw new TypeError(`${size} is no size: bytes, more than 0`); // 0 would mean no limit
  if (mode !== undefined && !(Number.isInteger(mode) && mode >= 0 && mode <= 0o7777))
    throw new TypeError(`${mode} is no mode: permissions from 0 to 0o7777`);
  const data = [
    ...(mode === undefined ? [] : [`mode=${mode.toString(8).padStart(4, "0")}`]),
    ...(size === undefined ? [] : [`size=${size}`]),
  ].join(",");
  const flags = MS_NOSUID | MS_NODEV | (noexec ? MS_NOEXEC : 0) | (readonly ? MS_RDONLY : 0);
  return mounted("tmpfs", mountOver(target, ["tmpfs", "tmpfs", flags, data || null], create), target);
}

/**
 * The processes of the pid namespace, as ps(1) reads them (proc(5)). Put it before `pivot`: with no other /proc in sight,
 * the kernel refuses it to an ordinary user.
 */
export function proc(target = "/proc", options: TargetOptions = {}): Plan {
  checkOptions("proc", options, { create: creates });
  const { create } = options;
  return mounted(
    "proc",
    mountKernelOver(target, ["proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, null], create),
    target,
  );
}

/**
 * Devices and drivers as the network namespace sees them, read-only (sysfs(5)). Refused to an ordinary user who keeps the
 * host's network: `rbind("/sys", "/sys", { readonly: true })` is what remains then.
 */
export function sysfs(target = "/sys", options: TargetOptions = {}): Plan {
  checkOptions("sysfs", options, { create: creates });
  const { create } = options;
  const flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY;
  return mounted("sysfs", mountKernelOver(target, ["sysfs", "sysfs", flags, null], create), target);
}

export interface DevptsOptions extends TargetOptions {
  /** The group of new terminals: 5 is tty's. An ordinary user's namespace does not know it: leave it out there. */
  gid?: number;
}

/** Pseudo-terminals of its own (devpts). */
export function devpts(target = "/dev/pts", options: DevptsOptions = {}): Plan {
  checkOptions("devpts", options, { gid: "number", create: creates });
  const { gid, create } = options;
  if (gid !== undefined && !(Number.isInteger(gid) && gid >= 0)) throw new TypeError(`${gid} is no gid`);
  const data = `newinstance,ptmxmode=0666,mode=0620${gid === undefined ? "" : `,gid=${gid}`}`;
  return mounted(
    "devpts",
    mountKernelOver(target, ["devpts", "devpts", MS_NOSUID | MS_NOEXEC, data], create),
    target,
  );
}

/** The POSIX message queues of the ipc namespace (mq_overview(7)). */
export function mqueue(target = "/dev/mqueue", options: TargetOptions = {}): Plan {
  checkOptions("mqueue", options, { create: creates });
  const { create } = options;
  const flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  return mounted("mqueue", mountKernelOver(target, ["mqueue", "mqueue", flags, null], create), target);
}

export interface OverlayOptions extends TargetOptions {
  /** Read-only layers of the host, the upper ones first. */
  lower: readonly string[];
  /** Where changes go, and an empty directory beside it on the same file system. Without both it is read-only. */
  upper?: string;
  work?: string;
  /** Marks in `user.*` attributes: what an ordinary user may write. */
  userxattr?: boolean;
}

const overlayOptions = {
  lower: "strings",
  upper: "string",
  work: "string",
  userxattr: "boolean",
  create: creates,
} as const;

/** Layers seen as one directory; what is changed goes to the upper one (overlayfs). */
export function overlay(target: string, options: OverlayOptions): Plan {
  checkOptions("overlay", options, overlayOptions, ["lower"]);
  const { lower, upper, work, userxattr = false, create } = options;
  if ((upper === undefined) !== (work === undefined))
    throw new TypeError("overlay: upper and work go together");
  if (lower.length === 0) throw new TypeError("overlay: at least one lower directory");
  for (const layer of [...lower, upper, work]) if (layer !== undefined) absolute(layer, "a layer");
  const data = [
    `lowerdir=${lower.map((layer) => escapeOption(layer, /[\\:,]/g)).join(":")}`,
    ...(upper === undefined || work === undefined
      ? []
      : [`upperdir=${escapeOption(upper, /[\\,]/g)}`, `workdir=${escapeOption(work, /[\\,]/g)}`]),
    ...(userxattr ? ["userxattr"] : []),
  ].join(",");
  const steps = mountOver(target, ["overlay", "overlay", MS_NODEV, data], create);
  const layers = [...(upper === undefined ? [] : [upper]), ...lower];
  return primitive("overlay", { namespaces: ["mount"], steps, views: [{ target, source: layers }] });
}

function escapeOption(path: string, special: RegExp): string {
  return path.replace(special, "\\$&");
}

function mounted(name: string, steps: readonly Step[], target: string): Plan {
  return primitive(name, { namespaces: ["mount"], steps, views: [{ target, source: null }] });
}
