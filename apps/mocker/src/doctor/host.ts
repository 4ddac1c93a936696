import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { whoCalls } from "../caller.js";
import type { Host } from "./finding.js";

/** This machine, and who runs mocker on it. */
export function thisHost(): Host {
  return { ...whoCalls(), user: userInfo().username, read };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // what cannot be read is as good as absent here
  }
}
