import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@mini/testing";
import { describe, expect, test } from "vitest";
import { later, laterShort } from "../src/arguments/later.ts";
import { parse } from "../src/arguments/parse.ts";
import { UsageError } from "../src/error.ts";
import { someDirectory } from "./fixtures/directory.ts";

const directory = someDirectory();
const caller = { directory: () => directory, env: {} };

function refusal(args: readonly string[]): string {
  try {
    parse("run", args, caller);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`${args.join(" ")} was accepted`);
}

describe("each refusal is one sentence: the value, the reason, the way out", () => {
  test.each<[args: string[], sentence: string]>([
    [[], 'run needs a command, as in "mocker run bash"'],
    [["--"], 'run needs a command, as in "mocker run bash"'],
    [[""], 'the command "" is empty: name a program, as in "mocker run bash"'],
    [["--rootfs", "nope", "x"], '--rootfs "nope" does not exist: check the path, or make it first'],
    [
      ["--rootfs", "/dev/null", "x"],
      '--rootfs "/dev/null" is neither a directory nor an archive: name one of them',
    ],
    [
      ["--rootfs", "file:O", "x"],
      `--rootfs "${directory}/file:O" is an archive, which is unpacked for this container alone: leave :O out`,
    ],
    [
      ["--rootfs", "file/x", "x"],
      '--rootfs "file/x" cannot be looked at (not a directory): check the path and its permissions',
    ],
    [["--rootfs", "", "x"], '--rootfs "" is no path: name a file or directory of this machine'],
    [
      ["--rootfs", "/", "x"],
      '--rootfs "/" is this machine itself: leave --rootfs out, and the root is this machine\'s system, copy on write',
    ],
    [
      ["--rootfs", "/usr/..:O", "x"],
      '--rootfs "/" is this machine itself: leave --rootfs out, and the root is this machine\'s system, copy on write',
    ],
    [["-h", "", "x"], '--hostname "" is empty: give 1 to 64 bytes without spaces'],
    [
      ["-h", "é".repeat(33), "x"],
      `--hostname "${"é".repeat(33)}" is 66 bytes long: give 1 to 64 bytes without spaces`,
    ],
    [
      ["-h", "a".repeat(65), "x"],
      `--hostname "${"a".repeat(65)}" is 65 bytes long: give 1 to 64 bytes without spaces`,
    ],
    [
      ["-h", "a b", "x"],
      '--hostname "a b" is no name, for it has a space in it: give 1 to 64 bytes without spaces',
    ],
    [
      ["-h", "a\nb", "x"],
      '--hostname "a\\nb" is no name, for it has a space in it: give 1 to 64 bytes without spaces',
    ],
    [["-h"], "-h needs a value: --hostname name"],
    [["--network"], "--network needs a value: --network none|host"],
    [["-h", "a\0b", "x"], '"a\\u0000b" contains a NUL byte, which no program can be given'],
    [["-v", "/nope:/d", "x"], '--volume "/nope" does not exist: check the path, or make it first'],
    [["-v", "./nope:/d", "x"], '--volume "./nope" does not exist: check the path, or make it first'],
    [
      ["-v", "data:/d", "x"],
      '--volume "data:/d": named volumes are not there yet: for the directory data write ./data:/d',
    ],
    [
      ["-v", "/d", "x"],
      '--volume "/d" is not of the form source:target[:ro]: a path with a colon in it goes with --mount',
    ],
    [
      ["-v", "/a:/b:ro:x", "x"],
      '--volume "/a:/b:ro:x" is not of the form source:target[:ro]: a path with a colon in it goes with --mount',
    ],
    [["-v", ":/d", "x"], '--volume "" is no path: name a file or directory of this machine'],
    [
      ["-v", "./data:d", "x"],
      '--volume "d" is no mount point: it is relative; give an absolute path of the container, as in /data',
    ],
    [
      ["-v", "./data:", "x"],
      '--volume "" is no mount point: it is empty; give an absolute path of the container, as in /data',
    ],
    [
      ["-v", "./data:/a/../b", "x"],
      '--volume "/a/../b" is no mount point: it contains ".."; give an absolute path of the container, as in /data',
    ],
    [
      ["-v", "./data:/./", "x"],
      '--volume "/./" is no mount point: it is the root itself; give an absolute path of the container, as in /data',
    ],
    [["-v", "./data:/d:Z", "x"], '--volume "./data:/d:Z": the option "Z" is not there yet: use ro or rw'],
    ...["z", "nocopy", "shared", "rshared", "slave", "rslave"].map((option): [string[], string] => [
      ["-v", `./data:/d:ro,${option}`, "x"],
      `--volume "./data:/d:ro,${option}": the option "${option}" is not there yet: use ro or rw`,
    ]),
    [["-v", "./data:/d:", "x"], '--volume "./data:/d:": there is no option "": use ro or rw'],
    [["-v", "./data:/d:frob", "x"], '--volume "./data:/d:frob": there is no option "frob": use ro or rw'],
    [["-v", "./data:/d:roo", "x"], '--volume "./data:/d:roo": there is no option "roo": did you mean "ro"?'],
    [
      ["-v", "./data:/d:rsharde", "x"],
      '--volume "./data:/d:rsharde": there is no option "rsharde": did you mean "rshared"?',
    ],
    [["-v", "./data:/d:ro,rw", "x"], '--volume "./data:/d:ro,rw" is both ro and rw: leave one of them out'],
    [
      ["-v", "./data:/d", "--tmpfs", "/d/", "x"],
      '"/d" is the target of two mounts, and one would hide the other: leave one out',
    ],
    [
      ["--tmpfs", "d", "x"],
      '--tmpfs "d" is no mount point: it is relative; give an absolute path of the container, as in /data',
    ],
    [
      ["--tmpfs", "/t:uid=1", "x"],
      '--tmpfs "/t:uid=1": the option "uid=1" is not there yet: use size, mode, ro, rw, exec or noexec',
    ],
    [
      ["--tmpfs", "/t:", "x"],
      '--tmpfs "/t:": the option "" is not there yet: use size, mode, ro, rw, exec or noexec',
    ],
    [
      ["--tmpfs", "/t:size=much", "x"],
      '--tmpfs size "much" is no size: give a number of bytes above 0, or one with k, m, g or t, as in 64m',
    ],
    [["--tmpfs", "/t:mode=9", "x"], '--tmpfs mode "9" is no mode: give permissions in octal, as in 1777'],
    [
      ["--tmpfs", "/t:mode=17777", "x"],
      '--tmpfs mode "17777" is no mode: give permissions in octal, as in 1777',
    ],
    [
      ["--mount", "type=bind,target=/d", "x"],
      '--mount "type=bind,target=/d": the source is missing: add source=/path',
    ],
    [
      ["--mount", "type=bind,source=/", "x"],
      '--mount "type=bind,source=/": the target is missing: add target=/path',
    ],
    [
      ["--mount", "type=bind,src=/nope,dst=/d", "x"],
      '--mount "/nope" does not exist: check the path, or make it first',
    ],
    [
      ["--mount", "source=data,target=/d", "x"],
      '--mount "source=data,target=/d": type=volume, the default, is not there yet: use type=bind or type=tmpfs',
    ],
    [
      ["--mount", "type=image,target=/d", "x"],
      '--mount "type=image,target=/d": type=image is not there yet: use type=bind or type=tmpfs',
    ],
    [
      ["--mount", "type=bind,src=data,dst=/d,foo=1", "x"],
      '--mount "type=bind,src=data,dst=/d,foo=1": there is no key "foo": use type, source, target and readonly',
    ],
    [
      ["--mount", "type=bind,src=data,dst=/d,bind-propagation=shared", "x"],
      '--mount "type=bind,src=data,dst=/d,bind-propagation=shared": bind-propagation is not there yet with type=bind: leave it out',
    ],
    [
      ["--mount", "type=tmpfs,src=data,dst=/d", "x"],
      '--mount "type=tmpfs,src=data,dst=/d": source is not there yet with type=tmpfs: leave it out',
    ],
    [
      ["--mount", "type=bind,src=data,dst=/d,target=/e", "x"],
      '--mount "type=bind,src=data,dst=/d,target=/e": target is given twice: leave one out',
    ],
    [
      ["--mount", "type=bind,src=data,dst=/d,ro=maybe", "x"],
      '--mount readonly=maybe is neither on nor off: leave "maybe" out, or write true or false',
    ],
    [
      ["--mount", 'type=bind,"src=da,dst=/d', "x"],
      '--mount "type=bind,\\"src=da,dst=/d": a quote is out of place: put whole fields in quotes',
    ],
    [["-e", "=x", "x"], '--env "=x" has no name: write NAME=value, or NAME to pass yours on'],
    [["-e", "A\nB=x", "x"], '--env "A\\nB=x" has a control character in its name: write NAME=value'],
    [["-e", "A\u001b", "x"], '--env "A\\u001b" has a control character in its name: write NAME=value'],
    [["-e", "", "x"], '--env "" has no name: write NAME=value, or NAME to pass yours on'],
    [["-w", "srv", "x"], '--workdir "srv" is relative: give an absolute path of the container, as in /srv'],
    [["-w", "", "x"], '--workdir "" is empty: give an absolute path of the container, as in /srv'],
    [
      ["--network", "bridge", "x"],
      `--network "bridge" is not there yet: use none, which is loopback alone, or host, which is this machine's`,
    ],
    [
      ["--name", "-a", "x"],
      '--name "-a" is no name: use letters, digits, "_", "." and "-", a letter or digit first',
    ],
    [
      ["--name", "a\n", "x"],
      '--name "a\\n" is no name: use letters, digits, "_", "." and "-", a letter or digit first',
    ],
    [
      ["--name", "a/b", "x"],
      '--name "a/b" is no name: use letters, digits, "_", "." and "-", a letter or digit first',
    ],
    [
      ["--storage-size", "0", "x"],
      '--storage-size "0" is no size: give a number of bytes above 0, or one with k, m, g or t, as in 64m',
    ],
    [
      ["--storage-size", "-1", "x"],
      '--storage-size "-1" is no size: give a number of bytes above 0, or one with k, m, g or t, as in 64m',
    ],
    [
      ["--storage-size", "1e3", "x"],
      '--storage-size "1e3" is no size: give a number of bytes above 0, or one with k, m, g or t, as in 64m',
    ],
    [
      ["--storage-size", "99999999t", "x"],
      '--storage-size "99999999t" is no size: give a number of bytes above 0, or one with k, m, g or t, as in 64m',
    ],
    [
      ["--rootfs", "data", "--storage-size", "1m", "x"],
      `--storage-size bounds what is written beside a root, and "${directory}/data" is written in place: say --rootfs dir:O`,
    ],
    [["--init=maybe", "x"], '--init=maybe is neither on nor off: leave "maybe" out, or write true or false'],
    [["--rm=false", "x"], "--rm=false is not there yet: leave it out, or say --rm"],
    [["-t=false", "x"], "-t=false is no way to turn an option off: write its long name, as in --init=false"],
    [["--quiet", "--verbose", "x"], "--quiet and --verbose contradict each other: leave one out"],
    [["--env-file", "nope", "x"], '--env-file "nope" does not exist: check the path, or make it first'],
    [["--env-file", "data", "x"], '--env-file "data" is a directory: name a file'],
    [["--hostnam", "x"], "there is no option --hostnam: did you mean --hostname?"],
    [["--inti", "x"], "there is no option --inti: did you mean --init?"],
    [["--raed-only", "x"], "there is no option --raed-only: did you mean --read-only?"],
    [["--volumes=/a:/b", "x"], "there is no option --volumes: did you mean --volume?"],
    [["--frobnicate", "x"], "there is no option --frobnicate: mocker run --help lists those that there are"],
    [["-Z", "x"], "there is no option -Z: mocker run --help lists those that there are"],
    [["-itZ", "x"], "there is no option -Z: mocker run --help lists those that there are"],
    [["--__proto__", "x"], "there is no option --__proto__: mocker run --help lists those that there are"],
    [
      ["--constructor", "x"],
      "there is no option --constructor: mocker run --help lists those that there are",
    ],
    [["-p8080:80", "x"], "-p is one of Docker's options that are not there yet: leave it out"],
    [["-itd", "x"], "-d is one of Docker's options that are not there yet: leave it out"],
    [["--memory=1g", "x"], "--memory is one of Docker's options that are not there yet: leave it out"],
  ])("%j", (args, sentence) => {
    expect(refusal(args)).toBe(sentence);
  });
});

test.each([
  "1000:abc:x",
  "",
  ":",
  "a:",
  ":b",
  "-1",
  "4294967295",
  "99999999999",
  "1000:-1",
  "+5",
  "1:4294967295",
])("-u %j is refused before anything is looked up", (spec) => {
  expect(refusal(["-u", spec, "x"])).toMatch(
    /^--user ".*" (has an empty part|has more than two parts|names [-+\d]+, which is no id): give a name or an id/,
  );
});

test.each(later)("--%s, which Docker has, is not there yet", (name) => {
  const sentence = `--${name} is one of Docker's options that are not there yet: leave it out`;
  expect(refusal([`--${name}`, "1", "x"])).toBe(sentence);
  expect(refusal([`--${name}=1`, "x"])).toBe(sentence);
});

test("short forms of Docker's name a long one of Docker's", () => {
  for (const name of laterShort.values()) expect(later).toContain(name);
});

requires("an ordinary user")("a root that the caller may not enter is said to be that", () => {
  mkdirSync(join(directory, "closed"), { mode: 0o600 });
  for (const root of ["closed", "closed:O"]) {
    expect(refusal(["--rootfs", root, "x"])).toBe(
      `--rootfs "${directory}/closed" cannot be read by you: check its permissions, or run mocker as its owner`,
    );
  }
});
