import { findCommand, hostPath } from "@mini/native";
import { PATH } from "./environment.js";
import { show, UsageError } from "./error.js";
import type { RunOptions } from "./options.js";

/** Images that people try first. Some of them are programs, too. */
const wellKnown = new Set(
  "almalinux alpine amazonlinux archlinux busybox caddy centos debian fedora golang hello-world httpd mariadb mongo mysql nginx node opensuse/leap opensuse/tumbleweed oraclelinux php postgres python redis rockylinux ruby rust scratch ubuntu".split(
    " ",
  ),
);

// [registry/][path/]name, and with a tag or a digest: as the OCI distribution specification has it.
const reference =
  /^(?:[a-z0-9.-]+(?::\d+)?\/)*[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\w[\w.-]{0,127}(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/;

/** Whether a command is written as an image is: "ubuntu", "debian:12", "quay.io/fedora/fedora:latest". */
export function looksLikeImage(command: string): boolean {
  const name = command.replace(/^(docker\.io\/)?(library\/)?/, "");
  return wellKnown.has(name) || reference.test(command);
}

/** Throws a UsageError where the command is an image and no program of this machine's. */
export function refuseImage({ command: [name, next], rootfs, env }: RunOptions): void {
  // Who names a root of his own waits for no image: what is not in it is just not found.
  if (rootfs !== undefined || !looksLikeImage(name)) return;
  const views = [{ target: "/", source: "/" }];
  const program = name.includes("/")
    ? hostPath(`/${name}`, views)
    : findCommand(name, env.PATH ?? PATH, views);
  if (program !== undefined) return;
  throw new UsageError(`${show(name)} looks like an image, and there are no images yet: ${instead(next)}`);
}

function instead(command = "bash"): string {
  return command.startsWith("-")
    ? "name a command of this machine's own system, or with --rootfs dir one of a directory"
    : `"mocker run ${command}" runs ${command} on this machine's own system, "mocker run --rootfs dir ${command}" in a directory`;
}
