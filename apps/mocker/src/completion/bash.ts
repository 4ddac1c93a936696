import type { Valued } from "../arguments/flag.js";
import { flagsOf } from "../arguments/flags.js";
import { subcommands } from "../help.js";
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
  return flagsOf(subcommand)
    .map(({ name }) => `--${name}`)
    .join(" ");
}

function value(flag: Valued): string {
  const patterns = written(flag).map((form) => form.replace(/^-(?=[^-])/, ""));
  return `            ${patterns.join(" | ")}) ${reply(flag)} ;;`;
}

function reply({ completes }: Valued): string {
  if (completes === undefined) return ":";
  if (completes === "directory") return "_mocker_reply -d";
  if (completes === "file") return "_mocker_reply -f";
  return completes === "variable" ? "_mocker_reply -e" : `_mocker_reply -W "${completes.join(" ")}"`;
}
