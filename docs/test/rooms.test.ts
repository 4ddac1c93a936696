// Who may import whom: the table of CONTRIBUTING.md, "Rooms".
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "./shell.ts";

interface Room {
  /** What its sources may import, by prefix, besides their own files. */
  readonly imports: readonly string[];
  /** What its second entry point may import more. */
  readonly host?: readonly string[];
  /** What its tests and its build may need more; anything, unless given. */
  readonly development?: readonly string[];
}

const primitive: Room = { imports: ["@mini/plan"], host: ["node:fs"] };

const rooms: Readonly<Record<string, Room>> = {
  plan: { imports: [], development: ["@mini/testing"] },
  uts: primitive,
  pid: primitive,
  mount: primitive,
  user: primitive,
  ipc: primitive,
  net: primitive,
  cgroup: primitive,
  rootfs: { imports: ["@mini/plan", "@mini/mount", "@mini/native", "node:"] },
  native: {
    imports: ["@mini/plan", "node:", "node-gyp-build", "node-addon-api"],
    // The primitives' tests need it: with one of them here there would be a cycle, and no order to build in.
    development: ["@mini/testing", "node-api-headers", "node-gyp", "prebuildify"],
  },
  testing: { imports: ["vitest", "node:"] },
};

const directory = (name: string) => join(repository, "packages", name);
const packages = readdirSync(directory("")).filter((name) => name !== "node_modules");

test("every package has a room", () => {
  expect(packages.sort()).toEqual(Object.keys(rooms).sort());
});

describe.each(Object.entries(rooms))("@mini/%s", (name, { imports, host = [], development }) => {
  const manifest = JSON.parse(readFileSync(join(directory(name), "package.json"), "utf8"));
  const within = (allowed: readonly string[]) => (wanted: string) =>
    allowed.some(
      (prefix) => wanted === prefix || wanted.startsWith(prefix.endsWith(":") ? prefix : `${prefix}/`),
    );
  const { dependencies = {}, devDependencies = {} } = manifest;

  test("depends on what it may depend on", () => {
    expect(Object.keys(dependencies).filter((wanted) => !within(imports)(wanted))).toEqual([]);
  });

  if (development !== undefined)
    test("needs nothing else for its tests", () => {
      const allowed = within([...imports, ...development]);
      expect(Object.keys(devDependencies).filter((wanted) => !allowed(wanted))).toEqual([]);
    });

  test("imports what it may import", () => {
    const sources = readdirSync(join(directory(name), "src"), { recursive: true, encoding: "utf8" });
    const wrong = sources
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => {
        const text = readFileSync(join(directory(name), "src", file), "utf8");
        const wanted = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^".][^"]*)"/g)].map(
          ([, from = ""]) => from,
        );
        const allowed = within(file.startsWith("host") ? [...imports, ...host] : imports);
        return wanted.filter((from) => !allowed(from)).map((from) => `${file}: ${from}`);
      });
    expect(wrong).toEqual([]);
  });
});
