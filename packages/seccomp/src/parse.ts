import { checkProfile } from "./check.js";
import type { Profile } from "./profile.js";

// A number of JavaScript holds 53 bits, an argument 64. A key is never part of a string here: its quotes would be escaped.
const LARGE = /("value(?:Two)?"\s*:\s*)(\d{16,20})(?!\d)/g;

/**
 * A profile from the text of a JSON file, such as Docker's; integers of 64 bits keep all of them.
 * Throws a SyntaxError for what is no JSON, and a TypeError with the JSON path for what is no profile.
 */
export function parse(text: string): Profile {
  const profile = JSON.parse(text.replace(LARGE, '$1"$2"')) as Profile;
  checkProfile(profile);
  return profile;
}
