/** Docker's options of `run` that are not there yet, by their long names. */
export const later: readonly string[] = `
  add-host annotation attach blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent cgroupns cidfile cpu-count
  cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus cpuset-cpus cpuset-mems detach
  detach-keys device device-cgroup-rule device-read-bps device-read-iops device-write-bps device-write-iops
  disable-content-trust dns dns-opt dns-option dns-search domainname entrypoint expose gpus group-add health-cmd
  health-interval health-retries health-start-interval health-start-period health-timeout io-maxbandwidth io-maxiops ip
  ip6 ipc isolation kernel-memory label label-file link link-local-ip log-driver log-opt mac-address memory
  memory-reservation memory-swap memory-swappiness net-alias network-alias no-healthcheck oom-kill-disable oom-score-adj
  pid pids-limit platform privileged publish publish-all pull restart runtime security-opt shm-size sig-proxy
  stop-signal stop-timeout storage-opt sysctl ulimit use-api-socket userns uts volume-driver volumes-from
`
  .trim()
  .split(/\s+/);

/** Those of them that have a short form. */
export const laterShort: ReadonlyMap<string, string> = new Map([
  ["a", "attach"],
  ["c", "cpu-shares"],
  ["d", "detach"],
  ["l", "label"],
  ["m", "memory"],
  ["p", "publish"],
  ["P", "publish-all"],
]);

/** Docker's subcommands. Not its `node`, which is about swarms: here that is a program, and people mean to run it. */
export const laterSubcommands: ReadonlySet<string> = new Set(
  `
    attach build builder buildx checkpoint commit compose config container context cp create diff events exec export
    history image images import info inspect kill load login logout logs manifest network pause plugin port ps pull push
    rename restart rm rmi save search secret service stack start stats stop swarm system tag top trust unpause update
    version volume wait
  `
    .trim()
    .split(/\s+/),
);
