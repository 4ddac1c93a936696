import { checkOptions, type Plan, primitive, type Step } from "@mini/plan";

export interface UtsOptions {
  /** What `hostname` prints inside: at most 64 bytes. Without it, a copy of the host's. */
  hostname?: string;
  /** The NIS domain name, which is not a DNS domain: at most 64 bytes. */
  domainname?: string;
}

/** A hostname of its own (uts_namespaces(7)). Throws a TypeError for a name that the kernel could not hold. */
export function uts(options: UtsOptions = {}): Plan {
  checkOptions("uts", options, { hostname: "string", domainname: "string" });
  const { hostname, domainname } = options;
  const steps: Step[] = [];
  if (hostname !== undefined)
    steps.push({ call: "sethostname", args: [hostname, lengthOf(hostname, "hostname")] });
  if (domainname !== undefined)
    steps.push({ call: "setdomainname", args: [domainname, lengthOf(domainname, "domainname")] });
  return primitive("uts", { namespaces: ["uts"], steps });
}

// __NEW_UTS_LEN of the kernel
const MOST = 64;

function lengthOf(name: string, what: string): number {
  const length = new TextEncoder().encode(name).length;
  if (length > 0 && length <= MOST && !name.includes("\0")) return length;
  throw new TypeError(
    `${JSON.stringify(name)} is no ${what}: it has ${length} bytes, and 1 to ${MOST} without NUL is what the kernel holds`,
  );
}
