import type { Entry } from "./architecture.js";
import type { Case, Condition } from "./cases.js";
import { strictness } from "./profile.js";

// i386 reaches sockets and System V IPC through one call each, with the call that is meant as its first argument, and since
// Linux 4.3 by numbers of their own as well. A rule about one of these has to hold for both ways, or a profile that refuses
// socket() leaves it open by socketcall(). Which arguments the call is made with, a filter cannot see: for socketcall they
// lie in memory. So a rule with arguments that refuses more than the default does refuses all, and any other is none here.

const SOCKETS =
  "socket bind connect listen accept getsockname getpeername socketpair send recv sendto recvfrom shutdown setsockopt getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg";
const sockets = SOCKETS.split(" ");

/** ipc(2), linux/ipc.h. */
const ipc: Readonly<Record<string, number>> = {
  semop: 1,
  semget: 2,
  semctl: 3,
  semtimedop: 4,
  msgsnd: 11,
  msgrcv: 12,
  msgget: 13,
  msgctl: 14,
  shmat: 21,
  shmdt: 22,
  shmget: 23,
  shmctl: 24,
};

interface Behind {
  readonly number: number;
  readonly case: Case;
}

/** For a call that an entry has behind another: what a case of it means for that other, if anything. */
export function multiplexed(
  { name: entry, numbers }: Entry,
  name: string,
): ((one: Case, otherwise: number) => Behind | undefined) | undefined {
  if (entry !== "SCMP_ARCH_X86") return undefined;
  const way = wayOf(name);
  const number = numbers.get(way?.by ?? "");
  if (way === undefined || number === undefined) return undefined;
  return ({ conditions, answer }, otherwise) => {
    const refuses = strictness(answer) < strictness(otherwise);
    if (conditions.length > 0 && !refuses) return undefined;
    return { number, case: { conditions: [way.condition], answer } };
  };
}

function wayOf(name: string): { readonly by: string; readonly condition: Condition } | undefined {
  const socket = sockets.indexOf(name) + 1;
  if (socket > 0) return { by: "socketcall", condition: isCall(socket, 0xffff_ffffn, "SCMP_CMP_EQ") };
  const call = Object.hasOwn(ipc, name) ? ipc[name] : undefined;
  // The upper half of ipc's first argument is a version.
  return call === undefined
    ? undefined
    : { by: "ipc", condition: isCall(call, 0xffffn, "SCMP_CMP_MASKED_EQ") };
}

function isCall(number: number, mask: bigint, op: Condition["op"]): Condition {
  return { index: 0, op, value: BigInt(number), mask };
}
