export { type Call, calls, parametersOf } from "./call.js";
export { type Command, givenSlots, type Stdio } from "./command.js";
export * from "./constants.js";
export { explain } from "./explain.js";
export { nearest } from "./nearest.js";
export { checkOptions, type Kind } from "./options.js";
export type { Arg, Base64, Slot, WithPid } from "./parameter.js";
export { checkPlan, compose, type Namespace, type Plan, primitive, type View } from "./plan.js";
export { type Program, program } from "./program.js";
export { describe, type ParentStep, type Run, type Step } from "./step.js";
export {
  bytesOf,
  type Gids,
  type Ifreq,
  type MountAttr,
  type OpenHow,
  type Sigaction,
  type Sigset,
  type Struct,
} from "./struct.js";
