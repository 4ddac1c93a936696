import { expect, test } from "vitest";
import { callerOf } from "../src/arguments/caller.ts";

const script = {
  npm_lifecycle_event: "start",
  npm_package_name: "mocker",
  npm_package_json: "/repo/apps/mocker/package.json",
  INIT_CWD: "/home/me",
};

function directory(env: Record<string, string>, cwd: string): string {
  return callerOf(env, () => cwd).directory();
}

test("relative paths mean the working directory", () => {
  expect(directory({}, "/cwd")).toBe("/cwd");
});

test("under mocker's own start script they mean where that was called", () => {
  expect(directory(script, "/repo/apps/mocker")).toBe("/home/me");
});

test("INIT_CWD alone means nothing: any program may have set it", () => {
  expect(directory({ INIT_CWD: "/home/me" }, "/cwd")).toBe("/cwd");
});

test("the script of another package means its own directory", () => {
  expect(directory({ ...script, npm_package_name: "other" }, "/repo/apps/mocker")).toBe("/repo/apps/mocker");
  expect(directory({ ...script, npm_lifecycle_event: "test" }, "/repo/apps/mocker")).toBe(
    "/repo/apps/mocker",
  );
});

test("what has changed its directory since means that", () => {
  expect(directory(script, "/elsewhere")).toBe("/elsewhere");
});

test("a working directory that was removed does not matter to absolute paths", () => {
  const gone = () => {
    throw new Error("ENOENT");
  };
  expect(() => callerOf({}, gone)).not.toThrow();
});
