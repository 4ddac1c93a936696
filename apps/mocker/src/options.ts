/** What `mocker run` and `mocker explain` were asked for, checked and complete: no defaults are left to fill in. */
export interface RunOptions {
  /** The directory that becomes `/`, or an archive that is unpacked for it; undefined for this machine's own system. */
  readonly rootfs: Rootfs | undefined;
  readonly hostname: string;
  readonly volumes: readonly Volume[];
  readonly tmpfs: readonly Tmpfs[];
  /** What was asked for with -e and --env-file; the defaults are not in it. */
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string | undefined;
  /** As given to -u: resolved later, in the container's own /etc/passwd. */
  readonly user: string | undefined;
  readonly readOnly: boolean;
  readonly network: "none" | "host";
  readonly init: boolean;
  readonly name: string | undefined;
  /** In bytes; undefined for a tenth of the memory. */
  readonly storageSize: number | undefined;
  readonly verbosity: "quiet" | "normal" | "verbose";
  /** The command and its arguments. */
  readonly command: readonly [file: string, ...args: string[]];
}

export interface Rootfs {
  /** Absolute. */
  readonly directory: string;
  readonly overlay: boolean;
  /** `directory` is an archive: a directory that is unpacked from it, and removed afterwards, has to take its place. */
  readonly archive?: true;
}

/** A directory or file of the host, seen in the container. */
export interface Volume {
  /** Absolute. */
  readonly source: string;
  readonly target: string;
  readonly readonly: boolean;
  readonly type: "directory" | "file";
}

export interface Tmpfs {
  readonly target: string;
  readonly size: number | undefined;
  readonly mode: number | undefined;
  readonly readonly: boolean;
  readonly noexec: boolean;
}
