import { lstatSync, readdirSync } from "node:fs";
import { overlay } from "@mini/mount";
import { readMountinfo } from "@mini/mount/host";
import { compose, type Plan, primitive, type View } from "@mini/plan";
import { hidden, hide } from "./hidden.js";
import { type Identity, identityIn, identityInUpper } from "./identity.js";
import { rebuilt } from "./rebuilt.js";
import { directory, openRoot, ROOT, SCRATCH, type Storage, scratch, steps, UPPER, WORK } from "./scratch.js";
import { splitDirectories } from "./split.js";

export interface SystemOptions {
  /** Where what is written goes. */
  storage: Storage;
  identity: Identity;
  /** For an ordinary user, inside a user namespace of its own. */
  rootless?: boolean;
}

/**
 * This machine's own system as root directory, copy on write: `/` and what of its system has a file system of its own, without the contents of /home,
 * /root, /tmp, /run, /mnt, /media and /boot, and with what is written kept in memory, until the container ends.
 *
 * An ordinary user sees what the user can read, and can write where the merged directory is the user's and in /tmp, /run,
 * /root and /home. Elsewhere the host's files belong to nobody, and writing is EACCES; or EOVERFLOW, for a file of the
 * user's own below directories that are not. Changing the host's files under a running container is undefined behaviour of
 * overlayfs. Looks at `/` now, so that the plan can be printed. Throws as node:fs does where `/` cannot be read.
 */
export function system({ storage, identity, rootless = false }: SystemOptions): Plan {
  const names = readdirSync("/").filter((name) => hidden.has(name) && lstatSync(`/${name}`).isDirectory());
  const split = splitDirectories();
  const root = rootless ? rebuilt({ storage, identity, split }) : overRoot({ storage, identity, split });
  const plan = compose({ ...root, views: views(split) }, hide(names));
  return primitive("system", plan);
}

interface Parts {
  storage: Storage;
  identity: Identity;
  split: readonly string[];
}

function overRoot({ storage, identity, split }: Parts): Plan {
  const layers = { lower: ["/"], upper: `${SCRATCH}/${UPPER}`, work: `${SCRATCH}/${WORK}` };
  const own = split.includes("/etc") ? [] : identityInUpper(identity, UPPER);
  return compose(
    scratch(storage),
    steps(directory(UPPER), directory(WORK), directory(ROOT), directory(PARTS), ...own),
    overlay(`${SCRATCH}/${ROOT}`, layers),
    steps(...openRoot),
    ...split.map((path) => part(path, identity)),
  );
}

// The parts of a system that is split over file systems have a layer each.
const PARTS = "parts";

function part(path: string, identity: Identity): Plan {
  const base = `${PARTS}${path}`;
  const [upper, work] = [`${base}/${UPPER}`, `${base}/${WORK}`];
  const { mode } = lstatSync(path);
  const made = steps(
    directory(base),
    directory(upper, mode & 0o7777),
    directory(work),
    ...(path === "/etc" ? identityIn(identity, upper) : []),
  );
  return compose(
    made,
    overlay(path, { lower: [path], upper: `${SCRATCH}/${upper}`, work: `${SCRATCH}/${work}` }),
  );
}

// What else is mounted on the host is an empty directory in the container.
function views(split: readonly string[]): View[] {
  const mounted = readMountinfo().filter(({ target }) => target !== "/");
  return [
    { target: "/", source: "/" },
    ...mounted.map(({ target }): View => ({ target, source: split.includes(target) ? target : null })),
  ];
}
