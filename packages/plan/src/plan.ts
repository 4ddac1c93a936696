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
  /** Made by the parent, while the child waits before its first step. */
  readonly parent?: readonly ParentStep[];
  /** PID 1 is a small init that reaps and forwards signals, and the command is its child. Left out: as who starts it likes. */
  readonly init?: boolean;
  /** What of the host is seen where, in the order of mounting: that is how a command is found beforehand. */
  readonly views?: readonly View[];
}

/** Joins plans: their namespaces are a set, their steps keep the order you wrote them in. */
export function compose(...plans: readonly Plan[]): Plan {
  const parent = plans.flatMap((plan) => plan.parent ?? []);
  const views = plans.flatMap((plan) => plan.views ?? []);
  const inits = plans.flatMap((plan) => plan.init ?? []);
  return {
    namespaces: [...new Set(plans.flatMap((plan) => plan.namespaces))],
    steps: plans.flatMap((plan) => plan.steps),
    ...(parent.length > 0 && { parent }),
    ...(inits.length > 0 && { init: inits.includes(true) }),
    ...(views.length > 0 && { views }),
  };
}

/** The plan of one primitive: each of its steps says that it comes from `name`. */
export function primitive(name: string, plan: Plan): Plan {
  const sign = <S extends ParentStep>(step: S): S => ({ ...step, by: name });
  return {
    ...plan,
    steps: plan.steps.map(sign),
    ...(plan.parent !== undefined && { parent: plan.parent.map(sign) }),
  };
}
