import { type Command, type GivenSlot, givenSlots, type Stdio } from "./command.js";
import * as k from "./constants.js";
import { descriptors } from "./descriptors.js";
import { credentials, ending, lifetime, signals } from "./ending.js";
import { refuse, refuseInParent } from "./guard.js";
import { changesRoot, slotOf, surroundings, workdir } from "./place.js";
import { checkPlan, type Namespace, type Plan } from "./plan.js";
import { describe, type ParentStep, type Step } from "./step.js";
import { validate, validateRun } from "./validate.js";

/** All that will happen, in order: `clone3` with `flags`, the parent's steps, the child's, and those after its execveat. */
export interface Program {
  readonly namespaces: readonly Namespace[];
  /** clone3(2)'s flags. */
  readonly flags: number;
  readonly parent: readonly ParentStep[];
  readonly child: readonly Step[];
  /** What the trampoline or the init does, once the child no longer shares Node's memory; empty where neither is needed. */
  readonly after: readonly Step[];
}

/**
 * Everything that starting `command` under `plan` will do. Throws a TypeError that names the step which would change the
 * host, or which no kernel could be asked.
 */
export function program(plan: Plan, command: Command): Program {
  checkPlan(plan, "program");
  if (plan.init === true && !plan.namespaces.includes("pid")) {
    throw new TypeError("an init is PID 1, and the plan has no pid namespace");
  }
  const { parent = [], seal = [] } = plan;
  checkParent(parent);
  for (const step of [...plan.steps, ...seal]) validate(step);
  const stdio = command.stdio ?? [0, 1, 2];
  const slots = given(plan, command);
  // Until its first execve the child's /proc/self/exe is the host's node, so an entry point `#!/proc/self/exe` in somebody
  // else's root would run it (CVE-2019-5736). A plan that changes the root first becomes a sealed program of 1 KB, which
  // is told where the report is: the first descriptor that follows stdio.
  const { last, after } = ending(plan, command, slots.includes("trampoline") ? stdio.length : undefined);
  const before: Step[] = [
    { call: "prctl", args: [k.PR_SET_PDEATHSIG, k.SIGKILL] },
    ...descriptors(stdio, slots),
    ...(slots.includes("ready") ? waiting : []),
    ...surroundings(plan, command),
  ];
  const behind: Step[] = [
    ...workdir(plan, command),
    ...credentials(command),
    ...lifetime(plan, command),
    ...signals(plan),
  ];
  checkChild(plan, { before, behind, last, open: [...slots, ...stdio] });
  return {
    namespaces: plan.namespaces,
    flags: [...new Set(plan.namespaces)].reduce((sum, name) => sum + cloneFlag(name), shared),
    parent,
    child: [...signed(before), ...plan.steps, ...signed(behind), ...seal, ...signed([last])],
    after,
  };
}

function signed(steps: readonly Step[]): Step[] {
  return steps.map((step) => ({ ...step, by: "spawn" }));
}

// Nothing is copied, the caller's thread stands still until execve, and its pid and pidfd are known before it runs.
const shared = k.CLONE_VM + k.CLONE_VFORK + k.CLONE_PIDFD + k.CLONE_PARENT_SETTID + k.CLONE_CLEAR_SIGHAND;

const cloneFlags: ReadonlyMap<string, number> = new Map<Namespace, number>([
  ["cgroup", k.CLONE_NEWCGROUP],
  ["ipc", k.CLONE_NEWIPC],
  ["mount", k.CLONE_NEWNS],
  ["network", k.CLONE_NEWNET],
  ["pid", k.CLONE_NEWPID],
  ["user", k.CLONE_NEWUSER],
  ["uts", k.CLONE_NEWUTS],
]);

function cloneFlag(name: Namespace): number {
  const flag = cloneFlags.get(name);
  if (flag === undefined) throw new TypeError(`${JSON.stringify(name)} is not a namespace`);
  return flag;
}

/** The slots of the spawner that this program uses, in the order in which they follow stdio. */
function given(plan: Plan, command: Command): GivenSlot[] {
  const slots: GivenSlot[] = [];
  if (plan.init === true || changesRoot(plan)) slots.push("report", "trampoline");
  else if (command.report === true) slots.push("report");
  if (plan.parent !== undefined && plan.parent.length > 0) slots.push("ready");
  return slots;
}

// The child says that it is there, and waits until the parent has made its steps. Should the parent die, so does the
// child: PR_SET_PDEATHSIG is set already.
const waiting: readonly Step[] = [
  { call: "write", args: [{ fd: "ready" }, "\0", 1] },
  { call: "read", args: [{ fd: "ready" }, "\0", 1] },
];

function checkParent(steps: readonly ParentStep[]): void {
  const open = new Set(["child"]);
  for (const step of steps) {
    if ("run" in step) {
      validateRun(step);
      continue;
    }
    validate(step);
    refuseInParent(step);
    follow(step, open);
  }
}

interface Surrounded {
  readonly before: readonly Step[];
  readonly behind: readonly Step[];
  readonly last: Step;
  /** Slots that are filled already, among what stdio is made of. */
  readonly open: Stdio;
}

function checkChild(plan: Plan, { before, behind, last, open }: Surrounded): void {
  const filled = new Set(open.filter((source) => typeof source === "string"));
  for (const step of [...before, ...behind, last]) validate(step);
  const own = (steps: readonly Step[]) => {
    for (const step of steps) {
      refuseSpawners(step);
      refuse(step, plan);
      follow(step, filled);
    }
  };
  for (const step of before) follow(step, filled);
  own(plan.steps);
  for (const step of behind) follow(step, filled);
  for (const step of plan.seal ?? []) refuseIds(step);
  own(plan.seal ?? []);
  follow(last, filled);
}

// By the report a plan could tell the parent what is not, and keep it waiting.
function refuseSpawners(step: Step): void {
  for (const slot of [step.fd, ...step.args.map(slotOf)]) {
    if (!(givenSlots as readonly unknown[]).includes(slot)) continue;
    throw new TypeError(`${describe(step)}: ${JSON.stringify(slot)} is a slot of the spawner's`);
  }
}

// They would clear PR_SET_PDEATHSIG (prctl(2)), which has been set for the last time by then.
function refuseIds(step: Step): void {
  if (step.call !== "setresuid" && step.call !== "setresgid") return;
  throw new TypeError(
    `${describe(step)} has to be one of the plan's steps: its seal comes after the credentials`,
  );
}

/** Keeps account of the slots that hold a descriptor. */
function follow(step: Step, open: Set<string>): void {
  for (const arg of step.args) {
    const slot = slotOf(arg);
    if (slot === undefined || open.has(slot)) continue;
    throw new TypeError(`${describe(step)}: no step before it keeps a descriptor as ${JSON.stringify(slot)}`);
  }
  const closed = step.call === "close" ? slotOf(step.args[0]) : undefined;
  if (closed !== undefined) open.delete(closed);
  if (step.fd !== undefined) open.add(step.fd);
}
