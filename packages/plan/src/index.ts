export { type Call, calls, parametersOf } from "./call.js";
export { type Command, givenSlots, type Stdio } from "./command.js";
export * from "./constants.js";
export { explain } from "./explain.js";
export { bytesOf } from "./layout.js";
export { nearest } from "./nearest.js";
export { checkOptions, type Kind } from "./options.js";
export type { Arg, Base64, Slot, WithPid } from "./parameter.js";
export { checkPlan, compose, type Namespace, type Plan, primitive, type View } from "./plan.js";
export { type Program, program } from "./program.js";
export { describe, type ParentStep, type Run, type Step } from "./step.js";
export type {
  CapData,
  CapHeader,
  Gids,
  Ifreq,
  LandlockNetPort,
  LandlockPathBeneath,
  LandlockRuleset,
  MountAttr,
  OpenHow,
  Rlimit,
  Sigaction,
  Sigset,
  SockFprog,
  Struct,
} from "./struct.js";
