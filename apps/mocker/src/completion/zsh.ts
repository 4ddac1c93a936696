import type { Flag } from "../arguments/flag.js";
import { flagsOf } from "../arguments/flags.js";
import { subcommands } from "../help.js";
import type { Draft } from "../rootfs/options.js";
import { commands } from "../rootfs/parse.js";
import { written } from "./words.js";

/** For a file `_mocker` in fpath, or for `source <(mocker completion zsh)`. */
export function zsh(): string {
  return `#compdef mocker

_mocker() {
    local curcontext="$curcontext" state line
    local -a subcommands
    subcommands=(
${subcommands.map(({ name, description }) => `        ${quote(`${name}:${description}`)}`).join("\n")}
    )
    _arguments -C -S -A '-*' \\
        '(- *)'{-h,--help}'[Print the help]' \\
        '(- *)'{-v,--version}'[Print the version]' \\
        '1: :->subcommand' \\
        '*:: :->rest'
    case $state in
        subcommand) _describe subcommand subcommands ;;
        rest)
            case $words[1] in
                run) ${specs("run")} ;;
                explain) ${specs("explain")} ;;
                help) _arguments '1: :(${subcommands.map(({ name }) => name).join(" ")})' ;;
                completion) _arguments '1: :(bash zsh fish)' ;;
                rootfs) _mocker_rootfs ;;
            esac
            ;;
    esac
}

_mocker_rootfs() {
    local curcontext="$curcontext" state line
    _arguments -C '1: :(${commands.map(({ name }) => name).join(" ")})' '*:: :->rest'
    [[ $state == rest ]] || return
    case $words[1] in
${commands.map(({ name, flags, takes }) => `        ${name}) ${specsOf<Draft>(flags, takes[1])} ;;`).join("\n")}
    esac
}

if [[ $funcstack[1] == _mocker ]]; then
    _mocker "$@"
else
    compdef _mocker mocker
fi
`;
}

// Options end at the command, and what follows is completed as the command's own.
function specs(subcommand: "run" | "explain"): string {
  return [
    "_arguments -s -S",
    ...flagsOf(subcommand).flatMap(spec),
    "'(-)1:command: _command_names -e'",
    "'*::arguments: _normal'",
  ].join(" \\\n                    ");
}

function specsOf<D>(flags: readonly Flag<D>[], words: number): string {
  const files = Array.from({ length: words }, (_, index) => `'${index + 1}: :_files'`);
  return ["_arguments -s -S", ...flags.flatMap(spec), ...files].join(" \\\n            ");
}

function spec<D>(flag: Flag<D>): string[] {
  const description = `[${flag.description.replace(/[[\]]/g, "\\$&")}]`;
  return written(flag).map((form) => {
    if ("turn" in flag) return quote(`*${form}${description}`);
    const message = flag.argument.replaceAll(":", "\\:");
    return quote(
      `*${form}${form.startsWith("--") ? "=" : "+"}${description}:${message}:${action(flag.completes)}`,
    );
  });
}

function action(completes: "directory" | "file" | "variable" | readonly string[] | undefined): string {
  if (completes === undefined) return " ";
  if (completes === "directory") return "_directories";
  if (completes === "file") return "_files";
  return completes === "variable" ? '_parameters -g "*export*"' : `(${completes.join(" ")})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
