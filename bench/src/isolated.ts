import { cgroup } from "@mini/cgroup";
import { ipc } from "@mini/ipc";
import { pivot, proc, root } from "@mini/mount";
import { net } from "@mini/net";
import { pid } from "@mini/pid";
import { compose, type Plan } from "@mini/plan";
import { uts } from "@mini/uts";

/** What every "isolated" row does: namespaces of its own, a private /proc, a pivoted root. src/limit.c does the same in C. */
export function isolated(directory: string, network: boolean): Plan {
  return compose(
    uts({ hostname: "container" }),
    pid(),
    ipc(),
    cgroup(),
    network ? net() : compose(),
    root(directory),
    proc(),
    pivot(),
  );
}

/** The same, as bubblewrap is asked for it. */
export function bubblewrapArguments(directory: string): string[] {
  return [
    "--unshare-uts",
    "--hostname",
    "container",
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-cgroup",
    "--bind",
    directory,
    "/",
    "--proc",
    "/proc",
  ];
}

/** The same, as an OCI runtime is asked for it: config.json of a bundle. */
export function bundleConfig(directory: string): object {
  return {
    ociVersion: "1.0.2",
    process: { args: ["/bin/true"], cwd: "/", env: ["PATH=/bin"], user: { uid: 0, gid: 0 } },
    root: { path: directory },
    hostname: "container",
    mounts: [{ destination: "/proc", type: "proc", source: "proc" }],
    linux: { namespaces: ["uts", "pid", "ipc", "cgroup", "mount"].map((type) => ({ type })) },
  };
}

/** How an OCI runtime is told to run that bundle. crun wants no cgroups where version 1 and 2 are mixed. */
export function runtimeArguments(runtime: string, bundle: string, id: string): string[] {
  const cgroups = runtime === "crun" ? ["--cgroup-manager=disabled"] : [];
  return [...cgroups, "--root", `${bundle}/state`, "run", "--bundle", bundle, id];
}
