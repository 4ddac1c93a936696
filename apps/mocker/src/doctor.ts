import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { user } from "@mini/user";
import { empty } from "./arguments/flag.js";
import { whoCalls } from "./caller.js";
import { composeContainer } from "./compose.js";
import { attempt } from "./doctor/attempt.js";
import { type Finding, type Host, ok } from "./doctor/finding.js";
import { cgroups, kernel, seccomp } from "./doctor/kernel.js";
import { freshProc, freshSys, overlays } from "./doctor/mounts.js";
import { reason, userNamespaces } from "./doctor/namespaces.js";
import { subordinateIds } from "./doctor/subids.js";

/** What this machine allows this user, each line tried and not guessed, and whether `mocker run` can work. */
export async function doctor(host = thisHost()): Promise<{ text: string; works: boolean }> {
  const namespaces = await userNamespaces(host);
  const findings = [
    kernel(),
    namespaces,
    ...(namespaces.state === "failed" ? [] : await withPrivileges(host)),
    cgroups(host),
    seccomp(host),
    await container(host),
  ];
  return { text: report(findings), works: findings.at(-1)?.state === "ok" };
}

/** What forbids this user a container, and the remedy: the text of a hint after a clone3 that failed. */
export async function whyNoUserNamespaces(host = thisHost()): Promise<string> {
  return reason(await attempt(user(host)), host);
}

// What can be tried only by root, or in a user namespace.
async function withPrivileges(host: Host): Promise<Finding[]> {
  const ids = host.rootless ? [await subordinateIds(host)] : [];
  return [...ids, await freshProc(host), await freshSys(host), await overlays(host)];
}

// The whole of it, as `mocker run true` does it.
async function container(host: Host): Promise<Finding> {
  const { plan } = composeContainer({ ...empty, command: ["true"] }, host);
  const error = await attempt(plan);
  if (error === undefined) return ok("mocker run", "works");
  return { name: "mocker run", state: "failed", text: `${error.message}: see the lines above` };
}

const marks = { ok: "ok    ", no: "no    ", failed: "FAILED" };

function report(findings: readonly Finding[]): string {
  return findings.map(({ name, state, text }) => `${marks[state]}  ${name.padEnd(15)}  ${text}\n`).join("");
}

function thisHost(): Host {
  return { ...whoCalls(), user: userInfo().username, read };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // what cannot be read is as good as absent here
  }
}
