import { type SpawnOptions as NodeOptions, spawn as nodeSpawn } from "node:child_process";
import { prepare, spawn } from "@mini/native";
import { bubblewrapArguments, isolated, runtimeArguments } from "./isolated.js";
import type { Surroundings } from "./surroundings.js";

/** One way to run /bin/true to its end. */
export interface Row {
  readonly name: string;
  start(): Promise<void>;
}

const env = { PATH: "/usr/bin:/bin" };
const options: NodeOptions = { stdio: "ignore", env };

interface Ending {
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "exit", listener: (code: number | null) => void): unknown;
}

function ended(child: Ending): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`ended with ${code}`))));
  });
}

/** All rows that this machine can run; peers that are not installed are left out, and named by the caller. */
export function rowsFor({ rootfs, bundle, peers }: Surroundings): Row[] {
  const plan = isolated(rootfs, false);
  const network = isolated(rootfs, true);
  const ready = prepare("/bin/true", { stdio: "ignore", env, plan });
  const startPrepared = () => ended(ready());
  const rows: Row[] = [
    { name: "child_process", start: () => ended(nodeSpawn("/bin/true", options)) },
    { name: "mini, no plan", start: () => ended(spawn("/bin/true", { stdio: "ignore", env })) },
    { name: "mini, isolated", start: () => ended(spawn("/bin/true", { stdio: "ignore", env, plan })) },
    { name: "mini, isolated, prepared", start: startPrepared },
    {
      name: "mini, isolated, network",
      start: () => ended(spawn("/bin/true", { stdio: "ignore", env, plan: network })),
    },
  ];
  if (peers.includes("bwrap")) {
    rows.push({
      name: "bwrap",
      start: () => ended(nodeSpawn("bwrap", [...bubblewrapArguments(rootfs), "/bin/true"], options)),
    });
  }
  for (const runtime of ["crun", "runc"].filter((name) => peers.includes(name))) {
    let count = 0;
    const args = () => runtimeArguments(runtime, bundle, `mini-bench-${process.pid}-${count++}`);
    rows.push({ name: runtime, start: () => ended(nodeSpawn(runtime, args(), options)) });
  }
  return rows;
}
