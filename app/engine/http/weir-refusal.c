/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-refusal-private.h"

#include "core/weir-json.h"
#include "weir-diagnosis-private.h"
#include "base/weir-recognition-private.h"
#include "base/weir-secrets.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_CHARACTERS 200
/* No name in members is longer. */
#define NAME_BYTES 24
/* Objects inside each other in a member's path. */
#define MAX_LEVELS 3

/* Where the APIs of language models, gateways, web frameworks and RFC 9457 put the message, the best
 * first. Arrays on the way are not named. */
static const char *const members[] = {
  "error.message",
  "message",
  "error_description",
  "detail",
  "detail.msg",
  "errors.message",
  "errors.detail",
  "errors",
  "error_msg",
  "msg",
  "Message",
  "errorMessage",
  "error",
  "fault.faultstring",
  "base_resp.status_msg",
  "title",
  "",
};

/* --- JSON ---------------------------------------------------------------- */

typedef struct
{
  char names[MAX_LEVELS][NAME_BYTES];
  guint n_objects; /* open */
  guint best;
  char *found;
  GString *place; /* of the first thing that FastAPI found wrong: "body.messages" */
} Message;

static void
take_name (Message *self, const char *text, const WeirJsonToken *token)
{
  const gsize length = token->end - token->begin - 2;
  char *name;

  if (self->n_objects < 1 || self->n_objects > MAX_LEVELS)
    return;
  name = self->names[self->n_objects - 1];
  if (length < NAME_BYTES)
    g_strlcpy (name, text + token->begin + 1, length + 1);
  else
    g_strlcpy (name, "?", NAME_BYTES);
}

static guint
rank_of (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (strcmp (members[i], path) == 0)
      return i;
  return G_N_ELEMENTS (members);
}

static char *
dup_string (const char *text, const WeirJsonToken *token)
{
  char *out = g_malloc0 (token->end - token->begin);

  weir_json_unescape (text, token, out);
  return out;
}

static char *
dup_path (const Message *self)
{
  GString *path = g_string_new (NULL);

  for (guint i = 0; i < self->n_objects; i++)
    g_string_append_printf (path, "%s%s", i > 0 ? "." : "", self->names[i]);
  return g_string_free (path, FALSE);
}

static void
take_string (Message *self, const char *text, const WeirJsonToken *token)
{
  g_autofree char *path = NULL;
  g_autofree char *value = NULL;

  if (self->n_objects > MAX_LEVELS)
    return;
  path = dup_path (self);
  value = dup_string (text, token);
  if (strcmp (path, "detail.loc") == 0 && self->found == NULL)
    g_string_append_printf (self->place, "%s%s", self->place->len > 0 ? "." : "", value);
  if (rank_of (path) >= self->best || *value == '\0')
    return;
  self->best = rank_of (path);
  g_free (self->found);
  self->found = strcmp (path, "detail.msg") == 0 && self->place->len > 0
                    ? g_strdup_printf ("%s: %s", self->place->str, value)
                    : g_steal_pointer (&value);
}

/* The message of a JSON error; of a text that is cut, what precedes the cut. */
static char *
find_json_message (const char *text, gsize length)
{
  Message message = { .best = G_N_ELEMENTS (members), .place = g_string_new (NULL) };
  WeirJson json;
  WeirJsonToken token;

  weir_json_init (&json, text, length, 0);
  while (weir_json_next (&json, &token) == WEIR_JSON_TOKEN)
    {
      if (token.kind == WEIR_JSON_OBJECT_BEGIN)
        message.n_objects++;
      else if (token.kind == WEIR_JSON_OBJECT_END)
        message.n_objects--;
      else if (token.kind == WEIR_JSON_KEY)
        take_name (&message, text, &token);
      else if (token.kind == WEIR_JSON_STRING)
        take_string (&message, text, &token);
    }
  g_string_free (message.place, TRUE);
  return message.found;
}

/* --- Web pages ----------------------------------------------------------- */

static const char *
find_ignoring_case (const char *text, const char *word)
{
  const gsize length = strlen (word);

  for (; *text; text++)
    if (g_ascii_strncasecmp (text, word, length) == 0)
      return text;
  return NULL;
}

static const struct
{
  const char *name;
  gunichar character;
} entities[] = {
  { "amp", '&' },       { "lt", '<' },       { "gt", '>' },       { "quot", '"' },
  { "apos", '\'' },     { "nbsp", ' ' },     { "mdash", 0x2014 }, { "ndash", 0x2013 },
  { "hellip", 0x2026 }, { "middot", 0xB7 },  { "bull", 0x2022 },  { "laquo", 0xAB },
  { "raquo", 0xBB },    { "lsquo", 0x2018 }, { "rsquo", 0x2019 }, { "ldquo", 0x201C },
  { "rdquo", 0x201D },  { "copy", 0xA9 },    { "reg", 0xAE },     { "trade", 0x2122 },
  { "times", 0xD7 },    { "rarr", 0x2192 },  { "larr", 0x2190 },  { "auml", 0xE4 },
  { "ouml", 0xF6 },     { "uuml", 0xFC },    { "Auml", 0xC4 },    { "Ouml", 0xD6 },
  { "Uuml", 0xDC },     { "szlig", 0xDF },   { "eacute", 0xE9 },  { "Eacute", 0xC9 },
  { "egrave", 0xE8 },   { "ecirc", 0xEA },   { "agrave", 0xE0 },  { "aacute", 0xE1 },
  { "acirc", 0xE2 },    { "aring", 0xE5 },   { "ccedil", 0xE7 },  { "iacute", 0xED },
  { "ntilde", 0xF1 },   { "oacute", 0xF3 },  { "ocirc", 0xF4 },   { "otilde", 0xF5 },
  { "atilde", 0xE3 },   { "oslash", 0xF8 },  { "aelig", 0xE6 },   { "uacute", 0xFA },
  { "ucirc", 0xFB },    { "ugrave", 0xF9 },  { "icirc", 0xEE },
};

/* The character of the "&name;" or "&#number;" at text, 0 if it is not one; *end becomes its end. */
static gunichar
find_entity (const char *text, const char **end)
{
  const char *semicolon = strchr (text, ';');
  const gsize length = semicolon != NULL ? (gsize) (semicolon - text - 1) : 0;

  if (length == 0 || length > 8)
    return 0;
  *end = semicolon + 1;
  if (text[1] == '#')
    {
      const gboolean is_hex = g_ascii_tolower (text[2]) == 'x';
      char *after;
      const guint64 number = g_ascii_strtoull (text + (is_hex ? 3 : 2), &after, is_hex ? 16 : 10);

      return after == semicolon && number <= 0x10FFFF && g_unichar_validate ((gunichar) number)
                 ? (gunichar) number
                 : 0;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (entities); i++)
    if (strlen (entities[i].name) == length && strncmp (entities[i].name, text + 1, length) == 0)
      return entities[i].character;
  return 0;
}

static char *
decode_entities (const char *text, gsize length)
{
  g_autofree char *part = g_strndup (text, length);
  GString *out = g_string_new (NULL);

  for (const char *at = part; *at != '\0';)
    {
      const char *end = at + 1;
      const gunichar c = *at == '&' ? find_entity (at, &end) : 0;

      if (c != 0)
        g_string_append_unichar (out, c);
      else
        g_string_append_len (out, at, 1);
      at = c != 0 ? end : at + 1;
    }
  return g_string_free (out, FALSE);
}

/* The text of the first element of that name. */
static char *
find_element (const char *page, const char *name)
{
  g_autofree char *opening = g_strconcat ("<", name, NULL);
  const char *begin = find_ignoring_case (page, opening);
  const char *end;

  if (begin != NULL)
    begin = strchr (begin, '>');
  if (begin == NULL)
    return NULL;
  end = strchr (++begin, '<');
  return end != NULL ? decode_entities (begin, (gsize) (end - begin)) : NULL;
}

/* The title of a page, or the message in the XML of an object store. Express writes only "Error" into
 * the title, and the message into the page. */
static char *
find_page_message (const char *page)
{
  static const char *const names[] = { "title", "message", "pre", "h1" };
  char *message = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = find_element (page, names[i]);

      if (text == NULL || *g_strstrip (text) == '\0')
        continue;
      if (message == NULL || i == 2)
        {
          g_free (message);
          message = g_steal_pointer (&text);
        }
      if (strcmp (message, "Error") != 0)
        break;
    }
  return message;
}

/* --- Secrets and lines -------------------------------------------------- */

static char *
hide_all (char *text, GStrv secrets)
{
  for (gsize i = 0; secrets[i]; i++)
    {
      char *hidden = weir_secrets_hide (text, secrets[i]);

      g_free (text);
      text = hidden;
    }
  g_strfreev (secrets);
  return text;
}

char *
weir_refusal_hide_secrets (char *text, WeirRequest *request)
{
  const char *name;
  const char *value;

  if (weir_request_get_url (request) != NULL)
    text = hide_all (text, weir_secrets_of_url (weir_request_get_url (request)));
  for (guint i = 0; weir_request_get_header (request, i, &name, &value); i++)
    text = hide_all (text, weir_secrets_of_header (name, value));
  return text;
}

/* text, which is valid UTF-8, on one line of at most MOST_CHARACTERS. */
static char *
make_line (const char *text)
{
  GString *line = g_string_new (NULL);
  gboolean space = FALSE;
  guint n = 0;

  for (const char *at = text; *at; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
        {
          space = TRUE;
          continue;
        }
      if (n >= MOST_CHARACTERS)
        {
          g_string_append (line, "…");
          break;
        }
      if (space && n > 0)
        g_string_append_c (line, ' ');
      g_string_append_unichar (line, g_unichar_isprint (c) ? c : 0xFFFD);
      n += space && n > 0 ? 2 : 1;
      space = FALSE;
    }
  return g_string_free (line, FALSE);
}

/* The text of a body without a character that is cut at its end; NULL: the body is not UTF-8. */
static char *
take_text (const char *body, gsize length)
{
  const char *end;

  if (!g_utf8_validate (body, (gssize) length, &end)
      && (length < WEIR_REFUSAL_MOST_BYTES || end + 4 <= body + length))
    return NULL;
  return g_strndup (body, end - body);
}

char *
weir_refusal_make_line (const char *text, WeirRequest *request)
{
  g_autofree char *shown = g_strdup (text);

  if (request != NULL)
    shown = weir_refusal_hide_secrets (g_steal_pointer (&shown), request);
  return make_line (shown);
}

char *
weir_refusal_find_message (const char *text, WeirRequest *request)
{
  const char *start = text + strspn (text, " \t\r\n");
  g_autofree char *message =
      *start == '<' ? find_page_message (start) : find_json_message (start, strlen (start));
  g_autofree char *line = message != NULL ? weir_refusal_make_line (message, request) : NULL;

  return line != NULL && *line != '\0' ? g_steal_pointer (&line) : NULL;
}

char *
weir_refusal_read_words (const char *body, gsize length, WeirRequest *request)
{
  g_autofree char *text = length > 0 ? take_text (body, length) : NULL;
  g_autofree char *line = NULL;

  if (text == NULL)
    return NULL;
  g_strstrip (text);
  line = weir_refusal_find_message (text, request);
  if (line != NULL || *text == '<')
    return g_steal_pointer (&line);
  line = weir_refusal_make_line (text, request);
  return *line != '\0' ? g_steal_pointer (&line) : NULL;
}

/* --- The sentence --------------------------------------------------------- */

static gboolean
reads_like_stream (const char *body, gsize length)
{
  WeirRecognition recognition;
  gboolean yes;

  weir_recognition_init (&recognition);
  yes =
      weir_recognition_take (&recognition, body, length) || weir_recognition_finish (&recognition);
  weir_recognition_clear (&recognition);
  return yes;
}

static gboolean
is_readable (WeirDiagnosis diagnosis)
{
  return diagnosis != WEIR_DIAGNOSIS_BINARY && diagnosis != WEIR_DIAGNOSIS_AMAZON
         && diagnosis != WEIR_DIAGNOSIS_GZIP && diagnosis != WEIR_DIAGNOSIS_ZSTD;
}

/* UTF-16 as UTF-8, other bytes that are not UTF-8 as U+FFFD. (transfer full) */
static char *
make_text (WeirDiagnosis diagnosis, const char *start, gsize length)
{
  if (diagnosis == WEIR_DIAGNOSIS_UTF_16)
    {
      const gboolean big = length > 1 && ((guchar) start[0] == 0xFE || start[0] == '\0');
      const gsize mark = length > 1 && ((guchar) start[0] | (guchar) start[1]) == 0xFF
                                 && (guchar) start[0] + (guchar) start[1] == 0x1FD
                             ? 2
                             : 0;
      char *text =
          g_convert_with_fallback (start + mark, (gssize) ((length - mark) & ~(gsize) 1), "UTF-8",
                                   big ? "UTF-16BE" : "UTF-16LE", "\xef\xbf\xbd", NULL, NULL, NULL);

      return text != NULL ? text : g_strdup ("");
    }
  return g_utf8_make_valid (start, (gssize) length);
}

char *
weir_refusal_quote (WeirDiagnosis diagnosis, const char *start, gsize length, WeirRequest *request)
{
  g_autofree char *text = NULL;
  g_autofree char *words = NULL;
  const gboolean whole = diagnosis == WEIR_DIAGNOSIS_JSON || diagnosis == WEIR_DIAGNOSIS_HTML
                         || diagnosis == WEIR_DIAGNOSIS_XML;

  if (!is_readable (diagnosis))
    return NULL;
  text = make_text (diagnosis, start, length);
  if (whole)
    words = weir_refusal_find_message (text, request);
  if (words != NULL)
    return g_strdup_printf (_ ("It says: “%s”"), words);
  words = weir_refusal_make_line (text, request);
  return *words != '\0' ? g_strdup_printf (_ ("It begins with: “%s”"), words) : NULL;
}

/* Kinds that are worth a name, because something else can read them. */
static gboolean
is_named (WeirDiagnosis diagnosis)
{
  return diagnosis == WEIR_DIAGNOSIS_AMAZON || diagnosis == WEIR_DIAGNOSIS_NDJSON
         || diagnosis == WEIR_DIAGNOSIS_JSON_SEQ || diagnosis == WEIR_DIAGNOSIS_UTF_16
         || diagnosis == WEIR_DIAGNOSIS_GEMINI_ARRAY || diagnosis == WEIR_DIAGNOSIS_VERCEL
         || diagnosis == WEIR_DIAGNOSIS_BASE64 || diagnosis == WEIR_DIAGNOSIS_GZIP
         || diagnosis == WEIR_DIAGNOSIS_ZSTD;
}

/* evidence with what the body of another content type is. (transfer full) */
static char *
describe_other_type (const char *evidence, const char *body, gsize length)
{
  const WeirDiagnosis diagnosis = weir_diagnosis_find (body, length);

  if (is_named (diagnosis))
    return g_strjoin (" ", evidence, weir_diagnosis_get_cause (diagnosis), NULL);
  if (!reads_like_stream (body, length))
    return NULL;
  return g_strdup_printf (
      /* Translators: a sentence about the response's content type. */
      _ ("%s Its body reads like an event stream; if it is one, the server has to announce "
         "“Content-Type: text/event-stream”."),
      evidence);
}

char *
weir_refusal_describe (
    WeirEndReason reason, char *evidence, const char *body, gsize length, WeirRequest *request)
{
  g_autofree char *first = evidence;
  g_autofree char *words = NULL;
  char *other = reason == WEIR_END_CONTENT_TYPE ? describe_other_type (first, body, length) : NULL;

  if (other != NULL)
    return other;
  words = weir_refusal_read_words (body, length, request);
  /* Many bodies only repeat the status. */
  if (words == NULL || strstr (first, words) != NULL)
    return g_steal_pointer (&first);
  /* Translators: a sentence about the response, and the server's own words. */
  return g_strdup_printf (_ ("%s The server says: “%s”"), first, words);
}
