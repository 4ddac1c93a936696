import { show, UsageError } from "../error.js";
import type { Tmpfs, Volume } from "../options.js";
import type { Caller } from "./caller.js";
import { hostFile, mountTarget } from "./path.js";
import { parseSize } from "./size.js";

/** `source:target[:options]`, as docker run -v has it. */
export function parseVolume(value: string, caller: Caller): Volume {
  const [source, target, options = "", ...more] = value.split(":");
  if (source === undefined || target === undefined || more.length > 0) {
    throw new UsageError(
      `--volume ${show(value)} is no volume: write source:target or source:target:ro; a path with a colon goes with --mount`,
    );
  }
  // What Docker keeps under that name is another thing than the directory ./name.
  if (source !== "" && !source.includes("/") && !source.startsWith(".")) {
    throw new UsageError(
      `--volume ${show(value)} asks for a named volume, which is not yet there: for a directory write ./${source}:${target}`,
    );
  }
  let readonly = false;
  for (const option of options === "" ? [] : options.split(",")) {
    if (option === "ro") readonly = true;
    else if (option === "rw") readonly = false;
    else if (!meansNothing.has(option)) {
      throw new UsageError(
        `--volume ${show(value)}: the option ${show(option)} is not yet there: leave it out, or use ro or rw`,
      );
    }
  }
  if (options.split(",").includes("ro") && options.split(",").includes("rw")) {
    throw new UsageError(`--volume ${show(value)} is both ro and rw: leave one out`);
  }
  return volume("--volume", source, target, readonly, caller);
}

// Docker's consistency is for macOS only, and private propagation is what every volume has.
const meansNothing = new Set(["cached", "delegated", "consistent", "private", "rprivate"]);

function volume(flag: string, source: string, target: string, readonly: boolean, caller: Caller): Volume {
  const { path, stats } = hostFile(flag, source, caller);
  const type = stats.isDirectory() ? "directory" : "file";
  return { source: path, target: mountTarget(flag, target), readonly, type };
}

/** `target[:options]`, as docker run --tmpfs has it: nosuid, nodev and noexec, unless `exec` is among the options. */
export function parseTmpfs(value: string): Tmpfs {
  const colon = value.indexOf(":");
  const target = colon === -1 ? value : value.slice(0, colon);
  const options = colon === -1 ? "" : value.slice(colon + 1);
  const tmpfs: Writable<Tmpfs> = { ...emptyTmpfs, target: mountTarget("--tmpfs", target) };
  for (const option of options === "" ? [] : options.split(",")) {
    const [name = "", argument = ""] = split(option);
    if (name === "size") tmpfs.size = parseSize("--tmpfs: size", argument);
    else if (name === "mode") tmpfs.mode = parseMode("--tmpfs: mode", argument);
    else if (option === "ro" || option === "rw") tmpfs.readonly = option === "ro";
    else if (option === "exec" || option === "noexec") tmpfs.noexec = option === "noexec";
    else if (option !== "nosuid" && option !== "nodev") {
      throw new UsageError(
        `--tmpfs ${show(value)}: the option ${show(option)} is not yet there: size, mode, ro, rw, exec and noexec are`,
      );
    }
  }
  return tmpfs;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const emptyTmpfs = { target: "", size: undefined, mode: undefined, readonly: false, noexec: true };

function parseMode(flag: string, text: string): number {
  if (/^[0-7]{1,5}$/.test(text) && Number.parseInt(text, 8) <= 0o7777) return Number.parseInt(text, 8);
  throw new UsageError(`${flag} ${show(text)} is no mode: give permissions in octal, as in 1777`);
}

/** `type=bind,source=…,target=…[,readonly]` or `type=tmpfs,target=…`, as docker run --mount has it. */
export function parseMount(value: string, caller: Caller): { volume: Volume } | { tmpfs: Tmpfs } {
  const given = keys(value);
  const target = given.get("target");
  if (target === undefined) throw new UsageError(`--mount ${show(value)} says not where: add target=/path`);
  const readonly = isOn(value, given.get("readonly"));
  const type = given.get("type");
  const allowed = type === "tmpfs" ? ["tmpfs-size", "tmpfs-mode"] : ["source"];
  for (const key of given.keys()) {
    if (!["type", "target", "readonly", ...allowed].includes(key)) {
      throw new UsageError(`--mount ${show(value)}: ${key} is not yet there for type=${type}: leave it out`);
    }
  }
  if (type === "bind") {
    const source = given.get("source");
    if (source === undefined)
      throw new UsageError(`--mount ${show(value)} says not what: add source=/path of this machine`);
    return { volume: volume("--mount", source, target, readonly, caller) };
  }
  const size = given.get("tmpfs-size");
  const mode = given.get("tmpfs-mode");
  return {
    tmpfs: {
      target: mountTarget("--mount", target),
      size: size === undefined ? undefined : parseSize("--mount: tmpfs-size", size),
      mode: mode === undefined ? undefined : parseMode("--mount: tmpfs-mode", mode),
      readonly,
      noexec: true,
    },
  };
}

const aliases: Readonly<Record<string, string>> = {
  src: "source",
  dst: "target",
  destination: "target",
  ro: "readonly",
};

const known = /^(type|source|target|readonly|consistency|(bind|volume|tmpfs|image)-[a-z-]+)$/;

function keys(value: string): Map<string, string | undefined> {
  const given = new Map<string, string | undefined>();
  for (const field of csv(value)) {
    const [name = "", argument] = split(field);
    const key = aliases[name.toLowerCase()] ?? name.toLowerCase();
    if (!known.test(key)) {
      throw new UsageError(
        `--mount ${show(value)}: there is no key ${show(name)}: type, source, target and readonly are known`,
      );
    }
    if (given.has(key)) throw new UsageError(`--mount ${show(value)} gives ${key} twice: leave one out`);
    given.set(key, argument);
  }
  const type = given.get("type");
  if (type === "bind" || type === "tmpfs") return given;
  throw new UsageError(
    `--mount ${show(value)}: ${type === undefined ? "without a type, as with type=volume," : `type=${type}`} is not yet there: say type=bind or type=tmpfs`,
  );
}

function isOn(value: string, readonly: string | undefined | null): boolean {
  return readonly === undefined || readonly === null ? false : /^(1|t|true)$/i.test(readonly) || value === "";
}

function split(option: string): [name: string, argument: string | undefined] {
  const equals = option.indexOf("=");
  return equals === -1 ? [option, undefined] : [option.slice(0, equals), option.slice(equals + 1)];
}

/** One line of comma-separated values: a field with a comma stands in quotes (RFC 4180). */
function csv(line: string): string[] {
  const fields = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g)];
  if (fields.reduce((length, [whole]) => length + whole.length, 0) !== line.length) {
    throw new UsageError(`--mount ${show(line)}: a quote is left open or out of place: quote whole fields`);
  }
  return fields.map(([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain);
}
