import { tree } from "@mini/mount";
import { compose, type Plan, primitive } from "@mini/plan";
import { mountFromScratch } from "./hidden.js";
import { type Identity, identityFiles } from "./identity.js";
import { file, moveIntoScratch, openRoot, ROOT, scratch, steps } from "./scratch.js";

const MiB = 1024 * 1024;

/**
 * A directory as root directory, used in place: what is written in it stays. The files of `identity` are shown over those
 * that the directory has, given in `has`; they are not written into it.
 */
export function inPlace(
  directory: string,
  { identity, has }: { identity: Identity; has: readonly string[] },
): Plan {
  const shown = [...identityFiles(identity)]
    .filter(([path]) => has.includes(path))
    .flatMap(([path, content]) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      return [...file(name, content), ...mountFromScratch(name, path)];
    });
  const plan = compose(
    tree(directory, "rootfs", { recursive: true }), // before the scratch hides it: it may lie in /tmp
    scratch({ size: MiB }),
    steps(...moveIntoScratch("rootfs", ROOT), ...openRoot, ...shown),
  );
  return primitive("inPlace", { ...plan, views: [{ target: "/", source: directory }] });
}
