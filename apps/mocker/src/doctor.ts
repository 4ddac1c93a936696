import { container } from "./doctor/container.js";
import type { Finding, Host } from "./doctor/finding.js";
import { thisHost } from "./doctor/host.js";
import { cgroups, kernel, seccomp } from "./doctor/kernel.js";
import { freshProc, freshSys, overlays } from "./doctor/mounts.js";
import { userNamespaces } from "./doctor/namespaces.js";
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

// What can be tried only by root, or in a user namespace.
async function withPrivileges(host: Host): Promise<Finding[]> {
  const ids = host.rootless ? [await subordinateIds(host)] : [];
  return [...ids, await freshProc(host), await freshSys(host), await overlays(host)];
}

const marks = { ok: "ok    ", no: "no    ", failed: "FAILED" };

function report(findings: readonly Finding[]): string {
  return findings.map(({ name, state, text }) => `${marks[state]}  ${name.padEnd(15)}  ${text}\n`).join("");
}
