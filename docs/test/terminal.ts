import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { repository, type Surroundings } from "./shell.ts";

const MOST_MS = 50_000;
// What a line of the page has to begin with to be typed: `$ `, or the prompt of a shell inside, `root@container:/# `.
const TYPED = /^(\$|\S+@\S+[$#]) (.*)$/;

/** Types the lines of a block that begin with a prompt, each once its prompt is there; resolves to all that was seen. */
export function typeInTerminal(lines: readonly string[], { env }: Surroundings): Promise<string> {
  const typed = lines.flatMap((line) => {
    const [, prompt = "", text = ""] = TYPED.exec(line) ?? [];
    return prompt === "" ? [] : [{ prompt: `${prompt} `, text }];
  });
  return new Promise((done, failed) => {
    // A terminal needs a program to own it: script(1) of util-linux.
    const bash = "stty cols 200 rows 50; exec env PS1='$ ' bash --norc --noprofile -i";
    const child = spawn("script", ["-qfec", bash, "/dev/null"], {
      cwd: repository,
      env: { ...env, SHELL: "/bin/bash" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let seen = "";
    let next = 0;
    let from = 0; // a prompt that was answered is not one to answer
    child.stdout.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
      const fresh = stripVTControlCharacters(seen.slice(from)).replaceAll("\r", "");
      const prompt = typed[next]?.prompt ?? "$ ";
      if (fresh !== prompt && !fresh.endsWith(`\n${prompt}`)) return;
      const { text } = typed[next++] ?? { text: "exit" };
      from = seen.length;
      if (next > typed.length) child.stdin.end("exit\n");
      else child.stdin.write(`${text}\n`);
    });
    const end = setTimeout(() => {
      child.kill("SIGKILL");
      failed(new Error(`still waiting for ${JSON.stringify(typed[next]?.prompt ?? "$ ")}; seen:\n${seen}`));
    }, MOST_MS);
    child.on("error", failed);
    child.on("close", () => {
      clearTimeout(end);
      const all = stripVTControlCharacters(seen).replaceAll("\r", "");
      done(all.slice(0, all.lastIndexOf("$ exit")));
    });
  });
}
