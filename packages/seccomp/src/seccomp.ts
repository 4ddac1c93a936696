import { type Plan, primitive, SECCOMP_FILTER_FLAG_NEW_LISTENER, SECCOMP_SET_MODE_FILTER } from "@mini/plan";
import { type CompileOptions, checkOptionsOf, compile } from "./compile.js";
import { encode } from "./instruction.js";
import { flags, type Profile } from "./profile.js";
import { type Host, resolve, unknownNames } from "./resolve.js";

export interface SeccompOptions extends CompileOptions {
  /** The slot for the descriptor from which calls answered by SCMP_ACT_NOTIFY are read (seccomp_unotify(2)): such a profile needs one. */
  readonly listener?: string;
}

/**
 * What calls are answered with (seccomp(2)), from the last step of the child on. Without CAP_SYS_ADMIN the kernel wants
 * no_new_privs first. Throws a TypeError that names the fault of the profile by its JSON path.
 */
export function seccomp(profile: Profile, options: SeccompOptions): Plan {
  checkOptionsOf(options, { listener: "string" });
  const { listener, ...host } = options;
  const filter = btoa(String.fromCharCode(...encode(compile(profile, host))));
  if (listener === undefined && notifies(profile))
    throw new TypeError(
      "seccomp: SCMP_ACT_NOTIFY needs someone who answers: name a slot as the option listener",
    );
  const named = (profile.flags ?? []).reduce((bits, flag) => bits | flags[flag], 0);
  const all = named | (listener === undefined ? 0 : SECCOMP_FILTER_FLAG_NEW_LISTENER);
  return primitive("seccomp", {
    namespaces: [],
    steps: [],
    seal: [
      {
        call: "seccomp",
        args: [SECCOMP_SET_MODE_FILTER, all, { struct: "sock_fprog", filter }],
        ...(listener !== undefined && { fd: listener }),
      },
    ],
  });
}

/** The names in a profile that mean nothing here: no call of any architecture that it lets in has them. */
export function ignored(profile: Profile, host: Host): readonly string[] {
  checkOptionsOf(host, {});
  return unknownNames(resolve(profile, host));
}

function notifies({ defaultAction, syscalls }: Profile): boolean {
  return [defaultAction, ...(syscalls ?? []).map(({ action }) => action)].includes("SCMP_ACT_NOTIFY");
}
