import { createServer } from "node:net";
import { program, describe as written } from "@mini/plan";
import { eitherUser } from "@mini/testing";
import { describe, expect, test } from "vitest";
import { net } from "../src/index.js";
import { inside } from "./container.js";

test("the steps bring loopback up", () => {
  expect(net().namespaces).toEqual(["network"]);
  expect(net().steps.map(written)).toEqual([
    "socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_IP)",
    'ioctl(socket, SIOCSIFFLAGS, {ifr_name="lo", ifr_flags=IFF_UP|IFF_RUNNING})',
    "close(socket)",
  ]);
});

test("without its namespace it would touch the host's loopback, and is refused", () => {
  expect(() => program({ ...net(), namespaces: [] }, { file: "true" })).toThrow(
    "the plan has no network namespace",
  );
});

// A connection to 127.0.0.1, made by what every machine that runs this has.
const connect = (port: number) =>
  `${process.execPath} -e 'require("net").connect(${port}, "127.0.0.1").on("connect", () => { console.log("connected"); process.exit() }).on("error", (e) => console.log(e.code))'`;

describe.each(eitherUser)("as %s", (_, test) => {
  test("there is loopback and nothing else, and it is up", async () => {
    const { stdout } = await inside(
      net(),
      "tail -n +3 /proc/net/dev | cut -d: -f1; cut -f1 /proc/net/route | tail -n +2",
    );
    expect(stdout.trim()).toBe("lo");
    // Nobody listens, which somebody has to be there to say: without loopback it is ENETUNREACH.
    expect((await inside(net(), connect(9))).stdout).toBe("ECONNREFUSED\n");
  });

  test("what listens on the host's loopback is out of reach", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    try {
      await new Promise((resolve) => server.once("listening", resolve));
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      expect((await inside({ namespaces: [], steps: [] }, connect(port))).stdout).toBe("connected\n");
      expect((await inside(net(), connect(port))).stdout).toBe("ECONNREFUSED\n");
    } finally {
      server.close();
    }
  });
});

// As JavaScript would call it: with anything.
const loose: (options?: unknown) => unknown = net as (options: never) => unknown as (
  options?: unknown,
) => unknown;

test.each<[wrong: unknown, message: string]>([
  [1, `net: options have to be an object, not 1`],
  [{ limit: 1 }, 'net: "limit" is not an option, and there are none'],
  [null, `net: options have to be an object, not null`],
])("net(%j) is refused", (wrong, message) => {
  expect(() => loose(wrong)).toThrow(TypeError);
  expect(() => loose(wrong)).toThrow(message);
});
