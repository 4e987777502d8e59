/* SPDX-License-Identifier: MIT */
#include "weir-command-words.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char *at;
  GString *word;
  gboolean has_word;
  GPtrArray *words;
} Lexer;

static gboolean
fail_open (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _ ("The command ends inside a quotation. Paste the whole command."));
  return FALSE;
}

static void
put (Lexer *self, const char *bytes, gsize length)
{
  g_string_append_len (self->word, bytes, (gssize) length);
  self->has_word = TRUE;
}

static void
put_character (Lexer *self, gunichar character)
{
  char utf8[6];

  if (character > 0x10FFFF || (character >= 0xD800 && character < 0xE000))
    character = 0xFFFD;
  put (self, utf8, (gsize) g_unichar_to_utf8 (character, utf8));
}

static void
end_word (Lexer *self)
{
  if (self->has_word)
    g_ptr_array_add (self->words, g_strdup (self->word->str));
  g_string_truncate (self->word, 0);
  self->has_word = FALSE;
}

/* Reads at most `most` digits of a base. Returns the value, or 0 if there are none. */
static gunichar
take_number (Lexer *self, guint base, guint most)
{
  gunichar value = 0;

  for (guint i = 0; i < most; i++)
    {
      const int digit = g_ascii_xdigit_value (*self->at);

      if (digit < 0 || (guint) digit >= base)
        break;
      value = value * base + (guint) digit;
      self->at++;
    }
  return value;
}

/* --- bash ---------------------------------------------------------------- */

/* UTF-16 surrogates, which browsers write for characters beyond U+FFFF. */
static void
take_utf_16 (Lexer *self)
{
  gunichar unit = take_number (self, 16, 4);

  if (unit >= 0xD800 && unit < 0xDC00 && g_str_has_prefix (self->at, "\\u"))
    {
      const char *before = self->at;
      gunichar low;

      self->at += 2;
      low = take_number (self, 16, 4);
      if (low >= 0xDC00 && low < 0xE000)
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
      else
        self->at = before;
    }
  put_character (self, unit);
}

/* After the backslash in $'…' (bash manual, 3.1.2.4). */
static void
take_escape (Lexer *self)
{
  static const char names[] = "abeEfnrtv\\'\"?";
  static const char values[] = "\a\b\033\033\f\n\r\t\v\\'\"?";
  const char *name = *self->at != '\0' ? strchr (names, *self->at) : NULL;
  char byte;

  if (name != NULL)
    {
      put (self, &values[name - names], 1);
      self->at++;
      return;
    }
  switch (*self->at)
    {
    case 'u':
      self->at++;
      take_utf_16 (self);
      break;
    case 'U':
      self->at++;
      put_character (self, take_number (self, 16, 8));
      break;
    case 'x':
      self->at++;
      byte = (char) take_number (self, 16, 2);
      put (self, &byte, 1);
      break;
    case 'c':
      self->at++;
      byte = (char) (*self->at & 0x1F);
      if (*self->at != '\0')
        self->at++;
      put (self, &byte, 1);
      break;
    default:
      if (*self->at >= '0' && *self->at <= '7')
        byte = (char) take_number (self, 8, 3);
      else
        {
          put (self, "\\", 1);
          return;
        }
      put (self, &byte, 1);
      break;
    }
}

static gboolean
take_dollar_quoted (Lexer *self, GError **error)
{
  self->has_word = TRUE;
  for (self->at += 2; *self->at != '\'';)
    {
      if (*self->at == '\0')
        return fail_open (error);
      if (*self->at++ == '\\')
        take_escape (self);
      else
        put (self, self->at - 1, 1);
    }
  self->at++;
  return TRUE;
}

static gboolean
take_single_quoted (Lexer *self, GError **error)
{
  const char *end = strchr (++self->at, '\'');

  if (end == NULL)
    return fail_open (error);
  put (self, self->at, (gsize) (end - self->at));
  self->at = end + 1;
  return TRUE;
}

/* How long the variable or the command substitution at a dollar sign or backtick is, 0 if it is neither. */
static gsize
measure_expansion (const char *at)
{
  const char *end = NULL;

  if (*at == '`')
    end = strchr (at + 1, '`');
  else if (g_str_has_prefix (at, "$("))
    end = strchr (at, ')');
  else if (g_str_has_prefix (at, "${"))
    end = strchr (at, '}');
  if (end != NULL)
    return (gsize) (end + 1 - at);
  if (*at != '$' || !(g_ascii_isalpha (at[1]) || at[1] == '_'))
    return 0;
  for (end = at + 1; g_ascii_isalnum (*end) || *end == '_';)
    end++;
  return (gsize) (end - at);
}

/* Returns FALSE with a sentence if the shell would put something else there, which Weir does not know. */
static gboolean
check_expansion (const char *at, GError **error)
{
  const gsize length = measure_expansion (at);
  g_autofree char *name = g_strndup (at, length);

  if (length == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               _ ("Only the shell knows the value of “%s”. Replace it with the value and paste the "
                  "command again."),
               name);
  return FALSE;
}

/* Word processors and web pages write “…” and ‘…’ for the quotation marks of a command. */
static gboolean
is_typographic_quote (const char *at, gboolean *is_single)
{
  *is_single = g_str_has_prefix (at, "‘") || g_str_has_prefix (at, "’");
  return *is_single || g_str_has_prefix (at, "“") || g_str_has_prefix (at, "”");
}

static gboolean
take_typographic_quoted (Lexer *self, GError **error)
{
  gboolean single, other;

  is_typographic_quote (self->at, &single);
  self->has_word = TRUE;
  for (self->at += strlen ("‘"); *self->at != '\0'; self->at++)
    {
      if (is_typographic_quote (self->at, &other) && other == single)
        {
          self->at += strlen ("‘");
          return TRUE;
        }
      put (self, self->at, 1);
    }
  return fail_open (error);
}

static gboolean
take_double_quoted (Lexer *self, GError **error)
{
  self->has_word = TRUE;
  for (self->at++; *self->at != '"'; self->at++)
    {
      if (*self->at == '\0')
        return fail_open (error);
      if (!check_expansion (self->at, error))
        return FALSE;
      if (*self->at == '\\' && self->at[1] != '\0' && strchr ("$`\"\\\n", self->at[1]) != NULL)
        {
          self->at++;
          if (*self->at == '\n')
            continue;
        }
      put (self, self->at, 1);
    }
  self->at++;
  return TRUE;
}

/* An unquoted "&" in an address is more likely part of it than an operator. */
static gboolean
ends_command (const char *at, gboolean in_word)
{
  return *at == '|' || *at == ';' || *at == '>' || *at == '<' || g_str_has_prefix (at, "&&")
         || (*at == '&' && !in_word);
}

/* The length of a line end that a backslash (PowerShell: a backtick) joins to the next line. Blanks
 * between them are a frequent mistake of pasting. 0: there is none. */
static gsize
measure_joint (const char *at)
{
  const gsize blanks = *at == '\\' || *at == '`' ? strspn (at + 1, " \t") : 0;
  const char *end = at + 1 + blanks;

  if (*at != '\\' && *at != '`')
    return 0;
  if (end[0] == '\r' && end[1] == '\n')
    return blanks + 3;
  return end[0] == '\n' ? blanks + 2 : 0;
}

/* "<<'EOF'": the lines after it, up to EOF, are what "@-" reads. */
static gboolean
take_here_document (Lexer *self, GError **error)
{
  const char *name = self->at + 2 + strspn (self->at + 2, "-' \"\t");
  g_autofree char *delimiter = g_strndup (name, strcspn (name, "'\" \t\r\n"));
  const char *begin = strchr (name, '\n');
  g_autofree char *last = g_strconcat ("\n", delimiter, NULL);
  const char *end;

  if (begin == NULL || *delimiter == '\0')
    return fail_open (error);
  end = strstr (begin, last);
  if (end == NULL)
    return fail_open (error);
  for (guint i = 0; i < self->words->len; i++)
    {
      char **word = (char **) &g_ptr_array_index (self->words, i);

      if (strcmp (*word, "@-") != 0)
        continue;
      g_free (*word);
      *word = end > begin ? g_strndup (begin + 1, (gsize) (end - begin - 1)) : g_strdup ("");
    }
  self->at = end;
  return TRUE;
}

static gboolean
refuse_second (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _ ("These are several commands. Paste one of them."));
  return FALSE;
}

/* What follows the end of the command. */
static gboolean
take_end (Lexer *self, GError **error)
{
  /* "2>": the number of an output. */
  if (*self->at == '>' && self->has_word
      && strspn (self->word->str, "0123456789") == self->word->len)
    {
      g_string_truncate (self->word, 0);
      self->has_word = FALSE;
    }
  end_word (self);
  if (g_str_has_prefix (self->at, "<<") && self->at[2] != '<')
    return take_here_document (self, error);
  if ((*self->at == ';' || *self->at == '&') && strstr (self->at, "curl ") != NULL)
    return refuse_second (error);
  return TRUE;
}

static gboolean
split_bash (Lexer *self, GError **error)
{
  while (*self->at != '\0')
    {
      gboolean good = TRUE, single;

      if (g_ascii_isspace (*self->at))
        {
          end_word (self);
          self->at++;
        }
      else if (measure_joint (self->at) > 0)
        self->at += measure_joint (self->at);
      else if (self->at[0] == '\\' && self->at[1] != '\0')
        {
          put (self, self->at + 1, 1);
          self->at += 2;
        }
      else if (g_str_has_prefix (self->at, "$'"))
        good = take_dollar_quoted (self, error);
      else if (g_str_has_prefix (self->at, "$\""))
        self->at++;
      else if (*self->at == '\'')
        good = take_single_quoted (self, error);
      else if (*self->at == '"')
        good = take_double_quoted (self, error);
      else if (is_typographic_quote (self->at, &single))
        good = take_typographic_quoted (self, error);
      else if (ends_command (self->at, self->has_word))
        return take_end (self, error);
      else if (!check_expansion (self->at, error))
        return FALSE;
      else if (*self->at == '#' && !self->has_word)
        self->at += strcspn (self->at, "\n");
      else
        put (self, self->at++, 1);
      if (!good)
        return FALSE;
    }
  return TRUE;
}

/* --- cmd.exe ------------------------------------------------------------- */

/* Carets outside of quotes make the next character an ordinary one; at the end of a line they join it
 * with the next, whose first character is then an ordinary one. (transfer full) */
static char *
remove_carets (const char *text)
{
  GString *out = g_string_new (NULL);
  gboolean quoted = FALSE;

  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        quoted = !quoted;
      else if (!quoted && *text == '^')
        {
          text++;
          if (*text == '\r' && text[1] == '\n')
            text++;
          if (*text == '\n')
            text += text[1] == '\r' && text[2] == '\n' ? 2 : 1;
          if (*text == '\0')
            break;
        }
      else if (!quoted && (*text == '|' || *text == '>' || *text == '<' || *text == '&'))
        break;
      g_string_append_c (out, *text);
    }
  return g_string_free (out, FALSE);
}

/* Backslashes before a quote: a pair of them is one, and an odd one makes the quote ordinary. */
static gboolean
take_backslashes (Lexer *self)
{
  gsize n = strspn (self->at, "\\");

  if (self->at[n] != '"')
    {
      put (self, self->at, n);
      self->at += n;
      return FALSE;
    }
  put (self, self->at, n / 2);
  self->at += n;
  return n % 2 == 1;
}

/* As Microsoft's C library parses arguments. */
static gboolean
split_cmd (Lexer *self, GError **error)
{
  gboolean quoted = FALSE;

  while (*self->at != '\0')
    {
      if (*self->at == '\\' && take_backslashes (self))
        put (self, self->at++, 1);
      else if (*self->at == '"' && quoted && self->at[1] == '"')
        {
          put (self, "\"", 1);
          self->at += 2;
        }
      else if (*self->at == '"')
        {
          quoted = !quoted;
          self->has_word = TRUE;
          self->at++;
        }
      else if (!quoted && g_ascii_isspace (*self->at))
        {
          end_word (self);
          self->at++;
        }
      else if (*self->at != '\\' && *self->at != '\0')
        put (self, self->at++, 1);
    }
  return !quoted || fail_open (error);
}

/* --- PowerShell ---------------------------------------------------------- */

/* "$([char]228)", which browsers write for characters beyond ASCII. Returns FALSE if it is not. */
static gboolean
take_char_expression (Lexer *self)
{
  const char *end;
  char *after;
  guint64 code;

  if (!g_str_has_prefix (self->at, "$([char]"))
    return FALSE;
  code = g_ascii_strtoull (self->at + strlen ("$([char]"), &after, 0);
  end = after;
  if (*end != ')')
    return FALSE;
  self->at = end + 1;
  /* Code units of UTF-16, one expression each. */
  if (code >= 0xD800 && code < 0xDC00 && g_str_has_prefix (self->at, "$([char]"))
    {
      const guint64 low = g_ascii_strtoull (self->at + strlen ("$([char]"), &after, 0);

      if (low >= 0xDC00 && low < 0xE000 && *after == ')')
        {
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
          self->at = after + 1;
        }
    }
  put_character (self, (gunichar) MIN (code, 0x110000));
  return TRUE;
}

static void
take_backtick (Lexer *self)
{
  static const char names[] = "0abefnrtv";
  static const char values[] = "\0\a\b\033\f\n\r\t\v";
  const char *name = *self->at != '\0' ? strchr (names, *self->at) : NULL;

  if (*self->at == '\0')
    return;
  put (self, name != NULL ? &values[name - names] : self->at, 1);
  self->at++;
}

static gboolean
take_powershell_quoted (Lexer *self, GError **error)
{
  const char quote = *self->at++;

  self->has_word = TRUE;
  for (;;)
    {
      if (*self->at == '\0')
        return fail_open (error);
      if (*self->at == quote && self->at[1] != quote)
        break;
      if (*self->at == quote)
        {
          put (self, &quote, 1);
          self->at += 2;
        }
      else if (quote == '"' && *self->at == '`')
        {
          self->at++;
          take_backtick (self);
        }
      else if (quote != '"' || !take_char_expression (self))
        put (self, self->at++, 1);
    }
  self->at++;
  return TRUE;
}

static gboolean
split_powershell (Lexer *self, GError **error)
{
  while (*self->at != '\0')
    {
      if (*self->at == '`' && (self->at[1] == '\n' || self->at[1] == '\r'))
        self->at += strspn (self->at + 1, "\r\n") + 1;
      else if (*self->at == '"' || *self->at == '\'')
        {
          if (!take_powershell_quoted (self, error))
            return FALSE;
        }
      else if (strchr ("{}();=,", *self->at) != NULL)
        {
          end_word (self);
          put (self, self->at++, 1);
          end_word (self);
        }
      else if (*self->at == '|' && !self->has_word)
        break;
      else if (*self->at == '\n')
        {
          /* The end of a statement, but for hash tables, whose members it parts. */
          end_word (self);
          put (self, self->at++, 1);
          end_word (self);
        }
      else if (g_ascii_isspace (*self->at))
        {
          end_word (self);
          self->at++;
        }
      else
        put (self, self->at++, 1);
    }
  return TRUE;
}

/* --- All of them --------------------------------------------------------- */

const char *
weir_command_words_skip_prompt (const char *text)
{
  static const char *const prefixes[] = { "$ ", "% ", "> ", "# ", "sudo ", "time ", NULL };
  const char *start;

  do
    {
      start = text += strspn (text, " \t\r\n");
      for (gsize i = 0; prefixes[i] != NULL; i++)
        if (g_str_has_prefix (text, prefixes[i]))
          text += strlen (prefixes[i]);
    }
  while (text != start);
  return text;
}

WeirShell
weir_command_words_guess (const char *text)
{
  static const char *const cmdlets[] = { "Invoke-WebRequest", "Invoke-RestMethod", "iwr ", "irm ",
                                         NULL };
  const char *start = text + strspn (text, " \t\r\n");

  for (gsize i = 0; cmdlets[i]; i++)
    if (g_ascii_strncasecmp (start, cmdlets[i], strlen (cmdlets[i])) == 0)
      return WEIR_SHELL_POWERSHELL;
  if (g_ascii_strncasecmp (start, "$session", strlen ("$session")) == 0)
    return WEIR_SHELL_POWERSHELL;
  /* A quotation of bash may contain carets; its quote is then the first one. */
  if (strpbrk (text, "'\"") != NULL && *strpbrk (text, "'\"") == '\'')
    return WEIR_SHELL_BASH;
  return strstr (text, "^\"") != NULL || strstr (text, "^\n") != NULL
                 || strstr (text, "^\r\n") != NULL
             ? WEIR_SHELL_CMD
             : WEIR_SHELL_BASH;
}

GStrv
weir_command_words_split (const char *text, WeirShell shell, GError **error)
{
  g_autofree char *plain = shell == WEIR_SHELL_CMD ? remove_carets (text) : NULL;
  g_autoptr (GString) word = g_string_new (NULL);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  Lexer lexer = { .at = plain != NULL ? plain : text, .word = word, .words = words };
  gboolean good;

  if (shell == WEIR_SHELL_POWERSHELL)
    good = split_powershell (&lexer, error);
  else
    good = shell == WEIR_SHELL_CMD ? split_cmd (&lexer, error) : split_bash (&lexer, error);
  if (!good)
    return NULL;
  end_word (&lexer);
  g_ptr_array_add (words, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&words), FALSE);
}
