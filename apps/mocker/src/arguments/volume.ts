import { nearest } from "@mini/plan";
import { show, UsageError } from "../error.js";
import type { Volume } from "../options.js";
import type { Caller } from "./caller.js";
import { hostFile, mountTarget } from "./path.js";

/** `source:target[:options]`, as docker run -v has it. */
export function parseVolume(value: string, caller: Caller): Volume {
  const [source, target, options, ...more] = value.split(":");
  if (source === undefined || target === undefined || more.length > 0) {
    throw new UsageError(
      `--volume ${show(value)} is not of the form source:target[:ro]: a path with a colon in it goes with --mount`,
    );
  }
  // Under that name Docker keeps another thing than the directory ./name.
  if (/^[^./][^/]*$/.test(source)) {
    throw new UsageError(
      `--volume ${show(value)}: named volumes are not there yet: for the directory ${source} write ./${source}:${target}`,
    );
  }
  return volume("--volume", { source, target, readonly: isReadonly(value, options) }, caller);
}

/** Checks what is to be seen where. */
export function volume(
  flag: string,
  { source, target, readonly }: { source: string; target: string; readonly: boolean },
  caller: Caller,
): Volume {
  const { path, stats } = hostFile(flag, source, caller);
  const type = stats.isDirectory() ? "directory" : "file";
  return { source: path, target: mountTarget(flag, target), readonly, type };
}

// Docker's consistency is for macOS alone, and private propagation is what each of our mounts has.
const without = new Set(["cached", "delegated", "consistent", "private", "rprivate"]);

// Docker's others.
const later = ["z", "Z", "nocopy", "shared", "rshared", "slave", "rslave"];

function isReadonly(value: string, options: string | undefined): boolean {
  const asked = options === undefined ? [] : options.split(",").filter((option) => !without.has(option));
  const unknown = asked.find((option) => option !== "ro" && option !== "rw");
  if (unknown !== undefined) {
    throw new UsageError(`--volume ${show(value)}: ${unknownOption(unknown)}`);
  }
  if (new Set(asked).size > 1) {
    throw new UsageError(`--volume ${show(value)} is both ro and rw: leave one of them out`);
  }
  return asked.includes("ro");
}

function unknownOption(option: string): string {
  if (later.includes(option)) return `the option ${show(option)} is not there yet: use ro or rw`;
  const words = ["ro", "rw", ...later, ...without].filter(({ length }) => length > 1);
  const near = nearest(option, words);
  return `there is no option ${show(option)}: ${near === undefined ? "use ro or rw" : `did you mean ${show(near)}?`}`;
}
