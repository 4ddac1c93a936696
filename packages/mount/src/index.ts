import { checkOptions, type Plan } from "@mini/plan";

export { type DevOptions, dev } from "./device.js";
export {
  type DevptsOptions,
  devpts,
  mqueue,
  type OverlayOptions,
  overlay,
  proc,
  sysfs,
  type TargetOptions,
  type TmpfsOptions,
  tmpfs,
} from "./filesystem.js";
export { pivot, root } from "./root.js";
export { type Create, mountPoint } from "./target.js";
export {
  type Attributes,
  attach,
  type BindOptions,
  bind,
  rbind,
  readonly,
  type TreeOptions,
  tree,
} from "./tree.js";

/** A table of mounts of its own: what is mounted inside is seen nowhere else (mount_namespaces(7)). */
export function mounts(options: Readonly<Record<string, never>> = {}): Plan {
  checkOptions("mounts", options, {});
  return { namespaces: ["mount"], steps: [] };
}
