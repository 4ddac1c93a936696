import { execFileSync } from "node:child_process";
import { hostState, requires } from "@mini/testing";
import { expect } from "vitest";
import { cli } from "./fixtures/mocker.js";

// What kind of host mocker itself is on: another container, or a system that is split over file systems.

const mocker = `${process.execPath} -- ${cli} run`;
const sh = (...command: string[]) => execFileSync(command[0] ?? "", command.slice(1), { encoding: "utf8" });

requires("user namespaces")(
  "the root of a user namespace is no root: mocker takes the ordinary user's way",
  () => {
    const host = hostState();
    expect(sh("unshare", "--user", "--map-root-user", "sh", "-c", `${mocker} sh -c 'id -u; hostname'`)).toBe(
      "0\ncontainer\n",
    );
    expect(hostState()).toEqual(host);
  },
);

requires("user namespaces")("a container in a container", () => {
  const where = cli.split("/").slice(0, -4).join("/");
  // What lies in /tmp or /home is not seen inside: the repository is shown where it is.
  const args = [
    "run",
    "-v",
    `${where}:${where}:ro`,
    "sh",
    "-c",
    `${mocker} sh -c 'echo $$; hostname; touch /etc/inner; ls /etc/inner'; ls /etc/inner 2>&1`,
  ];
  const inner = sh("sh", "-c", `"$@" || true`, "sh", process.execPath, "--", cli, ...args);
  expect(inner).toBe("1\ncontainer\n/etc/inner\nls: cannot access '/etc/inner': No such file or directory\n");
});

requires("root")("a system whose /usr is a file system of its own is shown with it, copy on write", () => {
  const host = hostState();
  const script = `mount --make-rprivate / && mount --bind /usr /usr && ${mocker} sh -c 'touch /usr/made && ls /usr/made'; ls /usr/made 2>&1 || true`;
  expect(sh("unshare", "--mount", "sh", "-c", script)).toBe(
    "/usr/made\nls: cannot access '/usr/made': No such file or directory\n",
  );
  expect(hostState()).toEqual(host);
});

requires("root")("/etc as a file system of its own has the container's own names in it", () => {
  const script = `mount --make-rprivate / && mount --bind /etc /etc && ${mocker} cat /etc/hostname`;
  expect(sh("unshare", "--mount", "sh", "-c", script)).toBe("container\n");
});
