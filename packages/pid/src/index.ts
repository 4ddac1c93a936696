import { checkOptions, type Plan } from "@mini/plan";

export interface PidOptions {
  /**
   * PID 1 is a small init: it reaps what is orphaned, passes signals on, and ends as the command ends. Without it the
   * command is PID 1 itself, and signals that it has no handler for are ignored (pid_namespaces(7)). Unless given it is
   * left to who starts it: `spawn` takes none, `run` one.
   */
  init?: boolean;
}

/** A process tree of its own, in which the command is PID 1, or the first child of an init (pid_namespaces(7)). */
export function pid(options: PidOptions = {}): Plan {
  checkOptions("pid", options, { init: "boolean" });
  const { init } = options;
  return { namespaces: ["pid"], steps: [], ...(init !== undefined && { init }) };
}
