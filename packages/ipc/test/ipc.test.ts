import { eitherUser } from "@mini/testing";
import { describe, expect, test } from "vitest";
import { ipc } from "../src/index.js";
import { inside } from "./container.js";

test("the plan is a namespace, and nothing to do in it", () => {
  expect(ipc()).toStrictEqual({ namespaces: ["ipc"], steps: [] });
});

describe.each(eitherUser)("as %s", (_, test) => {
  test("what is made inside is seen inside and not on the host", async () => {
    const { stdout } = await inside(
      ipc(),
      "ipcmk -Q >/dev/null && ipcmk -M 4096 >/dev/null && wc -l < /proc/sysvipc/msg && wc -l < /proc/sysvipc/shm",
    );
    // A line of titles, and one for each object.
    expect(stdout).toBe("2\n2\n");
  });
});

// As JavaScript would call it: with anything.
const loose: (options?: unknown) => unknown = ipc as (options: never) => unknown as (
  options?: unknown,
) => unknown;

test.each<[wrong: unknown, message: string]>([
  [1, `ipc: options have to be an object, not 1`],
  [{ limit: 1 }, 'ipc: "limit" is not an option, and there are none'],
  [null, `ipc: options have to be an object, not null`],
])("ipc(%j) is refused", (wrong, message) => {
  expect(() => loose(wrong)).toThrow(TypeError);
  expect(() => loose(wrong)).toThrow(message);
});
