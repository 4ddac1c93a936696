import { bash } from "./bash.js";
import { fish } from "./fish.js";
import { zsh } from "./zsh.js";

/** What each shell reads to complete mocker, written from the table of options. */
export const completions: ReadonlyMap<string, () => string> = new Map([
  ["bash", bash],
  ["zsh", zsh],
  ["fish", fish],
]);
