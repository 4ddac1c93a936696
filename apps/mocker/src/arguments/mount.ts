import { show, UsageError } from "../error.js";
import type { Tmpfs, Volume } from "../options.js";
import type { Caller } from "./caller.js";
import { mountTarget } from "./path.js";
import { parseSize } from "./size.js";
import { parseSwitch } from "./switch.js";
import { halves, parseMode } from "./tmpfs.js";
import { volume } from "./volume.js";

/** `type=bind,source=…,target=…[,readonly]` or `type=tmpfs,target=…`, as docker run --mount has it. */
export function parseMount(value: string, caller: Caller): { volume: Volume } | { tmpfs: Tmpfs } {
  const given = keysOf(value);
  const type = given.get("type");
  if (type !== "bind" && type !== "tmpfs") {
    throw refusal(
      value,
      `type=${type ?? "volume, the default,"} is not there yet: use type=bind or type=tmpfs`,
    );
  }
  const own: readonly string[] = type === "bind" ? ["source"] : ["tmpfs-size", "tmpfs-mode"];
  const other = [...given.keys()].find((key) => !common.includes(key) && !own.includes(key));
  if (other !== undefined) throw refusal(value, `${other} is not there yet with type=${type}: leave it out`);
  const target = given.get("target");
  if (target === undefined) throw refusal(value, "the target is missing: add target=/path");
  const readonly = given.has("readonly") && parseSwitch("--mount readonly", given.get("readonly") || "true");
  if (type === "tmpfs")
    return { tmpfs: { target: mountTarget("--mount", target), readonly, ...limits(given) } };
  const source = given.get("source");
  if (source === undefined) throw refusal(value, "the source is missing: add source=/path");
  return { volume: volume("--mount", { source, target, readonly }, caller) };
}

const common: readonly string[] = ["type", "target", "readonly"];

function limits(given: ReadonlyMap<string, string>): Pick<Tmpfs, "size" | "mode" | "noexec"> {
  const size = given.get("tmpfs-size");
  const mode = given.get("tmpfs-mode");
  return {
    size: size === undefined ? undefined : parseSize("--mount tmpfs-size", size),
    mode: mode === undefined ? undefined : parseMode("--mount tmpfs-mode", mode),
    noexec: true,
  };
}

const aliases = new Map([
  ["src", "source"],
  ["dst", "target"],
  ["destination", "target"],
  ["ro", "readonly"],
]);

// Docker's keys, those included that are not there yet.
const known = /^(type|source|target|readonly|consistency|(bind|volume|tmpfs|image)-[a-z-]+)$/;

function keysOf(value: string): Map<string, string> {
  const given = new Map<string, string>();
  for (const field of fields(value)) {
    const [name, argument = ""] = halves(field, "=");
    const key = aliases.get(name) ?? name;
    if (!known.test(key)) {
      throw refusal(value, `there is no key ${show(name)}: use type, source, target and readonly`);
    }
    if (given.has(key)) throw refusal(value, `${key} is given twice: leave one out`);
    given.set(key, argument);
  }
  return given;
}

/** One line of comma-separated values: a field with a comma in it stands in quotes (RFC 4180). */
function fields(line: string): string[] {
  const found = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g)];
  if (found.reduce((length, [whole]) => length + whole.length, 0) !== line.length) {
    throw refusal(line, "a quote is out of place: put whole fields in quotes");
  }
  return found.map(([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain);
}

function refusal(value: string, text: string): UsageError {
  return new UsageError(`--mount ${show(value)}: ${text}`);
}
