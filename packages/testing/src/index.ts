export { collect, type Outcome } from "./collect.ts";
export { hostState, withHostUnchanged } from "./host.ts";
export { eitherUser, type Need, requires } from "./requires.ts";
export { treeState } from "./tree.ts";
