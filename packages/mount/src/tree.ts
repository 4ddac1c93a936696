import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  checkOptions,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  type Plan,
  primitive,
  type Step,
} from "@mini/plan";
import { absolute, type Create, close, creates, move, openTarget } from "./target.js";

/** Properties of a mount that can only be added (mount_setattr(2)). */
export interface Attributes {
  readonly?: boolean;
  nosuid?: boolean;
  nodev?: boolean;
  noexec?: boolean;
}

const attributeOptions = {
  readonly: "boolean",
  nosuid: "boolean",
  nodev: "boolean",
  noexec: "boolean",
} as const;

export interface TreeOptions extends Attributes {
  /** With all that is mounted below it. */
  recursive?: boolean;
}

export interface BindOptions extends Attributes {
  /** Makes the mount point where it is missing: a "file" for a file, a "directory" for a directory. */
  create?: Create;
}

/**
 * Takes a directory or file of the host into a slot, to be attached later: before what comes in between hides it. Its
 * attributes hold for all that is mounted below it too.
 */
export function tree(source: string, slot: string, options: TreeOptions = {}): Plan {
  checkOptions("tree", options, { ...attributeOptions, recursive: "boolean" });
  const { recursive = false, ...attributes } = options;
  const flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (recursive ? AT_RECURSIVE : 0);
  const steps: Step[] = [
    { call: "open_tree", args: [AT_FDCWD, absolute(source, "a source"), flags], fd: slot },
  ];
  if (attributesOf(attributes) !== 0) steps.push(setAttributes(slot, attributes));
  return primitive("tree", { namespaces: ["mount"], steps });
}

/** Attaches what `tree` took. */
export function attach(slot: string, target: string, options: { create?: Create } = {}): Plan {
  checkOptions("attach", options, { create: creates });
  const { create } = options;
  return primitive("attach", { namespaces: ["mount"], steps: moveTo(slot, target, create) });
}

/** A directory or file of the host, seen at `target`; what is mounted below it is not. Put it before `pivot`. */
export function bind(source: string, target: string, options: BindOptions = {}): Plan {
  return bound("bind", source, target, false, options);
}

/** As `bind`, with all that is mounted below it: and read-only, if asked for, there too. */
export function rbind(source: string, target: string, options: BindOptions = {}): Plan {
  return bound("rbind", source, target, true, options);
}

/** Makes a mount of the container, and all mounts below it, read-only (mount_setattr(2)). */
export function readonly(target: string): Plan {
  const steps = [...openTarget(target), setAttributes("target", { readonly: true }), close("target")];
  return primitive("readonly", { namespaces: ["mount"], steps });
}

function bound(name: string, source: string, target: string, recursive: boolean, options: BindOptions): Plan {
  checkOptions(name, options, { ...attributeOptions, create: creates });
  const { create, ...attributes } = options;
  const taken = tree(source, "tree", { recursive, ...attributes });
  const steps = [...taken.steps, ...moveTo("tree", target, create)];
  return primitive(name, { namespaces: ["mount"], steps, views: [{ target, source }] });
}

function moveTo(slot: string, target: string, create?: Create): Step[] {
  return [...openTarget(target, create), move(slot, "target"), close("target"), close(slot)];
}

function setAttributes(slot: string, attributes: Attributes): Step {
  const attr = { struct: "mount_attr", attr_set: attributesOf(attributes) } as const;
  return { call: "mount_setattr", args: [{ fd: slot }, "", AT_EMPTY_PATH | AT_RECURSIVE, attr, 32] };
}

function attributesOf({ readonly, nosuid, nodev, noexec }: Attributes): number {
  return (
    (readonly ? MOUNT_ATTR_RDONLY : 0) |
    (nosuid ? MOUNT_ATTR_NOSUID : 0) |
    (nodev ? MOUNT_ATTR_NODEV : 0) |
    (noexec ? MOUNT_ATTR_NOEXEC : 0)
  );
}
