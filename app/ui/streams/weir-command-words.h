/* SPDX-License-Identifier: MIT */
/* weir-command-words: the words of a pasted command line, as its shell reads them. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  WEIR_SHELL_BASH,       /* bash, zsh and their kin: '…', "…", $'…', \ at the end of a line */
  WEIR_SHELL_CMD,        /* cmd.exe: carets, and the quotes of Microsoft's C library */
  WEIR_SHELL_POWERSHELL, /* "…" and '…' with backticks, @{ } */
} WeirShell;

/* Where the command begins: after a prompt, "sudo" and "time". */
const char *weir_command_words_skip_prompt (const char *text);

/* The shell that a command was written for. */
WeirShell weir_command_words_guess (const char *text);

/* The words of the command in text, without a pipe or redirection after it; a here-document replaces
 * "@-". Punctuation of PowerShell's hash tables is a separate word. Returns NULL with a sentence if a
 * quotation does not end, if bash would expand a variable, or if another curl command follows.
 * (transfer full) */
GStrv weir_command_words_split (const char *text, WeirShell shell, GError **error);

G_END_DECLS
