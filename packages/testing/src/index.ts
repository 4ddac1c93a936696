export { collect, type Outcome } from "./collect.ts";
export { hostState } from "./host.ts";
export { type Need, requires } from "./requires.ts";
export { treeState } from "./tree.ts";
