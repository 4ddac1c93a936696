// What a stranger gets: the packed packages in an empty project, without a compiler.
import { execFile, execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repository } from "./shell.ts";

interface Package {
  readonly name: string;
  readonly directory: string;
}

const packages = readdirSync(join(repository, "packages")).flatMap((folder): Package[] => {
  const directory = join(repository, "packages", folder);
  if (!existsSync(join(directory, "package.json"))) return [];
  const { name, private: hidden } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  return hidden ? [] : [{ name, directory }];
});

const work = mkdtempSync(join(tmpdir(), "mini-packed-"));
const project = join(work, "project");
const bin = join(work, "bin");
afterAll(() => rmSync(work, { recursive: true }));

// node, npm, and the shell in which npm runs scripts; whatever would compile fails.
const env = { ...process.env, PATH: bin, CC: "false", CXX: "false", HOME: work, INIT_CWD: undefined };
const run = (file: string, ...args: string[]) =>
  execFileSync(file, args, { cwd: project, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

beforeAll(async () => {
  mkdirSync(project);
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "node"));
  for (const name of ["npm", "sh"]) {
    const found = execFileSync("sh", ["-c", `readlink -f "$(command -v ${name})"`], { encoding: "utf8" });
    symlinkSync(found.trim(), join(bin, name));
  }
  const pack = promisify(execFile);
  await Promise.all(
    packages.map(({ directory }) => pack("pnpm", ["pack", "--pack-destination", work], { cwd: directory })),
  );
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true }));
  const tarballs = packages.map(({ name }) => tarballOf(name));
  run("npm", "install", "--no-audit", "--no-fund", "--foreground-scripts", ...tarballs);
}, 180_000);

function tarballOf(name: string): string {
  return join(work, `${name.replace("@", "").replace("/", "-")}-${version(name)}.tgz`);
}

function version(name: string): string {
  const { directory } = packages.find((found) => found.name === name) ?? { directory: "" };
  return JSON.parse(readFileSync(join(directory, "package.json"), "utf8")).version;
}

const NEEDED = [
  "README.md",
  "LICENSE",
  "package.json",
  ...["js", "cjs", "d.ts", "d.cts"].map((end) => `dist/index.${end}`),
];

for (const { name } of packages) {
  test(`${name}: the package has what a reader and a program need, and no tests`, () => {
    const list = execFileSync("tar", ["-tzf", tarballOf(name)], { encoding: "utf8" });
    const all = list.split("\n").map((file) => file.replace("package/", ""));
    const files = all.filter((file) => !file.startsWith("vendor/")); // others' names
    expect(NEEDED.filter((file) => !files.includes(file))).toEqual([]);
    expect(files.filter((file) => /test|config|(?<!\.d)\.tsx?$/.test(file))).toEqual([]);
  });

  test(`${name}: it is what its package.json says (publint)`, async () => {
    const pkgDir = join(project, "node_modules", name);
    const { messages, pkg } = await publint({ pkgDir, pack: false, level: "warning" });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test(`${name}: it can be imported and required`, () => {
    const print = (names: string) =>
      `console.log(Object.keys(${names}).filter((n) => n !== "default" && n !== "module.exports").sort().join())`;
    const imported = run(
      "node",
      "--input-type=module",
      "-e",
      `import * as it from "${name}"; ${print("it")}`,
    );
    const required = run("node", "-e", print(`require("${name}")`));
    expect(imported).toMatch(/\w/);
    expect(required).toBe(imported);
  });
}

describe("in an empty project", () => {
  test("there is no compiler, and nothing was compiled", () => {
    expect(() => run("sh", "-c", "command -v cc c++ gcc g++ make python3")).toThrow();
    const native = join(project, "node_modules/@mini/native");
    expect(readdirSync(native)).not.toContain("build");
    expect(readdirSync(join(native, "prebuilds"))).not.toEqual([]);
  });

  test("a process is started under a plan", () => {
    writeFileSync(
      join(project, "start.mjs"),
      `import { spawn } from "@mini/native";
      import { compose } from "@mini/plan";
      import { user } from "@mini/user";
      import { uts } from "@mini/uts";
      const root = user({ uid: process.getuid(), gid: process.getgid() });
      const plan = compose(root, uts({ hostname: "box" }));
      spawn("/bin/uname", ["-n"], { plan, stdio: "inherit" }).on("exit", (code) => process.exit(code));`,
    );
    expect(run("node", "start.mjs")).toBe("box\n");
  });

  test.each(["nodenext", "bundler"])("types are found (moduleResolution %s)", (moduleResolution) => {
    const imports = packages.map(
      ({ name }, index) => `import * as p${index} from "${name}";\nvoid p${index};`,
    );
    const use =
      'import { uts } from "@mini/uts";\nexport const names: readonly string[] = uts().namespaces;\n';
    for (const file of ["use.mts", "use.cts"])
      writeFileSync(join(project, file), `${imports.join("\n")}\n${use}`);
    const compilerOptions = {
      module: moduleResolution === "nodenext" ? "nodenext" : "preserve",
      moduleResolution,
      target: "es2022",
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      typeRoots: [join(repository, "node_modules/@types")],
      types: ["node"],
    };
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["use.mts", "use.cts"] }),
    );
    const tsc = join(repository, "node_modules/typescript/bin/tsc");
    expect(run("node", tsc, "-p", ".")).toBe("");
  });
});
