import { dirname } from "node:path";

/** Who calls: what relative paths and `-e NAME` mean. */
export interface Caller {
  /** The directory that relative paths start from. */
  readonly directory: () => string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function callerOf(env: Caller["env"] = process.env, cwd = () => process.cwd()): Caller {
  return { directory: () => initialDirectory(env, cwd()), env };
}

// `pnpm --filter mocker start` changes into mocker's own package and leaves where it was called in INIT_CWD. The script of
// another package that calls mocker means its own directory, and so does one that has changed its directory since.
function initialDirectory(env: Caller["env"], cwd: string): string {
  const byOwnScript = env.npm_lifecycle_event === "start" && env.npm_package_name === "mocker";
  const { INIT_CWD: initial, npm_package_json: manifest } = env;
  const stillThere = manifest === undefined || dirname(manifest) === cwd;
  return byOwnScript && stillThere && initial !== undefined && initial !== "" ? initial : cwd;
}
