import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { collect } from "@mini/testing";

/** Does `act` while another process swaps each pair of names in the directory, all the time; gives how often it did. */
export async function attacked(
  directory: string,
  pairs: readonly (readonly [string, string])[],
  act: () => Promise<void>,
): Promise<number> {
  const script = join(import.meta.dirname, "attacker.py");
  const attacker = spawn("python3", [script, directory, ...pairs.map((pair) => pair.join(":"))]);
  const outcome = collect(attacker);
  await once(attacker.stdout, "data");
  try {
    await act();
  } finally {
    attacker.stdin.end();
  }
  const { stdout, stderr } = await outcome;
  if (stderr !== "") throw new Error(stderr);
  return Number(stdout.split("\n").at(-2));
}
