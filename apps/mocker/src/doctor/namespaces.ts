import type { StepError } from "@mini/native";
import { user } from "@mini/user";
import { attempt } from "./attempt.js";
import { type Finding, type Host, ok } from "./finding.js";
import { thisHost } from "./host.js";

const NAME = "user namespaces";

/** Makes a user namespace, and says what forbids it. Root can do without. */
export async function userNamespaces(host: Host): Promise<Finding> {
  const error = await attempt(user({ uid: host.uid, gid: host.gid }));
  if (error === undefined) return ok(NAME, "can be made by this user");
  return { name: NAME, state: host.rootless ? "failed" : "no", text: reason(error, host) };
}

/** What forbids this user a container, and the remedy: the text of a hint after a clone3 that failed. */
export async function whyNoUserNamespaces(host = thisHost()): Promise<string> {
  return reason(await attempt(user({ uid: host.uid, gid: host.gid })), host);
}

/** What forbids user namespaces and the remedy, in a sentence (user_namespaces(7)). */
export function reason(error: Pick<StepError, "code" | "side"> | undefined, host: Host): string {
  if (error === undefined) return works(host);
  if (error.side !== "clone") return withoutPrivileges(error, host);
  const limit = host.read("/proc/sys/user/max_user_namespaces")?.trim();
  switch (error.code) {
    case "ENOSPC":
      return limit === "0"
        ? "user.max_user_namespaces is 0: as root, sysctl -w user.max_user_namespaces=15000"
        : `there are as many as user.max_user_namespaces allows, ${limit}, or they are 32 deep: end some, or raise it as root`;
    case "EUSERS":
      return "they are 32 deep, and the kernel has no deeper ones: run mocker further out";
    case "EPERM":
      return refused(host);
    default:
      return host.read("/proc/self/setgroups") === undefined
        ? "this kernel was built without them (CONFIG_USER_NS): run mocker as root"
        : filtered(host, error.code);
  }
}

function refused(host: Host): string {
  if (host.read("/proc/sys/kernel/unprivileged_userns_clone")?.trim() === "0")
    return "kernel.unprivileged_userns_clone is 0: as root, sysctl -w kernel.unprivileged_userns_clone=1";
  return filtered(host, "EPERM");
}

function filtered(host: Host, code: string): string {
  return isFiltered(host)
    ? `a seccomp filter, an outer container's or a service's, forbids them (${code}): start that with --security-opt seccomp=unconfined`
    : `the kernel refuses them with ${code}, as it does in a chroot(2) and under some security modules: run mocker outside of those, or as root`;
}

// The namespace was made, but what it is for could not be done in it.
function withoutPrivileges({ code }: Pick<StepError, "code">, host: Host): string {
  if (host.read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")?.trim() === "1")
    return `kernel.apparmor_restrict_unprivileged_userns is 1, and leaves them without privileges: as root, sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or load an AppArmor profile with "userns," for ${process.execPath}`;
  return `they can be made, but a security module leaves them without privileges (${code}): allow them in its policy, or run mocker as root`;
}

function works(host: Host): string {
  const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec(host.read("/proc/self/status") ?? "")?.[1];
  const admin = (BigInt(`0x${capabilities ?? "0"}`) >> CAP_SYS_ADMIN) & 1n;
  return host.uid === 0 && admin === 0n
    ? "this root has no CAP_SYS_ADMIN, as in an outer container: start that one with --privileged, or run mocker as an ordinary user"
    : 'this user can make user namespaces: "mocker doctor" tries the rest';
}

const CAP_SYS_ADMIN = 21n;

/** Whether a seccomp filter is on this process (proc(5)). */
export function isFiltered(host: Host): boolean {
  return /^Seccomp:\s*2$/m.test(host.read("/proc/self/status") ?? "");
}
