import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "./shell.ts";

// Which package may import which: the rooms of the house, and docs/decisions says why.

/** What a package may depend on. One that is not listed is a primitive. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "@mini/plan": [],
  "@mini/testing": [],
  "@mini/native": ["@mini/plan", "node-addon-api", "node-gyp-build"],
  "@mini/rootfs": ["@mini/plan", "@mini/mount", "@mini/native"],
};
const primitive = ["@mini/plan"];

/** What a package may import of Node itself, besides. A primitive's second entry point reads the host's files. */
const ofNode = (name: string, file: string): boolean =>
  name === "@mini/native" || name === "@mini/rootfs" || (allowed[name] === undefined && file === "host.ts");

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly directory: string;
}

function manifests(...parents: string[]): Manifest[] {
  return parents
    .map((parent) => join(repository, parent))
    .filter((directory) => existsSync(join(directory, "package.json")))
    .map((directory) => ({
      ...(JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest),
      directory,
    }));
}

const inside = (parent: string) => readdirSync(join(repository, parent)).map((name) => join(parent, name));
const packages = manifests(...inside("packages"));
const everything = [...packages, ...manifests(...inside("apps"), "docs", "examples", "bench")];

test("the packages of the table are there", () => {
  expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(allowed)));
});

describe.each(packages.map((manifest) => [manifest.name, manifest] as const))(
  "%s",
  (name, { directory, dependencies = {} }) => {
    const may = allowed[name] ?? primitive;

    test("depends on what it may", () => {
      expect(Object.keys(dependencies).filter((dependency) => !may.includes(dependency))).toEqual([]);
    });

    test("imports what it depends on", () => {
      const imported = importsOf(join(directory, "src")).filter(([file, from]) => {
        if (from.startsWith("node:")) return !ofNode(name, file);
        const named = from.split("/", 2).join("/");
        const itself = from.startsWith(".") || named === name;
        return !itself && !((from.startsWith("@") ? named : from) in dependencies);
      });
      // The tests' own package is built of what tests are written with.
      if (name !== "@mini/testing") expect(imported).toEqual([]);
    });
  },
);

function importsOf(source: string): [file: string, from: string][] {
  return readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .flatMap((file) => {
      const text = readFileSync(join(source, file), "utf8");
      const found = text.matchAll(
        /^(?:import|export)\b[^"';]*?\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm,
      );
      return [...found].map(([, from, bare, dynamic]): [string, string] => [
        file,
        from ?? bare ?? dynamic ?? "",
      ]);
    });
}

test("no package waits for itself, its tests included: turbo would see a cycle", () => {
  const needs = new Map(
    everything.map(({ name, dependencies, devDependencies }) => [
      name,
      Object.keys({ ...dependencies, ...devDependencies }),
    ]),
  );
  const cycle = (name: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    for (const next of needs.get(name) ?? []) {
      const found = needs.has(next) ? cycle(next, [...path, name]) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  for (const name of needs.keys()) expect(cycle(name, [])).toBeUndefined();
});
