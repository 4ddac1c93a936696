export * from "./archive.js";
export { type Identity, identityFiles } from "./identity.js";
export { inPlace } from "./inplace.js";
export { type LayeredOptions, layered } from "./layered.js";
export type { Storage } from "./scratch.js";
export { type SystemOptions, system } from "./system.js";
