import { show, UsageError } from "../error.js";
import type { RunOptions } from "../options.js";

/** A name that the kernel can hold and /etc/hosts can say. */
export function parseHostname(text: string): string {
  const bytes = Buffer.byteLength(text);
  // __NEW_UTS_LEN of the kernel
  const fault = bytes === 0 ? "empty" : bytes > 64 ? `${bytes} bytes long` : undefined;
  if (fault === undefined && !/[\s\p{Cc}]/u.test(text)) return text;
  throw new UsageError(
    `--hostname ${show(text)} is ${fault ?? "no name, for it has a space in it"}: give 1 to 64 bytes without spaces`,
  );
}

export function parseName(text: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(text)) return text;
  throw new UsageError(
    `--name ${show(text)} is no name: use letters, digits, "_", "." and "-", a letter or digit first`,
  );
}

export function parseWorkdir(text: string): string {
  if (text.startsWith("/")) return text;
  const fault = text === "" ? "empty" : "relative";
  throw new UsageError(
    `--workdir ${show(text)} is ${fault}: give an absolute path of the container, as in /srv`,
  );
}

export function parseNetwork(text: string): RunOptions["network"] {
  if (text === "none" || text === "host") return text;
  throw new UsageError(
    `--network ${show(text)} is not there yet: use none, which is loopback alone, or host, which is this machine's`,
  );
}
