import { execFileSync } from "node:child_process";
import { hostState, requires } from "@mini/testing";
import { expect } from "vitest";
import { rowsFor } from "../src/rows.js";
import { makeSurroundings, removeSurroundings } from "../src/surroundings.js";

requires("root", "a compiler")(
  "every row and the limit run to their end, and leave nothing behind",
  async () => {
    const host = hostState();
    const surroundings = makeSurroundings();
    try {
      for (const row of rowsFor(surroundings)) await row.start();
      for (const kind of ["plain", "isolated", "network"]) {
        const { limit, rootfs, trampoline } = surroundings;
        const times = execFileSync(limit, ["3", kind, rootfs, trampoline], { encoding: "utf8" })
          .trim()
          .split("\n");
        expect(times).toHaveLength(3);
      }
    } finally {
      removeSurroundings(surroundings);
    }
    expect(hostState()).toEqual(host);
  },
);
