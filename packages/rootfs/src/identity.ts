import { readFileSync } from "node:fs";
import type { Step } from "@mini/plan";
import { directory, file } from "./scratch.js";

/** Who a container is, as the files of /etc say it. */
export interface Identity {
  hostname: string;
  /** The host's network has the host's resolvers and the host's names; a network of its own has neither. */
  network: "none" | "host";
}

/** The generated files by their path in the container: hostname(5), hosts(5), resolv.conf(5). */
export function identityFiles({ hostname, network }: Identity): ReadonlyMap<string, string> {
  // hosts(5) is made of lines and words, and a name is one word.
  if (typeof hostname !== "string" || !/^[^\s\p{Cc}#]{1,64}$/u.test(hostname)) {
    throw new TypeError(`${JSON.stringify(hostname)} is no hostname: 1 to 64 characters without spaces`);
  }
  const host = network === "host";
  return new Map([
    ["/etc/hostname", `${hostname}\n`],
    ["/etc/hosts", host ? hostsOfHost(hostname) : hosts(hostname)],
    [
      "/etc/resolv.conf",
      host ? (read("/etc/resolv.conf") ?? "") : "# This container has no network but loopback.\n",
    ],
  ]);
}

/** Written into an upper layer before it is mounted, where they are files as any other: nothing has to be mounted over. */
export function identityInUpper(identity: Identity, upper: string): Step[] {
  return [directory(`${upper}/etc`), ...identityIn(identity, `${upper}/etc`)];
}

/** Written into a directory of the scratch that stands for /etc. */
export function identityIn(identity: Identity, etc: string): Step[] {
  return [...identityFiles(identity)].flatMap(([path, content]) => file(path.replace("/etc", etc), content));
}

function hosts(hostname: string): string {
  return `127.0.0.1\tlocalhost ${hostname}\n::1\tlocalhost ip6-localhost ip6-loopback ${hostname}\n`;
}

function hostsOfHost(hostname: string): string {
  const own = read("/etc/hosts") ?? hosts("localhost");
  return `${own.trimEnd()}\n127.0.1.1\t${hostname}\n`;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
