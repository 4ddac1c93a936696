import { extended } from "./extended.ts";
import type { Hostile } from "./hostile.ts";
import { links } from "./links.ts";
import { names } from "./names.ts";
import { nodes } from "./nodes.ts";
import { numbers } from "./numbers.ts";
import { sparse } from "./sparse.ts";
import { swaps } from "./swaps.ts";
import { whiteouts } from "./whiteouts.ts";

export type { Aim, Hostile, Inside } from "./hostile.ts";

/** All archives that mean harm. */
export const corpus: readonly Hostile[] = [
  ...names,
  ...links,
  ...swaps,
  ...extended,
  ...numbers,
  ...sparse,
  ...nodes,
  ...whiteouts,
];
