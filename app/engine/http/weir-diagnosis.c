/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-diagnosis-private.h"

#include "core/weir-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Longer text before a field name is not a prefix but an ordinary line. */
#define MAX_PREFIX 80
/* A text does not contain this many NUL bytes by accident. */
#define BINARY_NULS 8

static const char *const fields[] = { "data", "event", "id", "retry" };

/* --- Bytes --------------------------------------------------------------- */

static guint32
read_uint32 (const char *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_BE (value);
}

/* IEEE 802.3, bit by bit: it is used on eight bytes. */
static guint32
compute_crc (const char *bytes, gsize length)
{
  guint32 crc = 0xFFFFFFFF;

  for (gsize i = 0; i < length; i++)
    {
      crc ^= (guchar) bytes[i];
      for (int bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
  return ~crc;
}

/* A frame begins with its length, the length of its headers, and the CRC-32 of these eight bytes. */
gboolean
weir_diagnosis_is_amazon (const char *start, gsize length)
{
  guint32 total, headers;

  if (length < 12)
    return FALSE;
  total = read_uint32 (start);
  headers = read_uint32 (start + 4);
  return total >= 16 && headers <= total - 16 && compute_crc (start, 8) == read_uint32 (start + 8);
}

static gboolean
starts_with (const char *start, gsize length, const char *magic, gsize n)
{
  return length >= n && memcmp (start, magic, n) == 0;
}

/* A byte order mark, or two characters of ASCII at the start, and zeros in every other place only, each
 * next to a character of ASCII. A single NUL in a field is not UTF-16. */
static gboolean
is_utf_16 (const char *start, gsize length)
{
  guint zeros[2] = { 0, 0 };
  const gsize n = MIN (length, 64) & ~(gsize) 1;

  if (starts_with (start, length, "\xff\xfe", 2) || starts_with (start, length, "\xfe\xff", 2))
    return TRUE;
  if (n < 8 || (start[0] == '\0') == (start[1] == '\0') || (start[0] == '\0') != (start[2] == '\0')
      || (start[1] == '\0') != (start[3] == '\0'))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      const char other = start[i ^ 1];

      if (start[i] != '\0' || (guchar) other >= 0x80)
        continue;
      if (!g_ascii_isprint (other) && !g_ascii_isspace (other))
        return FALSE;
      zeros[i % 2]++;
    }
  return (zeros[0] == 0) != (zeros[1] == 0) && (zeros[0] + zeros[1]) * 8 >= n;
}

/* Whether text that is not UTF-8 could be text in another encoding: no control bytes. */
static gboolean
has_control (const char *start, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      const guchar c = (guchar) start[i];

      if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\033')
          || c == 0x7F)
        return TRUE;
    }
  return FALSE;
}

/* A character that is cut at the end of the sample is no error. */
static gboolean
is_utf_8 (const char *start, gsize length)
{
  const char *end;

  return g_utf8_validate_len (start, length, &end)
         || (length >= WEIR_DIAGNOSIS_BYTES && end + 4 > start + length);
}

/* --- Lines --------------------------------------------------------------- */

/* The length of a line without its end, and where the next one begins. */
static gsize
measure_line (const char *text, const char *end, const char **next)
{
  const char *at = text;

  while (at < end && *at != '\n' && *at != '\r')
    at++;
  *next = at;
  if (*next < end)
    *next += *at == '\r' && at + 1 < end && at[1] == '\n' ? 2 : 1;
  return (gsize) (at - text);
}

/* The field name that text begins with; NULL: none. */
static const char *
find_field (const char *text, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const gsize n = strlen (fields[i]);

      if (length >= n && memcmp (text, fields[i], n) == 0 && (length == n || text[n] == ':'))
        return fields[i];
    }
  return NULL;
}

static gboolean
is_field_or_comment (const char *text, gsize length)
{
  return (length > 0 && *text == ':') || find_field (text, length) != NULL;
}

static gboolean
is_misspelt_field (const char *text, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const gsize n = strlen (fields[i]);
      gsize at = n;

      if (length <= n || g_ascii_strncasecmp (text, fields[i], n) != 0)
        continue;
      while (at < length && (text[at] == ' ' || text[at] == '\t'))
        at++;
      if (at < length && (text[at] == ':' || text[at] == '='))
        return TRUE;
    }
  return FALSE;
}

/* The length of the text before a field name in a line; 0: there is no such field. */
static gsize
measure_prefix (const char *text, gsize length)
{
  for (gsize at = 1; at < MIN (length, MAX_PREFIX); at++)
    {
      const char *field;

      if (g_ascii_isalnum (text[at - 1]) || text[at - 1] == '_' || text[at - 1] == '"')
        continue;
      field = find_field (text + at, length - at);
      if (field != NULL && at + strlen (field) < length)
        return at;
    }
  return 0;
}

/* "12:34" somewhere, as in every notation of a time. */
static gboolean
has_clock (const char *text, gsize length)
{
  for (gsize at = 0; at + 5 <= length; at++)
    if (g_ascii_isdigit (text[at]) && g_ascii_isdigit (text[at + 1]) && text[at + 2] == ':'
        && g_ascii_isdigit (text[at + 3]) && g_ascii_isdigit (text[at + 4]))
      return TRUE;
  return FALSE;
}

/* Seconds since 1970, with or without a fraction. */
static gboolean
is_epoch (const char *text, gsize length)
{
  gsize digits = 0;

  while (digits < length && (*text == '[' || *text == '('))
    text++, length--;
  while (digits < length && (g_ascii_isdigit (text[digits]) || text[digits] == '.'))
    digits++;
  return digits >= 9;
}

static gboolean
is_chunk_size (const char *text, gsize length)
{
  gsize digits = 0;

  while (digits < length && g_ascii_isxdigit (text[digits]))
    digits++;
  return digits > 0 && digits <= 8 && (digits == length || text[digits] == ';');
}

/* The first three bytes of "data:", "event:", "id:", "retry:" and of a comment in base64. */
static gboolean
is_base64 (const char *text, gsize length)
{
  static const char *const starts[] = { "ZGF0", "ZXZl", "aWQ6", "cmV0", "Ojog" };
  gsize n = 0;

  while (n < length && (g_ascii_isalnum (text[n]) || strchr ("+/=\r\n", text[n]) != NULL))
    n++;
  if (n < length || n < 12)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    if (strncmp (text, starts[i], strlen (starts[i])) == 0)
      return TRUE;
  return FALSE;
}

/* Python's b'…', or a string in quotes. */
static gboolean
is_quoted (const char *text)
{
  return *text == '"' || *text == '\'' || (*text == 'b' && (text[1] == '\'' || text[1] == '"'));
}

/* Whether the two characters "\n" stand where a line should end: before a field name, or at the end
 * of a line. */
static gboolean
has_literal_line_end (const char *text, gsize length)
{
  for (gsize at = 0; at + 2 <= length; at++)
    {
      gsize after;

      if (text[at] != '\\' || text[at + 1] != 'n')
        continue;
      after = at + 2;
      while (after + 2 <= length && text[after] == '\\'
             && (text[after + 1] == 'n' || text[after + 1] == 'r'))
        after += 2;
      if (after == length || strchr ("\r\n\"'", text[after]) != NULL
          || is_field_or_comment (text + after, strcspn (text + after, ":\\") + 1))
        return TRUE;
    }
  return FALSE;
}

typedef struct
{
  guint lines; /* that are not empty */
  guint fields;
  guint data;
  guint misspelt;
  guint prefixed;
  guint indented;
  guint parts; /* of the Vercel AI SDK's data stream */
  guint timed;
  gboolean begins_with_size;
} LineSample;

/* A chunk size on the first line, and a field right after it. */
static gboolean
begins_with_size (const char *text, const char *end)
{
  const char *next;
  const gsize n = measure_line (text, end, &next);
  const char *after;
  const gsize field = measure_line (next, end, &after);

  return is_chunk_size (text, n) && is_field_or_comment (next, field)
         && memchr (next, ':', field) != NULL;
}

static void
sample_lines (LineSample *self, const char *text, gsize length)
{
  const char *end = text + length;

  *self = (LineSample){ .begins_with_size = begins_with_size (text, end) };
  while (text < end)
    {
      const char *next;
      const gsize n = measure_line (text, end, &next);
      const gsize prefix = measure_prefix (text, n);

      if (n > 0)
        {
          self->lines++;
          self->parts += n > 2 && g_ascii_isalnum (text[0]) && text[1] == ':'
                         && strchr ("\"[{", text[2]) != NULL;
          if (is_field_or_comment (text, n))
            {
              self->fields++;
              self->data += find_field (text, n) == fields[0];
            }
          else if (is_misspelt_field (text, n))
            self->misspelt++;
          else if (prefix > 0)
            {
              self->prefixed++;
              self->indented += strspn (text, " \t") == prefix;
              self->timed += has_clock (text, prefix) || is_epoch (text, prefix);
            }
        }
      text = next;
    }
}

/* --- Text ---------------------------------------------------------------- */

/* Whether text is one whole JSON value, or one that is cut at the end of the sample. *rest is what
 * follows the value. */
static gboolean
read_json_value (const char *text, gsize length, gsize *rest)
{
  WeirJson json;
  WeirJsonToken token;
  WeirJsonStatus status;
  gsize n_tokens = 0;
  gsize end = 0;

  weir_json_init (&json, text, length, 0);
  while ((status = weir_json_next (&json, &token)) == WEIR_JSON_TOKEN)
    {
      n_tokens++;
      end = token.end;
      if (token.depth == 0 && token.kind != WEIR_JSON_OBJECT_BEGIN
          && token.kind != WEIR_JSON_ARRAY_BEGIN)
        break;
    }
  *rest = end;
  if (status == WEIR_JSON_ERROR && json.error != WEIR_JSON_ERROR_END)
    return FALSE;
  return n_tokens > 1;
}

/* Gemini answers with one array of its events unless alt=sse is in the address. */
static gboolean
is_gemini_array (const char *text, gsize length)
{
  const char *begin = text + 1;

  if (*text != '[')
    return FALSE;
  begin += strspn (begin, " \t\r\n");
  if (*begin++ != '{')
    return FALSE;
  begin += strspn (begin, " \t\r\n");
  return g_str_has_prefix (begin, "\"candidates\"") && begin < text + length;
}

static WeirDiagnosis
find_json (const char *text, gsize length)
{
  gsize rest;

  if (!read_json_value (text, length, &rest))
    return WEIR_DIAGNOSIS_TEXT;
  if (is_gemini_array (text, length))
    return WEIR_DIAGNOSIS_GEMINI_ARRAY;
  while (rest < length && g_ascii_isspace (text[rest]))
    rest++;
  return rest < length && (text[rest] == '{' || text[rest] == '[')
                 && memchr (text, '\n', rest) != NULL
             ? WEIR_DIAGNOSIS_NDJSON
             : WEIR_DIAGNOSIS_JSON;
}

static gboolean
is_html (const char *text, gsize length)
{
  static const char *const tags[] = { "<!doctype html", "<html", "<head",   "<body",
                                      "<title",         "<br",   "<b>",     "<p>",
                                      "<pre",           "<div",  "<center", "<h1" };

  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++)
    if (g_strstr_len (text, MIN (length, 1024), tags[i]) != NULL)
      return TRUE;
  return FALSE;
}

static WeirDiagnosis
find_markup (const char *text, gsize length)
{
  g_autofree char *lower = g_ascii_strdown (text, MIN (length, 1024));

  return is_html (lower, strlen (lower)) ? WEIR_DIAGNOSIS_HTML : WEIR_DIAGNOSIS_XML;
}

static WeirDiagnosis
find_lines (const char *text, gsize length)
{
  LineSample sample;

  sample_lines (&sample, text, length);
  if ((sample.fields > 0 || is_quoted (text)) && has_literal_line_end (text, length))
    return WEIR_DIAGNOSIS_LITERAL_LINES;
  if (sample.begins_with_size)
    return WEIR_DIAGNOSIS_CHUNK_SIZES;
  if (sample.data > 0)
    return WEIR_DIAGNOSIS_NO_BLANK_LINE;
  if (sample.fields > 0)
    return WEIR_DIAGNOSIS_FIELDS;
  if (sample.timed > 0 && sample.timed * 2 >= sample.lines)
    return WEIR_DIAGNOSIS_TIME_STAMPS;
  if (sample.misspelt > 0)
    return WEIR_DIAGNOSIS_FIELD_NAMES;
  if (sample.parts == sample.lines && sample.lines > 0)
    return WEIR_DIAGNOSIS_VERCEL;
  if (is_base64 (text, length))
    return WEIR_DIAGNOSIS_BASE64;
  if (sample.indented > 0 && sample.indented == sample.prefixed
      && sample.indented * 2 >= sample.lines)
    return WEIR_DIAGNOSIS_INDENTED;
  if (sample.prefixed > 0 && sample.prefixed * 2 >= sample.lines)
    return WEIR_DIAGNOSIS_PREFIXED;
  return WEIR_DIAGNOSIS_TEXT;
}

static WeirDiagnosis
find_text (const char *text, gsize length)
{
  const gsize space = strspn (text, " \t\r\n");
  const char *first = text + space;

  if (*first == '\x1e')
    return WEIR_DIAGNOSIS_JSON_SEQ;
  if (*first == '{' || *first == '[')
    {
      const WeirDiagnosis json = find_json (first, length - space);

      if (json != WEIR_DIAGNOSIS_TEXT)
        return json;
    }
  return *first == '<' ? find_markup (first, length - space) : find_lines (text, length);
}

/* A copy in which no NUL byte ends the text. *n_nuls counts them. (transfer full) */
static char *
copy_text (const char *start, gsize length, guint *n_nuls)
{
  char *text = g_malloc (length + 1);

  *n_nuls = 0;
  for (gsize i = 0; i < length; i++)
    {
      *n_nuls += start[i] == '\0';
      text[i] = start[i] != '\0' ? start[i] : '\1';
    }
  text[length] = '\0';
  return text;
}

WeirDiagnosis
weir_diagnosis_find (const char *start, gsize length)
{
  g_autofree char *text = NULL;
  WeirDiagnosis found;
  guint n_nuls;

  if (weir_diagnosis_is_amazon (start, length))
    return WEIR_DIAGNOSIS_AMAZON;
  if (starts_with (start, length, "\x1f\x8b", 2))
    return WEIR_DIAGNOSIS_GZIP;
  if (starts_with (start, length, "\x28\xb5\x2f\xfd", 4))
    return WEIR_DIAGNOSIS_ZSTD;
  if (is_utf_16 (start, length))
    return WEIR_DIAGNOSIS_UTF_16;
  if (starts_with (start, length, "\xef\xbb\xbf", 3))
    {
      start += 3;
      length -= 3;
    }
  text = copy_text (start, length, &n_nuls);
  if (n_nuls >= BINARY_NULS)
    return WEIR_DIAGNOSIS_BINARY;
  found = find_text (text, length);
  if (found != WEIR_DIAGNOSIS_TEXT && found != WEIR_DIAGNOSIS_PREFIXED)
    return found;
  if (n_nuls > 0 || has_control (start, length))
    return WEIR_DIAGNOSIS_BINARY;
  return is_utf_8 (start, length) ? found : WEIR_DIAGNOSIS_OTHER_CHARSET;
}

/* --- Sentences ----------------------------------------------------------- */

const char *
weir_diagnosis_get_cause (WeirDiagnosis diagnosis)
{
  switch (diagnosis)
    {
    case WEIR_DIAGNOSIS_FIELDS:
      return _ ("It has only comments, or fields without data.");
    case WEIR_DIAGNOSIS_NO_BLANK_LINE:
      return _ ("No blank line follows its data, and only a blank line ends an event.");
    case WEIR_DIAGNOSIS_LITERAL_LINES:
      return _ ("Its line ends are written as the two characters “\\n” instead of line feeds.");
    case WEIR_DIAGNOSIS_CHUNK_SIZES:
      return _ ("It contains the sizes of HTTP chunks, as if it had been chunked twice.");
    case WEIR_DIAGNOSIS_TIME_STAMPS:
      return _ ("A time stamp stands before each field name, so no line begins with one.");
    case WEIR_DIAGNOSIS_INDENTED:
      return _ ("White space stands before each field name, so no line begins with one.");
    case WEIR_DIAGNOSIS_GEMINI_ARRAY:
      return _ ("It is a JSON array, as Gemini sends if “alt=sse” is not in the address.");
    case WEIR_DIAGNOSIS_VERCEL:
      return _ ("It reads like the data stream of the Vercel AI SDK before version 5, which is not "
                "an event stream.");
    case WEIR_DIAGNOSIS_BASE64:
      return _ ("It reads like an event stream that was encoded in base64.");
    case WEIR_DIAGNOSIS_PREFIXED:
      return _ ("Other text stands before each field name, so no line begins with one.");
    case WEIR_DIAGNOSIS_FIELD_NAMES:
      return _ ("Its field names are not written as “data:”, in lower case and without a space.");
    case WEIR_DIAGNOSIS_JSON:
      return _ ("It is JSON.");
    case WEIR_DIAGNOSIS_NDJSON:
      return _ ("It is newline-delimited JSON (NDJSON), which weir-tail reads with --as=ndjson.");
    case WEIR_DIAGNOSIS_JSON_SEQ:
      return _ ("It is a JSON text sequence (application/json-seq).");
    case WEIR_DIAGNOSIS_HTML:
      return _ ("It is an HTML page.");
    case WEIR_DIAGNOSIS_XML:
      return _ ("It is XML.");
    case WEIR_DIAGNOSIS_UTF_16:
      return _ ("It is UTF-16, but an event stream is always UTF-8.");
    case WEIR_DIAGNOSIS_OTHER_CHARSET:
      return _ ("It is not UTF-8, and none of its lines is a field or a comment.");
    case WEIR_DIAGNOSIS_AMAZON:
      return _ ("It is Amazon's binary event stream (application/vnd.amazon.eventstream), which "
                "weir-tail reads with --as=bedrock.");
    case WEIR_DIAGNOSIS_GZIP:
      return _ ("It is compressed with gzip, which its headers do not announce.");
    case WEIR_DIAGNOSIS_ZSTD:
      return _ ("It is compressed with zstd, which its headers do not announce.");
    case WEIR_DIAGNOSIS_BINARY:
      return _ ("It is binary data.");
    case WEIR_DIAGNOSIS_TEXT:
    default:
      return _ ("None of its lines is a field (data, event, id, retry) or a comment.");
    }
}
