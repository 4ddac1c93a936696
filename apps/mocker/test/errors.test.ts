import { spawn, spawnSync } from "node:child_process";
import { chmodSync, closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostState, requires } from "@mini/testing";
import { describe, expect, test } from "vitest";
import { someDirectory } from "./fixtures/directory.ts";
import { cli } from "./fixtures/mocker.ts";

const directory = someDirectory();
writeFileSync(join(directory, "plain"), "x");
writeFileSync(join(directory, "odd"), "not a program");
writeFileSync(join(directory, "orphan"), "#!/no/such/interpreter\n");
for (const name of ["tool", "two words", "a:b,c"]) {
  writeFileSync(join(directory, name), "#!/bin/sh\necho shown\n", { mode: 0o755 });
}
for (const name of ["odd", "orphan"]) chmodSync(join(directory, name), 0o755);
chmodSync(directory, 0o755);

function mocker(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--", cli, ...args], {
    cwd: directory,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** A failure: nothing on stdout, one sentence on stderr. */
function failure(...args: string[]): { status: number | null; sentence: string } {
  const before = hostState();
  const { status, stdout, stderr } = mocker(...args);
  expect(hostState()).toEqual(before);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^mocker: [^\n]+\n$/);
  return { status, sentence: stderr.slice("mocker: ".length, -1) };
}

describe("125: mocker itself failed", () => {
  test.each<[args: string[], sentence: string]>([
    [["run"], 'run needs a command, as in "mocker run bash"'],
    [["run", "--rootfs", "nope", "sh"], '--rootfs "nope" does not exist: check the path, or make it first'],
    [["run", "--hostnam", "x", "sh"], "there is no option --hostnam: did you mean --hostname?"],
    [["run", "-v", "/nope:/d", "sh"], '--volume "/nope" does not exist: check the path, or make it first'],
    [["run", "-d", "sh"], "-d is one of Docker's options that are not there yet: leave it out"],
    [
      ["run", "-u", "no-such-user", "sh"],
      `--user "no-such-user": the container's /etc/passwd has no user "no-such-user": give an id, or add the user`,
    ],
    [
      ["run", "-u", "0:no-such-group", "sh"],
      `--user "0:no-such-group": the container's /etc/group has no group "no-such-group": give an id, or add the group`,
    ],
    [
      ["run", "--rootfs", "data", "-u", "root", "sh"],
      `--user "root": the container's /etc/passwd has no user "root": give an id, or add the user`,
    ],
    [
      ["run", "-u", "-1", "sh"],
      '--user "-1" names -1, which is no id: give a name or an id from 0 to 4294967294, or two of them as user:group',
    ],
    [
      ["explain", "--bogus", "sh"],
      "there is no option --bogus: mocker run --help lists those that there are",
    ],
    [
      ["run", "ubuntu", "bash"],
      `"ubuntu" looks like an image, and there are no images yet: "mocker run bash" runs bash on this machine's own system, "mocker run --rootfs dir bash" in a directory`,
    ],
    [
      ["run", "-it", "no-such-image:latest"],
      `"no-such-image:latest" looks like an image, and there are no images yet: "mocker run bash" runs bash on this machine's own system, "mocker run --rootfs dir bash" in a directory`,
    ],
    [["rum", "bash"], '"rum" is no subcommand: did you mean "mocker run"?'],
    [["bash"], '"bash" is no subcommand: to run it, say "mocker run bash"'],
    [["--bogus"], 'there is no option --bogus before a subcommand: "mocker --help" lists what there is'],
    [["help", "rum"], '"rum" is no subcommand: did you mean "mocker run"?'],
    [
      ["help", "ps"],
      '"ps" is one of Docker\'s subcommands that are not there yet: "mocker --help" lists what there is',
    ],
    [
      ["ps", "-a"],
      '"ps" is one of Docker\'s subcommands that are not there yet: "mocker --help" lists what there is',
    ],
    [["version"], '"version" is one of Docker\'s subcommands that are not there yet: say "mocker --version"'],
    [["node", "-e", "0"], '"node" is no subcommand: to run it, say "mocker run node"'],
    [["doctor", "me"], 'doctor "me": doctor takes no argument: leave it out'],
    [["doctor", "--bogus"], "there is no option --bogus: mocker help doctor says what there is"],
    [["completion", "bash", "zsh"], 'completion "zsh": completion takes one argument: leave it out'],
    [["completion", "--bogus"], "there is no option --bogus: mocker help completion says what there is"],
    [["help", "run", "bash"], 'help "bash": help takes one argument: leave it out'],
    [["help", "--bogus"], "there is no option --bogus: mocker help help says what there is"],
    [["completion"], "completion needs the name of a shell: bash, zsh or fish"],
    [["completion", "tcsh"], 'completion "tcsh": mocker completes for bash, zsh and fish: name one of them'],
  ])("%j", (args, sentence) => {
    expect(failure(...args)).toEqual({ status: 125, sentence });
  });

  requires("user namespaces")("a working directory that is not in the container", () => {
    const { status, sentence } = failure("run", "-w", "/no/such/directory", "true");
    expect(status).toBe(125);
    expect(sentence).toContain('the working directory "/no/such/directory" is not in the container');
  });
});

describe("what cannot be written", () => {
  const full = (line: string) =>
    spawnSync("sh", ["-c", line, "sh", process.execPath, "--", cli], { encoding: "utf8" });

  test.each(["explain true", "doctor", "completion bash", "--help", "--version"])(
    "125: what %s prints, in one sentence",
    (words) => {
      const { status, stderr } = full(`"$@" ${words} >/dev/full`);
      expect(stderr).toBe("mocker: ENOSPC: standard output cannot be written\n");
      expect(status).toBe(125);
    },
  );

  requires("user namespaces")(
    "what mocker says about a signal: the container goes on without it",
    async () => {
      const nowhere = openSync("/dev/full", "w");
      const args = ["--", cli, "run", "sh", "-c", "echo ready; sleep 0.5; exit 7"];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", nowhere] });
      closeSync(nowhere);
      child.stdout?.once("data", () => child.kill("SIGTERM")); // PID 1 has no handler for it, which is worth a sentence
      const code = await new Promise((resolve) => child.once("exit", resolve));
      expect(code).toBe(7);
    },
  );

  test("the reason of a failure: the exit code says that there was one", () => {
    expect(full('"$@" run --bogus x 2>/dev/full').status).toBe(125);
  });
});

test("a sentence is one line, and no terminal obeys what is in it", () => {
  const name = "a\nb\u001b[31m\u009b\u202e";
  const { status, sentence } = failure("run", `--${name}`, "x");
  expect(sentence).toMatch(/^there is no option --a\\u000ab\\u001b\[31m\\u009b\\u202e: /);
  expect(status).toBe(125);
});

describe("the command's own failures", () => {
  requires("user namespaces")(
    "127: a root of one's own has no such command, whatever images are called",
    () => {
      for (const root of ["data", "data:O"]) {
        expect(failure("run", "--rootfs", root, "bash")).toEqual({
          status: 127,
          sentence: `bash: not found (looked for in ${directory}/data)`,
        });
      }
    },
  );

  requires("user namespaces")(
    "127: a program of the host's that is not shown, with a command line that works",
    () => {
      for (const [name, source] of [
        ["./tool", `${directory}/tool`],
        [`${directory}/tool`, `${directory}/tool`],
        ["../tool", `${directory}/tool`, join(directory, "data")],
        ["./two words", `${directory}/two words`],
        ["./a:b,c", `${directory}/a:b,c`],
      ] as const) {
        const cwd = name.startsWith("../") ? join(directory, "data") : directory;
        const { status, stderr } = spawnSync(process.execPath, ["--", cli, "run", name], {
          cwd,
          encoding: "utf8",
        });
        expect(status).toBe(127);
        expect(stderr).toContain(
          `${name}: not found (it is on the host, but not in the container's root, which has no /home, /root or /tmp of the host's: mocker run `,
        );
        const [, line = ""] = / of the host's: mocker (.*) shows it there\)\n$/.exec(stderr) ?? [];
        expect(line).toContain(source);
        const shown = spawnSync("sh", ["-c", `"$@" ${line}`, "sh", process.execPath, "--", cli], {
          cwd: "/",
          encoding: "utf8",
        });
        expect(shown).toMatchObject({ status: 0, stdout: "shown\n", stderr: "" });
      }
    },
  );

  requires("user namespaces")("127: there is no such command", () => {
    for (const command of ["no-such-command", "/no/such/command"]) {
      const { status, sentence } = failure("run", command);
      expect(sentence).toMatch(new RegExp(`^${command}: not found`));
      expect(status).toBe(127);
    }
  });

  requires("user namespaces")("127: its interpreter is not there", () => {
    const { status, sentence } = failure("run", "-v", "./orphan:/mnt/orphan", "/mnt/orphan");
    expect(sentence).toMatch(/^\/mnt\/orphan: not found/);
    expect(status).toBe(127);
  });

  requires("user namespaces")("126: it cannot be executed", () => {
    for (const [args, reason] of [
      [["-v", "./plain:/mnt/plain", "/mnt/plain"], "EACCES"],
      [["-v", "./odd:/mnt/odd", "/mnt/odd"], "ENOEXEC"],
      [["/etc"], "EACCES"],
    ] as const) {
      const { status, sentence } = failure("run", ...args);
      expect(sentence).toContain(`${args.at(-1)}: cannot be executed: ${reason}`);
      expect(status).toBe(126);
    }
  });

  requires("user namespaces")("126 and 127 are the same with an init", () => {
    expect(failure("run", "--init", "no-such-command").status).toBe(127);
    expect(failure("run", "--init", "/etc").status).toBe(126);
  });

  requires("user namespaces")("otherwise the command's own code, or 128 and the signal that ended it", () => {
    expect(mocker("run", "sh", "-c", "exit 7")).toEqual({ status: 7, stdout: "", stderr: "" });
    expect(mocker("run", "true")).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(mocker("run", "--init", "sh", "-c", "kill -TERM $$").status).toBe(143);
  });
});

describe("0, and all of it on stdout", () => {
  test.each([
    [[], /^Usage: {2}mocker <subcommand>/],
    [["--help"], /^Usage: {2}mocker <subcommand>/],
    [["help"], /^Usage: {2}mocker <subcommand>/],
    [["help", "run"], /^Usage: {2}mocker run \[options\] <command>/],
    [["run", "--help"], /^Usage: {2}mocker run \[options\] <command>/],
    [["--", "run", "--help"], /^Usage: {2}mocker run \[options\] <command>/],
    [["explain", "--init", "--help"], /^Usage: {2}mocker explain/],
    [["help", "--help"], /^Usage: {2}mocker help \[subcommand\]/],
    [["doctor", "--help"], /^Usage: {2}mocker doctor/],
    [["--version"], /^mocker version \d+\.\d+\.\d+\n$/],
    [["-v"], /^mocker version \d+\.\d+\.\d+\n$/],
    [["completion", "bash"], /^# bash completion for mocker/],
    [["completion", "zsh"], /^#compdef mocker/],
    [["completion", "fish"], /^# fish completion for mocker/],
    [["explain", "--hostname", "box", "true"], /sethostname\("box", 3\)/],
  ])("%j", (args, shown) => {
    const { status, stdout, stderr } = mocker(...args);
    expect(stdout).toMatch(shown);
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  test("explain --json is the plan and the command", () => {
    const { plan, command } = JSON.parse(mocker("explain", "--json", "-e", "A=b", "true").stdout);
    expect(plan.namespaces).toContain("mount");
    expect(command).toMatchObject({ argv0: "true", env: { A: "b" } });
  });

  test.each(["completion bash", "explain true", "doctor", "--help"])(
    "a reader of %s that goes away early is no error",
    (words) => {
      // Nobody reads any more when mocker begins.
      const line = `{ sleep 0.2; "$@" ${words}; echo $? >&2; } | true`;
      const { stderr } = spawnSync("bash", ["-c", line, "bash", process.execPath, "--", cli], {
        encoding: "utf8",
      });
      expect(stderr).toBe("0\n");
    },
  );
});

requires("user namespaces")(
  "the caller's environment stays outside, and `--` may stand before the command",
  () => {
    const { stdout } = spawnSync(process.execPath, ["--", cli, "run", "-e", "PASSED", "--", "env"], {
      encoding: "utf8",
      env: { ...process.env, TERM: "vt100", PASSED: "on", SECRET: "x", npm_config_x: "y", INIT_CWD: "/" },
    });
    expect(stdout.trimEnd().split("\n").sort()).toEqual([
      "HOME=/root",
      "HOSTNAME=container",
      "PASSED=on",
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "TERM=vt100",
    ]);
  },
);

requires("user namespaces")(
  "under mocker's own start script relative paths mean where that was called",
  () => {
    const script = {
      npm_lifecycle_event: "start",
      npm_package_name: "mocker",
      npm_package_json: "/package.json",
      INIT_CWD: join(directory, "data"),
    };
    const { stdout } = spawnSync(
      process.execPath,
      ["--", cli, "run", "-v", "../plain:/mnt/plain", "cat", "/mnt/plain"],
      {
        encoding: "utf8",
        cwd: "/",
        env: { ...process.env, ...script },
      },
    );
    expect(stdout).toBe("x");
  },
);
