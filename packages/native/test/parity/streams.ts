import { once } from "node:events";
import { PassThrough, type Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { type Observations, outcome, pause } from "./observe.js";

// subprocess.stdin, .stdout and .stderr

const big = "x".repeat(3 << 20);
const cat = (script = "cat > /dev/null") => ["-c", script];

async function* lines(stream: Readable) {
  for await (const chunk of stream.setEncoding("utf8")) yield* String(chunk).trim().split("\n");
}

export const streams: Observations = {
  "stdin.end() with the rest, its callback, 'finish'": async (spawn) => {
    const child = spawn("cat");
    const seen: string[] = [];
    child.stdin.on("finish", () => seen.push("finish"));
    child.stdin.write("a");
    child.stdin.end("b", () => seen.push("callback"));
    return [await outcome(child), seen.toSorted()];
  },
  "stdin.destroy() is the end of the input": async (spawn) => {
    const child = spawn("sh", cat("cat; exit 4"));
    child.stdin.write("");
    child.stdin.destroy();
    return outcome(child);
  },
  "stdin: writing after end()": async (spawn) => {
    const child = spawn("cat");
    child.stdin.end();
    const failed = once(child.stdin, "error");
    child.stdin.write("x");
    return [(await failed)[0].code, await outcome(child)];
  },
  "stdin: a command that does not read is EPIPE": async (spawn) => {
    const child = spawn("sh", ["-c", "exec <&-; echo; read line <&1; sleep 0.1"]);
    await once(child.stdout, "data");
    const failed = once(child.stdin, "error");
    child.stdin.write(big);
    const [{ code, syscall, errno }] = await failed;
    return [code, syscall, errno, child.stdin.destroyed, child.exitCode];
  },
  "stdin: closed when the command has ended": async (spawn) => {
    const child = spawn("true");
    child.stdin.on("error", () => {});
    await once(child, "exit");
    return [child.stdin.destroyed, child.stdin.writable, child.stdin.write("x")];
  },
  "stdin: whoever writes more than is read has to wait": async (spawn) => {
    const child = spawn("sh", cat("sleep 0.1; cat | wc -c"));
    const seen = [child.stdin.writableHighWaterMark, child.stdin.write(big), child.stdin.writableNeedDrain];
    await once(child.stdin, "drain");
    child.stdin.end();
    return [seen, await outcome(child)];
  },
  "stdin: what is corked is written in one": async (spawn) => {
    const child = spawn("cat");
    child.stdin.cork();
    for (const word of ["a", "b", "c"]) child.stdin.write(word);
    process.nextTick(() => child.stdin.uncork());
    const first = String((await once(child.stdout, "data"))[0]);
    child.stdin.end();
    return [first, await outcome(child)];
  },
  "stdin: it cannot be read": async (spawn) => {
    const child = spawn("cat");
    const seen = [child.stdin.writable, (child.stdin as unknown as Readable).readable];
    child.stdin.end();
    await once(child, "close");
    return seen;
  },

  "stdout: three megabytes both ways": async (spawn) => {
    const child = spawn("cat");
    child.stdin.end(big);
    return (await text(child.stdout)) === big;
  },
  "stdout: a character in two pieces": async (spawn) => {
    const child = spawn("sh", ["-c", "printf '\\303'; sleep 0.1; printf '\\274\\n'"]);
    return outcome(child);
  },
  "stdout.pipe() of one into another": async (spawn) => {
    const first = spawn("sh", ["-c", "echo b; echo a"]);
    const second = spawn("sort");
    first.stdout.pipe(second.stdin);
    return outcome(second);
  },
  "stream.pipeline through a command": async (spawn) => {
    const child = spawn("tr", ["a-z", "A-Z"]);
    const out = new PassThrough();
    const input = async function* () {
      for (const word of ["one ", "two"]) yield word;
    };
    await Promise.all([pipeline(input, child.stdin), pipeline(child.stdout, out)]);
    return text(out);
  },
  "stdout: for await": async (spawn) => {
    const seen: string[] = [];
    for await (const line of lines(spawn("sh", ["-c", "echo a; sleep 0.05; echo b"]).stdout)) seen.push(line);
    return seen;
  },
  "stdout: for await, left early, closes it": async (spawn) => {
    const child = spawn("yes");
    for await (const chunk of child.stdout) {
      if (chunk.length > 0) break;
    }
    await once(child, "close");
    return [child.stdout.destroyed, child.exitCode === 0];
  },
  "stdout.destroy(): the command is told": async (spawn) => {
    const child = spawn("yes");
    child.stdout.destroy();
    await once(child, "close");
    return child.exitCode === 0;
  },
  "stdout: what nobody reads holds up no 'close'": (spawn) => once(spawn("seq", ["1000"]), "close"),
  "stdout: paused, it is read once the command has ended": async (spawn) => {
    const child = spawn("echo", ["x"]);
    const seen: string[] = [];
    child.stdout.on("data", (chunk) => seen.push(String(chunk))).pause();
    return [await once(child, "close"), seen];
  },
  "stdout: 'readable' and read()": async (spawn) => {
    const child = spawn("sh", ["-c", "printf abcdef"]);
    const seen: unknown[] = [];
    child.stdout.on("readable", () => {
      for (let chunk = child.stdout.read(2); chunk !== null; chunk = child.stdout.read(2))
        seen.push(String(chunk));
    });
    await once(child, "close");
    return seen;
  },
  "stdout: read by an iterator that begins after 'exit'": async (spawn) => {
    const child = spawn("sh", ["-c", "echo x; sleep 0.2"]); // read before the end, so that the end finds it unread
    await once(child, "exit");
    const seen: string[] = [];
    for await (const chunk of child.stdout) seen.push(String(chunk));
    return seen;
  },
  "stdout: what is read late, by a slow reader, is whole": async (spawn) => {
    const child = spawn("sh", ["-c", "seq 20000"]);
    let size = 0;
    for await (const chunk of child.stdout) {
      size += chunk.length;
      await pause(1);
    }
    return size;
  },
  "stdout: its flags before and after": async (spawn) => {
    const { stdout, stderr } = spawn("true");
    const flags = (stream: Readable) => [stream.readable, stream.readableEnded, stream.destroyed];
    const before = [flags(stdout), flags(stderr)];
    await Promise.all([once(stdout, "close"), once(stderr, "close")]);
    return [before, flags(stdout), flags(stderr), stdout.readableHighWaterMark];
  },
  "stdout: closed by the command before its end": async (spawn) => {
    const child = spawn("sh", ["-c", "exec >&- 2>&-; read line; exit 3"]);
    child.stdout.resume();
    child.stderr.resume();
    await Promise.all([once(child.stdout, "close"), once(child.stderr, "close")]);
    const { exitCode } = child;
    child.stdin.end("\n");
    return [exitCode, await once(child, "close")];
  },
};
