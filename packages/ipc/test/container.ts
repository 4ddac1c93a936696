import { spawn } from "@mini/native";
import { compose, type Plan } from "@mini/plan";
import { collect, type Outcome, withHostUnchanged } from "@mini/testing";
import { user } from "@mini/user";

const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

/** What whoever runs the tests needs to be allowed to isolate anything. */
export const rights: Plan = me.uid === 0 ? compose() : user(me);

/** A line of shell under a plan; the host has to be the same before and after. */
export function inside(plan: Plan, line: string): Promise<Outcome> {
  return withHostUnchanged(() => collect(spawn("sh", ["-c", line], { plan: compose(rights, plan) })));
}
