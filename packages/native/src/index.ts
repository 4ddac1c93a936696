export { Child, type ChildEvents, type Usage } from "./child.js";
export { StepError } from "./error.js";
export { findCommand, hostPath } from "./lookup.js";
export type { SpawnOptions } from "./options.js";
export { type Run, type RunOptions, type RunResult, run } from "./run.js";
export { spawn } from "./spawn.js";
export type { StdioEntry, StdioOptions } from "./stdio.js";
export { restoreTerminal, saveTerminal } from "./terminal.js";
