import type { Flag } from "../arguments/flag.js";
import { flags } from "../arguments/flags.js";
import { subcommands } from "../help.js";
import type { Draft } from "../rootfs/options.js";
import { commands } from "../rootfs/parse.js";
import { longNames, takesNextWord } from "./words.js";

/** For a file `mocker.fish` in fish's completions, or for `mocker completion fish | source`. */
export function fish(): string {
  return `# fish completion for mocker

# Whether the next word is an option of a subcommand, or its command: options end there.
function __mocker_before_command
    set -l words (commandline -opc)
    contains -- "$words[2]" $argv; or return 1
    set -l i 3
    while test $i -le (count $words)
        if test "$words[$i]" = --
            test $i -eq (count $words)
            return
        else if string match -qr -- ${quote(takesNextWord())} "$words[$i]"
            set i (math $i + 2)
        else if string match -q -- '-?*' "$words[$i]"
            set i (math $i + 1)
        else
            return 1
        end
    end
    return 0
end

function __mocker_after
    test (count (commandline -opc)) -eq 2; and contains -- (commandline -opc)[2] $argv
end

# Whether this is \`mocker rootfs\` and, where there are arguments, one of those after it.
function __mocker_rootfs
    set -l words (commandline -opc)
    test "$words[2]" = rootfs; or return 1
    if test (count $argv) -eq 0
        test (count $words) -eq 2
    else
        contains -- "$words[3]" $argv
    end
end

complete -c mocker -n __fish_use_subcommand -f
${subcommands.map(subcommand).join("\n")}
complete -c mocker -n __fish_use_subcommand -s h -l help -d 'Print the help'
complete -c mocker -n __fish_use_subcommand -s v -l version -d 'Print the version'
complete -c mocker -n '__mocker_after help' -xa '${subcommands.map(({ name }) => name).join(" ")}'
complete -c mocker -n '__mocker_after completion' -xa 'bash zsh fish'
complete -c mocker -n '__fish_seen_subcommand_from help completion doctor' -f
complete -c mocker -n '__mocker_before_command run explain' -xa '(__fish_complete_command)'
${flags.map((flag) => option(flag, `__mocker_before_command ${flag.only ?? "run explain"}`)).join("\n")}
${commands.map(({ name, description }) => `complete -c mocker -n __mocker_rootfs -f -a ${name} -d ${quote(description)}`).join("\n")}
${commands.flatMap(({ name, flags }) => flags.map((flag: Flag<Draft>) => option(flag, `__mocker_rootfs ${name}`))).join("\n")}
`;
}

function subcommand({ name, description }: { name: string; description: string }): string {
  return `complete -c mocker -n __fish_use_subcommand -a ${name} -d ${quote(description)}`;
}

function option<D>(flag: Flag<D>, where: string): string {
  const names = [
    ...(flag.short === undefined ? [] : [`-s ${flag.short}`]),
    ...longNames(flag).map((name) => `-l ${name}`),
  ];
  return [
    "complete -c mocker -n",
    quote(where),
    ...names,
    ...value(flag),
    "-d",
    quote(flag.description),
  ].join(" ");
}

function value<D>(flag: Flag<D>): string[] {
  if ("turn" in flag) return [];
  if (flag.completes === undefined) return ["-x"];
  if (flag.completes === "directory") return ["-xa '(__fish_complete_directories)'"];
  if (flag.completes === "file") return ["-rF"];
  return [`-xa ${flag.completes === "variable" ? "'(set -xn)'" : quote(flag.completes.join(" "))}`];
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
