export type { Architecture, Machine } from "./architecture.js";
export { checkProfile } from "./check.js";
export { type CompileOptions, compile } from "./compile.js";
export { defaultProfile } from "./default.js";
export { encode, type Instruction } from "./instruction.js";
export { parse } from "./parse.js";
export type {
  Action,
  ArchMap,
  Argument,
  Circumstances,
  Flag,
  Operator,
  Profile,
  Rule,
} from "./profile.js";
export { ignored, type SeccompOptions, seccomp } from "./seccomp.js";
export { HEADERS } from "./tables.js";
