import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostState, requires } from "@mini/testing";
import { describe, expect } from "vitest";
import { cli } from "./fixtures/mocker.js";
import { type Dialogue, inTerminal, type Session } from "./fixtures/terminal.js";

const run = (dialogue: Dialogue, ...args: string[]): Promise<Session> =>
  inTerminal(dialogue, [process.execPath, "--", cli, "run", ...args]);

const prompt = ["expect", "root@container:/# "] as const;
const CTRL_C = ["send", "\u0003"] as const;
const CTRL_Z = ["send", "\u001a"] as const;
const needs = ["user namespaces", "python3"] as const;

describe("mocker run in a terminal", () => {
  requires(...needs)("two lines, a prompt, and the command's exit code", async () => {
    const host = hostState();
    const { shown, missing, code } = await run([prompt, ["send", "exit 3\n"]], "bash");
    expect(missing).toBeNull();
    expect(shown).toMatch(/^Parent running bash as \d+\r\nChild running bash as 1\r\n/);
    expect(code).toBe(3);
    expect(hostState()).toEqual(host);
  });

  requires(...needs)("ps shows two processes, and PID 1 is the command", async () => {
    const { shown } = await run(
      [prompt, ["send", "ps ax -o pid,comm | tail -n +2\n"], prompt, ["send", "exit\n"]],
      "bash",
    );
    const processes = [...shown.matchAll(/^ +(\d+) (\w+)\r$/gm)].map(([, pid, name]) => [pid, name]);
    expect(processes[0]).toEqual(["1", "bash"]);
    expect(processes.map(([, name]) => name).sort()).toEqual(["bash", "ps", "tail"]);
  });

  requires(...needs)(
    "job control works: Ctrl-C ends the foreground job alone, Ctrl-Z stops it, fg goes on",
    async () => {
      const { shown, missing, code } = await run(
        [
          prompt,
          ["send", "sleep 100\n"],
          ["pause", 0.5],
          CTRL_C,
          prompt,
          ["send", "echo after=$?\n"],
          ["expect", "after=130"],
          ["send", "sleep 101\n"],
          ["pause", 0.5],
          CTRL_Z,
          ["expect", "Stopped"],
          ["send", "fg\n"],
          ["pause", 0.5],
          CTRL_C,
          prompt,
          ["send", "exit 4\n"],
        ],
        "bash",
      );
      expect(missing).toBeNull();
      expect(shown).not.toContain("no job control");
      expect(code).toBe(4);
    },
  );

  requires(...needs)("the size of the window reaches the container, and its changes do", async () => {
    const { missing } = await run(
      [
        ["resize", 33, 99],
        prompt,
        ["send", "stty size\n"],
        ["expect", "33 99"],
        ["resize", 44, 111],
        ["send", "stty size\n"],
        ["expect", "44 111"],
        ["send", "exit\n"],
      ],
      "bash",
    );
    expect(missing).toBeNull();
  });

  requires(...needs)(
    "a first process without handlers: Ctrl-C is explained once, and the second one kills",
    async () => {
      const { shown, missing, code } = await run(
        [
          ["expect", "Child running sleep as 1"],
          ["pause", 1],
          CTRL_C,
          ["expect", "Ctrl-C again kills it"],
          ["pause", 0.5],
          CTRL_C,
        ],
        "sleep",
        "100",
      );
      expect(missing).toBeNull();
      expect(shown.match(/pid_namespaces\(7\)/g)).toHaveLength(1);
      expect(code).toBe(137);
    },
  );

  requires(...needs)("a first process without handlers: Ctrl-Z does not stop mocker alone", async () => {
    const { missing, code } = await run(
      [["expect", "Child running sleep as 1"], ["pause", 1], CTRL_Z, ["expect", "pid_namespaces(7)"]],
      "sleep",
      "3",
    );
    expect(missing).toBeNull();
    expect(code).toBe(0);
  });

  requires(...needs)("with an init, Ctrl-C is the command's end", async () => {
    const { shown, code } = await run(
      [["expect", "Child running init as 1, sleep as 2"], ["pause", 1], CTRL_C],
      "--init",
      "sleep",
      "100",
    );
    expect(shown).not.toContain("pid_namespaces");
    expect(code).toBe(130);
  });

  requires(...needs)(
    "with an init, Ctrl-Z stops the command and mocker together, and fg goes on with both",
    async () => {
      const { missing, code } = await inTerminal(
        [
          ["send", `${process.execPath} -- ${cli} run --init sleep 3\n`],
          ["expect", "Child running init as 1"],
          ["pause", 1],
          CTRL_Z,
          ["expect", "Stopped"],
          ["send", "fg\n"],
          ["pause", 3],
          ["send", "echo status=$?; exit\n"],
          ["expect", "status=0"],
        ],
        ["bash", "--norc", "-i"],
      );
      expect(missing).toBeNull();
      expect(code).toBe(0);
    },
  );

  requires(...needs)(
    "a command that leaves the terminal raw does not leave it so for the caller",
    async () => {
      const { missing } = await inTerminal(
        [
          [
            "send",
            `${process.execPath} -- ${cli} run --quiet stty raw -echo; stty -a | tr ' ' '\\n' | grep -x -e icanon -e -icanon\n`,
          ],
          ["expect", "\nicanon"],
          ["send", "exit\n"],
        ],
        ["bash", "--norc", "-i"],
      );
      expect(missing).toBeNull();
    },
  );
});

describe("without a terminal", () => {
  requires("user namespaces")("nothing of mocker's is written, unless it is asked for", async () => {
    const { collect } = await import("@mini/testing");
    const { spawn } = await import("node:child_process");
    const quiet = await collect(
      spawn(process.execPath, ["--", cli, "run", "bash", "-c", "echo $$; hostname; exit 7"]),
    );
    expect(quiet).toEqual({ code: 7, signal: null, stdout: "1\ncontainer\n", stderr: "" });
    const talking = await collect(spawn(process.execPath, ["--", cli, "run", "--verbose", "true"]));
    expect(talking.stdout).toBe("");
    expect(talking.stderr).toMatch(/Parent running true as \d+\nChild running true as 1\n$/);
    expect(talking.stderr).toContain("not yet in force: capabilities");
  });
});

describe("through pnpm", () => {
  const workspace = join(import.meta.dirname, "../../..");
  const pnpm = ["pnpm", "--filter", "mocker", "start", "run", "bash"];

  requires(...needs)(
    "the one command of the README: a prompt, Ctrl-C for the job alone, and the exit code",
    async () => {
      const { missing, code } = await inTerminal(
        [
          prompt,
          ["send", "sleep 100\n"],
          ["pause", 0.5],
          CTRL_C,
          prompt,
          ["send", "env\n"],
          prompt,
          ["send", "exit 3\n"],
        ],
        pnpm,
        workspace,
      );
      expect(missing).toBeNull();
      expect(code).toBe(3);
    },
  );

  requires(...needs)(
    "pnpm's variables do not reach the container, and relative paths mean the caller's directory",
    async () => {
      const { shown, code } = await inTerminal(
        [],
        [...pnpm, "-c", "env | grep -ci -e npm -e INIT_CWD; cat /mnt/package.json"].toSpliced(
          5,
          0,
          "-v",
          "./packages/plan:/mnt:ro",
        ),
        workspace,
      );
      expect(shown).toContain("\n0\r\n");
      expect(shown).toContain(
        JSON.parse(readFileSync(join(workspace, "packages/plan/package.json"), "utf8")).description,
      );
      expect(code).toBe(0);
    },
  );
});
