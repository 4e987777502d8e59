#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: generate.py bash|zsh|fish PROGRAM OUTPUT

Writes the shell completion of PROGRAM from what its --help-all prints, so that the two cannot differ.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

OPTION = re.compile(r"^  (?:-(?P<short>\w), )?--(?P<name>[\w.-]+)(?:=(?P<value>\S(?:.*?\S)??))?(?:  +(?P<text>\S.*))?$")
CHOICES = re.compile(r"^[a-z]+(, [a-z]+)* or [a-z]+(?=[;. ]|$)")


class Option:
    def __init__(self, match, sections):
        self.name = match["name"]
        self.short = match["short"]
        self.value = match["value"]
        self.text = match["text"] or ""
        self.choices = self.find_choices(sections)

    def find_choices(self, sections):
        """The values that the help text lists: in the option, in its text or in a section of its own."""
        if not self.value:
            return []
        parts = self.value.split("|")
        if len(parts) > 1 and all(re.fullmatch(r"[a-z]+", part) for part in parts):
            return parts
        listed = CHOICES.match(self.text)
        if listed:
            return re.split(r", | or ", listed[0])
        return sections.get(self.name + "s", [])

    def takes_directory(self):
        return bool(self.value) and re.search(r"\bDIR\b", self.value) is not None

    def takes_file(self):
        return bool(self.value) and re.search(r"\bFILE\b", self.value) is not None

    def takes_file_after_at(self):
        return self.takes_file() and "@FILE" in self.value


def read_help(program):
    # A build with AddressSanitizer must not fail here for what GLib never frees.
    environment = dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE="en", ASAN_OPTIONS="detect_leaks=0")
    lines = subprocess.run([program, "--help-all"], check=True, capture_output=True, text=True,
                           env=environment).stdout.splitlines()
    return [line.rstrip() for line in lines]


def read_sections(lines):
    """The first words below headings such as "Scenarios:", by the heading in lower case."""
    sections = {}
    words = None
    for line in lines:
        heading = re.fullmatch(r"([A-Z][a-z]+):", line)
        if heading:
            words = sections.setdefault(heading[1].lower(), [])
        elif not line.startswith("  "):
            words = None
        elif words is not None and re.match(r"  [a-z]\S*  +[a-z].*[^\]\w=-]", line) and "=" not in line.split()[0]:
            words.append(line.split()[0])
        elif words is not None:
            words.extend(re.sub(r"\[.*", "", word) for word in line.split())
    return sections


def read_options(program):
    lines = read_help(program)
    sections = read_sections(lines)
    matches = (OPTION.match(line) for line in lines)
    return [Option(match, sections) for match in matches if match]


def spellings(option):
    return ([f"-{option.short}"] if option.short else []) + [f"--{option.name}"]


def bash(program, options):
    function = "_" + program.replace("-", "_")
    words = " ".join(spelling + ("=" if option.value and spelling.startswith("--") else "")
                     for option in options for spelling in spellings(option))
    cases = []
    for option in options:
        if option.choices:
            arguments = f'-W "{" ".join(option.choices)}" -- "$value"'
        elif option.takes_directory():
            arguments = '-d -- "$value"'
        elif option.takes_file_after_at():
            arguments = '-P @ -f -- "${value#@}"'
        elif option.takes_file():
            arguments = '-f -- "$value"'
        elif option.value:
            arguments = ""
        else:
            continue
        cases.append(f"    {' | '.join(spellings(option))}) {function}_reply {arguments}; return ;;")
    return f"""# bash completion for {program}
{function}_reply () {{
  COMPREPLY=()
  [ $# -eq 0 ] || mapfile -t COMPREPLY < <(compgen "$@")
}}
{function} () {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
  local value=$word
  # Bash makes the equals sign a word.
  if [ "$word" = = ]; then
    value=
  elif [ "$before" = = ]; then
    before=${{COMP_WORDS[COMP_CWORD-2]}}
  fi
  compopt -o filenames
  case $before in
{chr(10).join(cases)}
  esac
  case $word in
    -*)
      {function}_reply -W "{words}" -- "$word"
      case ${{COMPREPLY[0]-}} in *=) compopt -o nospace ;; esac ;;
    *) {function}_reply -f -- "$word" ;;
  esac
}}
complete -F {function} {program}
"""


def zsh(program, options):
    def escape(text):
        return text.replace("'", "'\\''").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")

    lines = []
    for option in options:
        value = ""
        if option.value:
            action = " "
            if option.choices:
                action = "(" + " ".join(option.choices) + ")"
            elif option.takes_directory():
                action = "_files -/"
            elif option.takes_file():
                action = "_files"
            value = f":{escape(option.value)}:{action}"
        text = f"[{escape(option.text)}]"
        for spelling in spellings(option):
            equals = ("=" if spelling.startswith("--") else "+") if option.value else ""
            lines.append(f"  '*{spelling}{equals}{text}{value}'")
    body = " \\\n".join(lines)
    return f"#compdef {program}\n_arguments -s -S \\\n{body} \\\n  '*:stream:_files'\n"


def fish(program, options):
    def quote(text):
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    lines = []
    for option in options:
        line = f"complete -c {program} -l {option.name}"
        if option.short:
            line += f" -s {option.short}"
        if option.choices:
            line += f" -x -a {quote(' '.join(option.choices))}"
        elif option.takes_directory():
            line += " -x -a '(__fish_complete_directories)'"
        elif option.takes_file():
            line += " -r -F"
        elif option.value:
            line += " -x"
        lines.append(line + f" -d {quote(option.text)}")
    return f"# fish completion for {program}\n" + "\n".join(lines) + "\n"


def main():
    shell, program, output = sys.argv[1:]
    writer = {"bash": bash, "zsh": zsh, "fish": fish}[shell]
    options = read_options(program)
    if not options:
        sys.exit(f"generate.py: {program} --help-all lists no options")
    Path(output).write_text(writer(Path(program).name, options), encoding="utf-8")


main()
