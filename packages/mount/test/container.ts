import { spawn } from "@mini/native";
import { compose, type Plan } from "@mini/plan";
import { collect, type Outcome, withHostUnchanged } from "@mini/testing";
import { user } from "@mini/user";

const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

export const rootless = me.uid !== 0;

/** What whoever runs the tests needs to be allowed to isolate anything. */
export const rights: Plan = rootless ? user(me) : compose();

/** A line of shell under a plan; the host has to be the same before and after. */
export function inside(plan: Plan, line: string, cwd?: string): Promise<Outcome> {
  const env = { PATH: "/bin:/usr/bin:/sbin:/usr/sbin" };
  const options = { plan: compose(rights, plan), env, ...(cwd !== undefined && { cwd }) };
  return withHostUnchanged(() => collect(spawn("/bin/sh", ["-c", line], options)));
}
