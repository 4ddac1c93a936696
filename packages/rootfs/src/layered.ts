import { overlay, tree } from "@mini/mount";
import { compose, type Plan, primitive } from "@mini/plan";
import { type Identity, identityInUpper } from "./identity.js";
import {
  directory,
  moveIntoScratch,
  openRoot,
  ROOT,
  SCRATCH,
  type Storage,
  scratch,
  steps,
  UPPER,
  WORK,
} from "./scratch.js";

export interface LayeredOptions {
  /** Where what is written goes. */
  storage: Storage;
  identity: Identity;
  /** For an ordinary user: overlayfs keeps its marks in `user.*` attributes. */
  userxattr?: boolean;
}

/** `lower` as root directory, with a layer over it that takes what is written: nothing of it reaches `lower`. */
export function layered(lower: string, { storage, identity, userxattr = false }: LayeredOptions): Plan {
  const layers = {
    lower: [`${SCRATCH}/lower`],
    upper: `${SCRATCH}/${UPPER}`,
    work: `${SCRATCH}/${WORK}`,
    userxattr,
  };
  const plan = compose(
    tree(lower, "lower"), // before the scratch hides it: it may lie in /tmp
    scratch(storage),
    steps(directory(UPPER), directory(WORK), directory(ROOT), ...identityInUpper(identity, UPPER)),
    steps(...moveIntoScratch("lower", "lower")),
    overlay(`${SCRATCH}/${ROOT}`, layers),
    steps(...openRoot),
  );
  return primitive("layered", { ...plan, views: [{ target: "/", source: lower }] });
}
