import { accessSync, constants } from "node:fs";
import type { StepError } from "@mini/native";
import { whyNoUserNamespaces } from "./doctor.js";
import type { RunOptions } from "./options.js";

/** What a user can do about a start that failed: " (…)", or nothing where there is nothing to say. */
export async function hint(error: StepError, options: RunOptions): Promise<string> {
  const text = await advice(error, options);
  return text === undefined ? "" : ` (${text})`;
}

async function advice(error: StepError, options: RunOptions): Promise<string | undefined> {
  if (error.syscall === "clone3") return await whyNoClone(error);
  if (error.syscall === "execve") return aboutCommand(error, options);
  const call = error.step !== undefined && "call" in error.step ? error.step : undefined;
  if (call?.call === "mount" && call.args[2] === "overlay") return aboutOverlay(error);
  if (error.code === "ENOSPC") return "--storage-size bounds what the container can write";
  if (error.code === "EROFS")
    return "a mount point that is missing cannot be made in a read-only directory: make it beforehand";
  if (call?.call === "openat2" && call.fd === "cwd")
    return `the working directory ${JSON.stringify(call.args[1])} is not in the container`;
  if (call?.call === "openat2" && error.code === "ENOENT")
    return `${JSON.stringify(call.args[1])} is not in the root file system`;
  return undefined;
}

async function whyNoClone(error: StepError): Promise<string | undefined> {
  if (error.code === "EPERM" || error.code === "ENOSPC" || error.code === "EUSERS")
    return await whyNoUserNamespaces();
  if (error.code === "EAGAIN")
    return "the limit of processes is reached: ulimit -u, or pids.max of this cgroup";
  return undefined;
}

function aboutCommand(error: StepError, { command: [name], rootfs }: RunOptions): string | undefined {
  const where =
    rootfs === undefined
      ? "the container's root, which has no /home, /root or /tmp of the host's"
      : rootfs.directory;
  if (error.code === "ENOENT") {
    return name.includes("/") && rootfs === undefined && exists(name)
      ? `it is on the host, but not in ${where}: -v ${name}:${name} shows it there`
      : `looked for in ${where}; a program whose interpreter is missing fails like this too`;
  }
  if (error.code === "ENOEXEC") return "neither a program for this machine nor a script that begins with #!";
  return undefined;
}

function aboutOverlay(error: StepError): string {
  if (error.code === "EPERM")
    return "overlayfs for ordinary users needs Linux 5.11; mocker doctor says what this host has";
  if (error.code === "EINVAL")
    return "something may be mounted inside that directory; /proc/self/mountinfo says what";
  return "mocker doctor says what this host has";
}

function exists(path: string): boolean {
  try {
    accessSync(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}
