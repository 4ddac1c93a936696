import {
  AF_INET,
  checkOptions,
  IFF_RUNNING,
  IFF_UP,
  type Plan,
  primitive,
  SIOCSIFFLAGS,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
} from "@mini/plan";

/** A network of its own: loopback, up, and nothing else (network_namespaces(7)). */
export function net(options: Readonly<Record<string, never>> = {}): Plan {
  checkOptions("net", options, {});
  return primitive("net", {
    namespaces: ["network"],
    steps: [
      // netdevice(7) wants a socket to ask through, of any kind.
      { call: "socket", args: [AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0], fd: "socket" },
      {
        call: "ioctl",
        args: [
          { fd: "socket" },
          SIOCSIFFLAGS,
          { struct: "ifreq", ifr_name: "lo", ifr_flags: IFF_UP | IFF_RUNNING },
        ],
      },
      { call: "close", args: [{ fd: "socket" }] },
    ],
  });
}
