import { expect, test } from "vitest";
import { identityFiles } from "../src/index.js";

test("a hostname that would be more than one word of hosts(5) is refused by name", () => {
  for (const hostname of ["a\n1.2.3.4 x", "a b", "", "a#b", "a\t"]) {
    expect(() => identityFiles({ hostname, network: "none" })).toThrow(TypeError);
  }
  expect(identityFiles({ hostname: "box", network: "none" }).get("/etc/hostname")).toBe("box\n");
});
