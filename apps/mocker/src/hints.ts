import { realpathSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { StepError } from "@mini/native";
import { callerOf } from "./arguments/caller.js";
import { whyNoUserNamespaces } from "./doctor/namespaces.js";
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
  if (call?.call === "fchdir" && error.code === "ENOTDIR") {
    return "/proc, /sys or /dev of the root file system is a link or a file: it has to be a directory";
  }
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
  if (error.code === "ENOEXEC") return "neither a program for this machine nor a script that begins with #!";
  if (error.code !== "ENOENT") return undefined;
  const where =
    rootfs === undefined
      ? "the container's root, which has no /home, /root or /tmp of the host's"
      : rootfs.directory;
  if (!name.includes("/")) return `looked for in ${where}`;
  const file = rootfs === undefined ? programOfHost(name) : undefined;
  return file === undefined
    ? `looked for in ${where}; a program whose interpreter is missing fails like this too`
    : `it is on the host, but not in ${where}: mocker run ${shownThere(file)} shows it there`;
}

// realpath(3), because the source of a volume is the file itself.
function programOfHost(name: string): string | undefined {
  try {
    const file = realpathSync.native(resolve(callerOf().directory(), name));
    return statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

// In /mnt, which is the container's own and writable for everyone: no other directory of the host's is.
function shownThere(file: string): string {
  const target = `/mnt/${basename(file)}`;
  const fields = ["type=bind", `source=${file}`, `target=${target}`].map(field);
  const mount = file.includes(":") ? `--mount ${word(fields.join(","))}` : `-v ${word(`${file}:${target}`)}`;
  return `${mount} ${word(target)}`;
}

// As RFC 4180 has it, which --mount reads.
function field(text: string): string {
  return /[,"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// As a shell reads it.
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function aboutOverlay(error: StepError): string {
  if (error.code === "EPERM")
    return "overlayfs for ordinary users needs Linux 5.11; mocker doctor says what this host has";
  if (error.code === "EINVAL")
    return "something may be mounted inside that directory; /proc/self/mountinfo says what";
  return "mocker doctor says what this host has";
}
