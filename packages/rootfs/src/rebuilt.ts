import { accessSync, constants, type Dirent, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { bind, overlay } from "@mini/mount";
import { readMountinfo } from "@mini/mount/host";
import { compose, OPEN_TREE_CLOEXEC, OPEN_TREE_CLONE, type Plan, S_IFREG, type Step } from "@mini/plan";
import { hidden } from "./hidden.js";
import { type Identity, identityFiles, identityIn } from "./identity.js";
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

// The host's system for an ordinary user. `/` itself can be no layer of an overlay in a user namespace: mounts are locked
// below it, and the kernel will not show what they cover (mount_namespaces(7)). So a new root is built, with one overlay
// for each directory that nothing is mounted in; a directory with something mounted in it is built in the same way.

/** What the kernel and `dev`, `proc`, `sysfs` fill. */
const filled = new Set(["proc", "sys", "dev"]);

// Before a file is changed, the directories above it are copied up, and those that belong to root cannot be: the owner has
// no number in the namespace (EOVERFLOW). Where every user has files of its own, that directory is there beforehand.
const VAR_TMP = "/var/tmp";

interface Parts {
  storage: Storage;
  identity: Identity;
  /** Mounts that belong to the system all the same. */
  split: readonly string[];
}

export function rebuilt({ storage, identity, split }: Parts): Plan {
  const builder = new Builder(identity, split);
  builder.directory("", readdirSync("/", { withFileTypes: true }));
  return compose(
    scratch(storage),
    steps(directory(UPPER), directory(WORK), directory(ROOT), ...rootOnItself),
    ...builder.plans,
  );
}

// A root has to be a mount (pivot_root(2)), and this one has to be the scratch's, so that its size bounds it too.
const rootOnItself: readonly Step[] = [
  { call: "open_tree", args: [{ fd: "scratch" }, ROOT, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC], fd: "tree" },
  ...moveIntoScratch("tree", ROOT).slice(1), // made already
  ...openRoot,
];

class Builder {
  readonly plans: Plan[] = [];
  readonly #mounted = readMountinfo().map(({ target }) => target);
  readonly #identity: ReadonlyMap<string, string>;
  #layers = 0;

  constructor(
    readonly identity: Identity,
    readonly split: readonly string[],
  ) {
    this.#identity = identityFiles(identity);
  }

  /** Everything in one directory of the host, which exists in the new root already. `path` is "" for the root. */
  directory(path: string, entries: readonly Dirent[]): void {
    for (const entry of entries) this.#entry(`${path}/${entry.name}`, entry, path === "");
    if (path === "/etc") this.#add(...identityIn(this.identity, `${ROOT}/etc`));
  }

  #entry(path: string, entry: Dirent, top: boolean): void {
    if (this.#identity.has(path)) return;
    if (entry.isSymbolicLink())
      this.#add({ call: "symlinkat", args: [readlinkSync(path), { fd: "root" }, path.slice(1)] });
    else if (entry.isDirectory())
      this.#subdirectory(path, top && (hidden.has(entry.name) || filled.has(entry.name)));
    else if (entry.isFile()) this.#file(path);
    // Sockets, fifos and devices of the host are nothing for a container.
  }

  #subdirectory(path: string, empty: boolean): void {
    const mode = lstatSync(path).mode & 0o7777;
    const readable = canRead(path);
    this.#add({ call: "mkdirat", args: [{ fd: "root" }, path.slice(1), readable ? mode : 0] });
    if (empty || !readable || (this.#mounted.includes(path) && !this.split.includes(path))) return;
    if (this.#mounted.some((target) => target.startsWith(`${path}/`))) {
      this.directory(path, readdirSync(path, { withFileTypes: true }));
    } else this.#overlay(path, mode);
  }

  #overlay(path: string, mode: number): void {
    const layer = this.#layers++;
    const [upper, work] = [`${UPPER}/${layer}`, `${WORK}/${layer}`];
    this.#add(directory(upper, mode), directory(work));
    if (path === "/etc") this.#add(...identityIn(this.identity, upper));
    if (path === "/var" && canRead(VAR_TMP)) this.#add(directory(`${upper}/tmp`, 0o1777));
    this.plans.push(
      overlay(path, {
        lower: [path],
        upper: `${SCRATCH}/${upper}`,
        work: `${SCRATCH}/${work}`,
        userxattr: true,
      }),
    );
  }

  #file(path: string): void {
    this.#add({ call: "mknodat", args: [{ fd: "root" }, path.slice(1), S_IFREG | 0o444, 0] });
    this.plans.push(bind(path, path, { readonly: true }));
  }

  #add(...list: Step[]): void {
    this.plans.push(steps(...list));
  }
}

function canRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
