import { checkOptions, shown } from "./options.js";
import type { ParentStep, Step } from "./step.js";

/** The kernel's namespaces, by the names of the OCI runtime specification. */
export type Namespace = "cgroup" | "ipc" | "mount" | "network" | "pid" | "user" | "uts";

/** Where a directory or file of the host is seen in the container; of layers the first on top; `null` is new and empty. */
export interface View {
  readonly target: string;
  readonly source: string | readonly string[] | null;
}

/** What to isolate: the namespaces to create, then the calls to make inside them. A plan survives JSON unchanged. */
export interface Plan {
  readonly namespaces: readonly Namespace[];
  readonly steps: readonly Step[];
  /**
   * Made last, before the command is executed and after it has become who it will be: what takes away what other steps need,
   * such as a seccomp filter. Of composed plans, in the order you wrote them in.
   */
  readonly seal?: readonly Step[];
  /** Made by the parent, while the child waits before its first step. */
  readonly parent?: readonly ParentStep[];
  /** PID 1 is a small init that reaps and forwards signals, and the command is its child. Left out: as who starts it likes. */
  readonly init?: boolean;
  /** What of the host is seen where, in the order of mounting: that is how a command is found beforehand. */
  readonly views?: readonly View[];
}

/** Joins plans: their namespaces are a set, their steps keep the order you wrote them in. Throws a TypeError for what is none. */
export function compose(...plans: readonly Plan[]): Plan {
  for (const plan of plans) checkPlan(plan, "compose");
  const parent = plans.flatMap((plan) => plan.parent ?? []);
  const seal = plans.flatMap((plan) => plan.seal ?? []);
  const views = plans.flatMap((plan) => plan.views ?? []);
  const inits = plans.flatMap((plan) => plan.init ?? []);
  return {
    namespaces: [...new Set(plans.flatMap((plan) => plan.namespaces))],
    steps: plans.flatMap((plan) => plan.steps),
    ...(seal.length > 0 && { seal }),
    ...(parent.length > 0 && { parent }),
    ...(inits.length > 0 && { init: inits.includes(true) }),
    ...(views.length > 0 && { views }),
  };
}

/** Throws a TypeError that names what is no plan, or the first part of it that is none; the steps are `program`'s to check. */
export function checkPlan(plan: Plan, of: string): void {
  if (typeof plan !== "object" || plan === null || Array.isArray(plan))
    throw new TypeError(`${of}: a plan has to be { namespaces, steps }, not ${shown(plan)}`);
  checkOptions(`${of}: a plan`, plan, parts, ["namespaces", "steps"]);
  for (const view of plan.views ?? []) {
    if (!isView(view))
      throw new TypeError(`${of}: a view has to be { target, source } of paths, not ${shown(view)}`);
  }
}

function isView({ target, source }: View): boolean {
  const layers: unknown = source === null || typeof source === "string" ? [] : source;
  const isPath = (path: unknown) => typeof path === "string";
  return isPath(target) && Array.isArray(layers) && layers.every(isPath);
}

const parts = {
  namespaces: "strings",
  steps: "objects",
  seal: "objects",
  parent: "objects",
  init: "boolean",
  views: "objects",
} as const;

/** The plan of one primitive: each of its steps says that it comes from `name`. */
export function primitive(name: string, plan: Plan): Plan {
  const sign = <S extends ParentStep>(step: S): S => ({ ...step, by: name });
  return {
    ...plan,
    steps: plan.steps.map(sign),
    ...(plan.seal !== undefined && { seal: plan.seal.map(sign) }),
    ...(plan.parent !== undefined && { parent: plan.parent.map(sign) }),
  };
}
