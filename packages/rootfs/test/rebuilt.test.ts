import { join } from "node:path";
import { tmpfs } from "@mini/mount";
import { spawn } from "@mini/native";
import { compose } from "@mini/plan";
import { collect, hostState, requires } from "@mini/testing";
import { expect } from "vitest";

// The test's own mount namespace is the host's; a Node inside one with a tmpfs below /var plays a host with Docker or snaps.
const fixture = join(import.meta.dirname, "fixtures/submount.mjs");

requires("root")(
  "a directory with something mounted in it is rebuilt one level deeper, until none has",
  async () => {
    const host = hostState();
    const plan = compose(tmpfs("/var/lib/dpkg"), tmpfs("/var/cache"));
    const { stdout, stderr, code } = await collect(spawn(process.execPath, [fixture], { plan }));
    expect(stderr).toBe("");
    expect(stdout.split("\n")).toEqual([
      "empty: 0 0", // one file system: what is mounted on the host is an empty directory
      "apt", // its neighbour, two levels down, is there
      "lib is a tmpfs, apt is an overlay",
      "",
    ]);
    expect(code).toBe(0);
    expect(hostState()).toEqual(host);
  },
);
