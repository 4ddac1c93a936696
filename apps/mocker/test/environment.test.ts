import { expect, test } from "vitest";
import { environment } from "../src/environment.ts";

const user = { home: "/home/me" };

test("a container has PATH, TERM, HOME and HOSTNAME, and nothing else of anybody's", () => {
  process.env.npm_config_secret = "of the caller";
  expect(environment({ env: {}, hostname: "box" }, user, "screen")).toEqual({
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    TERM: "screen",
    HOME: "/home/me",
    HOSTNAME: "box",
  });
});

test("what was asked for is added, and holds against the defaults", () => {
  const env = { A: "b", HOME: "/elsewhere", PATH: "/bin" };
  expect(environment({ env, hostname: "box" }, user, "screen")).toMatchObject({ ...env, HOSTNAME: "box" });
});

test("TERM is the caller's, or xterm where the caller has none", () => {
  const before = process.env.TERM;
  process.env.TERM = "";
  expect(environment({ env: {}, hostname: "box" }, user).TERM).toBe("xterm");
  process.env.TERM = "vt100";
  expect(environment({ env: {}, hostname: "box" }, user).TERM).toBe("vt100");
  if (before === undefined) delete process.env.TERM;
  else process.env.TERM = before;
});
