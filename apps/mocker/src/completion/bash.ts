import type { Flag, Valued } from "../arguments/flag.js";
import { flagsOf } from "../arguments/flags.js";
import { subcommands } from "../help.js";
import type { Draft } from "../rootfs/options.js";
import { commands } from "../rootfs/parse.js";
import { takesNextWord, valued, written } from "./words.js";

/** For `source <(mocker completion bash)`; it needs nothing but bash 4. */
export function bash(): string {
  const names = subcommands.map(({ name }) => name).join(" ");
  return `# bash completion for mocker

_mocker() {
    local line=\${COMP_LINE:0:COMP_POINT} option= current last i=2
    local -a words
    # Not COMP_WORDS: bash has split those at "=" and ":" too.
    read -a words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    last=$((\${#words[@]} - 1))
    current=\${words[last]}
    COMPREPLY=()

    if ((last == 1)); then
        _mocker_reply -W "${names} --help --version"
        return
    fi
    case \${words[1]} in
        help) _mocker_reply -W "${names}"; return ;;
        completion) _mocker_reply -W "bash zsh fish"; return ;;
        rootfs) _mocker_rootfs; return ;;
        run | explain) ;;
        *) return ;;
    esac

    # Options end at the command.
    while ((i < last)); do
        if [[ \${words[i]} == -- ]]; then
            ((++i))
            break
        elif [[ \${words[i]} =~ ${takesNextWord()} ]]; then
            ((i + 1 == last)) && option=\${words[i]: -1}
            ((i + 1 == last)) && [[ \${words[i]} == --* ]] && option=\${words[i]}
            ((i += 2))
        elif [[ \${words[i]} == -?* ]]; then
            ((++i))
        else
            break
        fi
    done
    if [[ -z $option && $i -eq $last && $current == --*=* ]]; then
        option=\${current%%=*}
        current=\${current#*=}
    fi

    if [[ -n $option ]]; then
        case $option in
${valued.map(value).join("\n")}
        esac
    elif ((i < last)); then
        _mocker_reply -f
    elif [[ $current == -* && \${words[last - 1]} != -- ]]; then
        case \${words[1]} in
            run) _mocker_reply -W "${options("run")}" ;;
            explain) _mocker_reply -W "${options("explain")}" ;;
        esac
    else
        _mocker_reply -c
    fi
}

_mocker_rootfs() {
    if ((last == 2)); then
        _mocker_reply -W "${commands.map(({ name }) => name).join(" ")}"
        return
    fi
    case \${words[last - 1]} in
${commands
  .flatMap(({ flags }): readonly Flag<Draft>[] => flags)
  .filter(
    (flag, index, all) => "argument" in flag && all.findIndex(({ name }) => name === flag.name) === index,
  )
  .map((flag) => value(flag as Valued<Draft>))
  .join("\n")}
        *)
            if [[ $current != -* ]]; then
                _mocker_reply -f
                return
            fi
            case \${words[2]} in
${commands.map(({ name, flags }) => `                ${name}) _mocker_reply -W "${longOptions(flags)}" ;;`).join("\n")}
            esac
            ;;
    esac
}

_mocker_reply() {
    mapfile -t COMPREPLY < <(compgen "$@" -- "$current")
    # Fails where no completion is under way, as in a test.
    [[ $1 == -[fd] ]] && compopt -o filenames 2> /dev/null
    return 0
}

complete -F _mocker mocker
`;
}

function options(subcommand: "run" | "explain"): string {
  return longOptions(flagsOf(subcommand));
}

function longOptions(flags: readonly { readonly name: string }[]): string {
  return flags.map(({ name }) => `--${name}`).join(" ");
}

function value<D>(flag: Valued<D>): string {
  const patterns = written(flag).map((form) => form.replace(/^-(?=[^-])/, ""));
  return `            ${patterns.join(" | ")}) ${reply(flag)} ;;`;
}

function reply<D>({ completes }: Valued<D>): string {
  if (completes === undefined) return ":";
  if (completes === "directory") return "_mocker_reply -d";
  if (completes === "file") return "_mocker_reply -f";
  return completes === "variable" ? "_mocker_reply -e" : `_mocker_reply -W "${completes.join(" ")}"`;
}
