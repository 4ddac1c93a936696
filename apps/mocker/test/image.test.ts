import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { empty } from "../src/arguments/flag.ts";
import { looksLikeImage, refuseImage } from "../src/image.ts";
import { someDirectory } from "./fixtures/directory.ts";

const directory = someDirectory();
const digest = `sha256:${"0".repeat(64)}`;

describe("what is an image by its looks", () => {
  test.each([
    "ubuntu",
    "alpine",
    "debian:12",
    "docker.io/library/debian",
    "opensuse/leap:15.6",
    "quay.io/org/app:v1.2",
    "localhost:5000/app:latest",
    `app@${digest}`,
    `app:1@${digest}`,
    "busybox",
    "node",
  ])("%s", (name) => expect(looksLikeImage(name)).toBe(true));
});

describe("what is not", () => {
  test.each([
    "bash",
    "sh",
    "ls",
    "/bin/sh",
    "./ubuntu",
    "bin/sh",
    "docker.io/app",
    "App:1",
    "a:",
    "x:y:z",
    "-",
    "g++",
  ])("%s", (name) => expect(looksLikeImage(name)).toBe(false));
});

test("an image that is no program says what to do instead", () => {
  expect(() => refuseImage({ ...empty, command: ["ubuntu", "sh", "-c", "x"] })).toThrow(
    '"ubuntu" looks like an image, and there are no images yet: "mocker run sh" runs sh on this machine\'s own system, "mocker run --rootfs dir sh" in a directory',
  );
  expect(() => refuseImage({ ...empty, command: ["debian:12"] })).toThrow('"mocker run bash" runs bash on');
});

test("an option behind the image is no command to suggest", () => {
  expect(() => refuseImage({ ...empty, command: ["node:20", "-e", "1"] })).toThrow(
    '"node:20" looks like an image, and there are no images yet: name a command of this machine\'s own system, or with --rootfs dir one of a directory',
  );
});

test("a program that is called as an image is runs, where the container has it", () => {
  mkdirSync(join(directory, "bin"));
  writeFileSync(join(directory, "bin/ubuntu"), "");
  const command: [string] = ["ubuntu"];
  const rootfs = { directory, overlay: false };
  chmodSync(join(directory, "bin/ubuntu"), 0o755);
  expect(() => refuseImage({ ...empty, rootfs, command })).not.toThrow();
  // In a root that was named nobody waits for an image: what is not there is just not found.
  expect(() => refuseImage({ ...empty, rootfs, command, env: { PATH: "/usr/bin" } })).not.toThrow();
  expect(() => refuseImage({ ...empty, command })).toThrow("looks like an image");
});
