import { findCommand } from "@mini/native";
import { user } from "@mini/user";
import { readSubids, rootAndSubids } from "@mini/user/host";
import { attempt } from "./attempt.js";
import { type Finding, type Host, ok } from "./finding.js";

const NAME = "subordinate ids";
const PURPOSE =
  "they are for other ids than root's inside, with the ranges of @mini/user: mocker run does without";

/** Maps the ranges of subuid(5) and subgid(5) through newuidmap(1): more ids than one, inside an ordinary user's container. */
export async function subordinateIds(host: Host): Promise<Finding> {
  const text = await fault(host);
  return text === undefined
    ? ok(NAME, `can be mapped by newuidmap; ${PURPOSE}`)
    : { name: NAME, state: "no", text: `${text}; ${PURPOSE}` };
}

async function fault({ uid, gid, user: name }: Host): Promise<string | undefined> {
  const missing = ["newuidmap", "newgidmap"].find(
    (file) => findCommand(file, process.env.PATH) === undefined,
  );
  if (missing !== undefined)
    return `${missing} is not installed: as root, apt install uidmap (or shadow-utils)`;
  const uids = readSubids("/etc/subuid", { name, id: uid });
  const gids = readSubids("/etc/subgid", { name, id: uid });
  if (uids.length === 0 || gids.length === 0) {
    const file = uids.length === 0 ? "/etc/subuid" : "/etc/subgid";
    return `${file} has none for ${name}: as root, usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${name}`;
  }
  const maps = { uids: rootAndSubids(uid, uids), gids: rootAndSubids(gid, gids) };
  const error = await attempt(user({ ...maps, by: "newuidmap" }));
  return error && `${error.message}: look at the ranges of ${name} in /etc/subuid and /etc/subgid`;
}
