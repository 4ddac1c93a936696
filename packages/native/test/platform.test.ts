import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const dist = (file: string) => new URL(`../dist/${file}`, import.meta.url);
const sentence = "@mini/native needs Linux, its namespaces are what it is about; this is darwin.";
const elsewhere = 'Object.defineProperty(process, "platform", { value: "darwin" });';

test.each([
  ["import", `await import(${JSON.stringify(dist("index.js").href)})`, "module"],
  ["require", `require(${JSON.stringify(dist("index.cjs").pathname)})`, "commonjs"],
])("on another system %s gives one sentence", (_, load, type) => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [`--input-type=${type}`, "-e", `${elsewhere}${load}`],
    {
      encoding: "utf8",
    },
  );
  expect(status).toBe(1);
  expect(stderr).toContain(`\nError: ${sentence}\n`);
  expect(stderr).not.toMatch(/ERR_DLOPEN|node-gyp-build|\.node/);
});

test("here both work, from any directory", () => {
  const script = `Promise.resolve(require(${JSON.stringify(dist("index.cjs").pathname)})).then(({ spawn }) =>
    spawn("echo", ["hello"], { stdio: "inherit" }))`;
  expect(execFileSync(process.execPath, ["-e", script], { cwd: "/", encoding: "utf8" })).toBe("hello\n");
});
