import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { bubblewrapArguments, runtimeArguments } from "./isolated.js";
import { type Summary, summarize } from "./statistics.js";
import type { Surroundings } from "./surroundings.js";

/** Whole commands, as a shell would start them, one after the other in turns. */
export function measureCommands(
  { rootfs, bundle, peers }: Surroundings,
  rounds: number,
): Record<string, Summary> {
  const mocker = [process.execPath, "--", join(import.meta.dirname, "../../apps/mocker/dist/cli.cjs"), "run"];
  let count = 0;
  const commands: Record<string, () => string[]> = {
    "node -e 0": () => [process.execPath, "-e", "0"],
    "mocker run true": () => [...mocker, "true"],
    "mocker run --rootfs": () => [...mocker, "--rootfs", rootfs, "/bin/true"],
  };
  if (peers.includes("bwrap")) commands.bwrap = () => ["bwrap", ...bubblewrapArguments(rootfs), "/bin/true"];
  for (const name of ["crun", "runc"].filter((runtime) => peers.includes(runtime))) {
    commands[`${name} run`] = () => [name, ...runtimeArguments(name, bundle, `mini-command-${count++}`)];
  }
  if (peers.includes("podman"))
    commands["podman run"] = () => ["podman", "run", "--rm", "--rootfs", rootfs, "/bin/true"];

  const times = new Map(Object.keys(commands).map((name) => [name, [] as number[]]));
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  for (let round = -2; round < rounds; round++) {
    for (const [name, command] of Object.entries(commands)) {
      const [file = "", ...args] = command();
      const begin = performance.now();
      const { status, stderr } = spawnSync(file, args, {
        stdio: ["ignore", "ignore", "pipe"],
        env,
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
      if (round >= 0) times.get(name)?.push(performance.now() - begin);
    }
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, summarize(values)]));
}
