import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./shell.ts";

/** Every page of the repository, by its path: the root's, those in docs/, and the README of each package. */
export function pages(): [page: string, file: string][] {
  const inside = (directory: string) =>
    readdirSync(join(repository, directory)).map((name) => join(directory, name, "README.md"));
  const markdown = (directory: string) =>
    readdirSync(join(repository, directory))
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(directory, name));
  return [
    ...markdown("."),
    ...markdown("docs"),
    ...markdown("docs/decisions"),
    ...inside("packages"),
    ...inside("apps"),
    "examples/README.md",
  ]
    .map((page): [string, string] => [page, join(repository, page)])
    .filter(([, file]) => existsSync(file));
}
