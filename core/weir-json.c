/* SPDX-License-Identifier: MIT */
#include "weir-json.h"

#include "weir-utf8-private.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* What the grammar expects next. */
enum
{
  EXPECT_VALUE,
  EXPECT_VALUE_OR_END, /* after [ */
  EXPECT_KEY,          /* after a comma in an object */
  EXPECT_KEY_OR_END,   /* after { */
  EXPECT_COLON,
  EXPECT_COMMA_OR_END,
  EXPECT_NOTHING, /* after the outermost value */
  EXPECT_NO_MORE, /* after an error */
};

/* Marks a sentence for translation by the caller. */
#define N_(text) text

const char *
weir_json_error_sentence (WeirJsonError error)
{
  switch (error)
    {
    case WEIR_JSON_NO_ERROR:
      return N_ ("no error");
    case WEIR_JSON_ERROR_END:
      return N_ ("the text ends too early");
    case WEIR_JSON_ERROR_VALUE:
      return N_ ("a value is expected here");
    case WEIR_JSON_ERROR_KEY:
      return N_ ("a key in double quotes is expected here");
    case WEIR_JSON_ERROR_COLON:
      return N_ ("a colon is expected here");
    case WEIR_JSON_ERROR_COMMA:
      return N_ ("a comma or the end of the object or array is expected here");
    case WEIR_JSON_ERROR_NUMBER:
      return N_ ("this is not how JSON spells a number");
    case WEIR_JSON_ERROR_ESCAPE:
      return N_ ("JSON has no such escape");
    case WEIR_JSON_ERROR_CONTROL:
      return N_ ("a control character must be escaped in a string");
    case WEIR_JSON_ERROR_UTF8:
      return N_ ("this is not valid UTF-8");
    case WEIR_JSON_ERROR_TOO_DEEP:
      return N_ ("objects and arrays are nested too deep");
    case WEIR_JSON_ERROR_TRAILING_TEXT:
      return N_ ("something follows the value");
    }
  return N_ ("unknown error");
}

void
weir_json_init (WeirJson *json, const char *text, size_t length, unsigned max_depth)
{
  memset (json, 0, sizeof *json);
  json->text = text;
  json->length = length;
  json->max_depth = max_depth == 0 ? WEIR_JSON_DEFAULT_MAX_DEPTH : max_depth;
  if (json->max_depth > WEIR_JSON_MOST_DEPTH)
    json->max_depth = WEIR_JSON_MOST_DEPTH;
  json->expected = EXPECT_VALUE;
}

static WeirJsonStatus
fail (WeirJson *json, WeirJsonError error, size_t position)
{
  /* At the end of the text, its end is the error, whatever was expected. */
  json->error = position >= json->length ? WEIR_JSON_ERROR_END : error;
  json->error_position = position;
  json->expected = EXPECT_NO_MORE;
  return WEIR_JSON_ERROR;
}

static WeirJsonStatus
finish_token (WeirJson *json, WeirJsonToken *token, WeirJsonTokenKind kind, size_t end)
{
  token->kind = kind;
  token->escaped = false;
  token->depth = json->depth;
  token->begin = json->position;
  token->end = end;
  json->position = end;
  return WEIR_JSON_TOKEN;
}

static int
byte_at (const WeirJson *json, size_t position)
{
  return position < json->length ? (unsigned char) json->text[position] : -1;
}

static bool
is_digit (int byte)
{
  return byte >= '0' && byte <= '9';
}

static int
hex_value (int byte)
{
  if (is_digit (byte))
    return byte - '0';
  if (byte >= 'a' && byte <= 'f')
    return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F')
    return byte - 'A' + 10;
  return -1;
}

/* --- Strings ------------------------------------------------------------- */

/* Returns: the first position from position on with a quote, a backslash or a control character. Sets
 * *ascii to false if a byte before it is not ASCII. */
static size_t
skip_plain (const char *text, size_t position, size_t length, bool *ascii)
{
  unsigned high = 0;

#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8 ('"');
  const __m128i backslash = _mm_set1_epi8 ('\\');
  const __m128i control = _mm_set1_epi8 (0x1F);

  while (length - position >= 16)
    {
      __m128i block = _mm_loadu_si128 ((const __m128i *) (const void *) (text + position));
      __m128i quoted =
          _mm_or_si128 (_mm_cmpeq_epi8 (block, quote), _mm_cmpeq_epi8 (block, backslash));
      __m128i special =
          _mm_or_si128 (quoted, _mm_cmpeq_epi8 (_mm_min_epu8 (block, control), block));
      unsigned mask = (unsigned) _mm_movemask_epi8 (special);

      if (mask != 0)
        break;
      high |= (unsigned) _mm_movemask_epi8 (block);
      position += 16;
    }
#endif
  for (; position < length; position++)
    {
      unsigned char byte = (unsigned char) text[position];

      if (byte < 0x20 || byte == '"' || byte == '\\')
        break;
      high |= byte & 0x80u;
    }
  *ascii = *ascii && high == 0;
  return position;
}

/* Returns: the length of the escape at position. If it is invalid, returns 0 and sets *bad to the
 * position of the invalid byte. */
static size_t
escape_length (const WeirJson *json, size_t position, size_t *bad)
{
  int letter = byte_at (json, position + 1);

  *bad = position + 1;
  if (letter <= 0 || memchr ("\"\\/bfnrtu", letter, 9) == NULL)
    return 0;
  if (letter != 'u')
    return 2;
  for (size_t i = 2; i < 6; i++)
    if (hex_value (byte_at (json, position + i)) < 0)
      {
        *bad = position + i;
        return 0;
      }
  return 6;
}

static WeirJsonStatus
read_string (WeirJson *json, WeirJsonToken *token, WeirJsonTokenKind kind)
{
  size_t position = json->position + 1;
  size_t bad = 0;
  WeirJsonError error = WEIR_JSON_NO_ERROR;
  bool ascii = true;
  bool escaped = false;

  for (;;)
    {
      size_t step;
      int byte;

      position = skip_plain (json->text, position, json->length, &ascii);
      bad = position;
      byte = byte_at (json, position);
      if (byte == '"')
        break;
      if (byte != '\\')
        {
          error = byte < 0 ? WEIR_JSON_ERROR_END : WEIR_JSON_ERROR_CONTROL;
          break;
        }
      step = escape_length (json, position, &bad);
      if (step == 0)
        {
          error = WEIR_JSON_ERROR_ESCAPE;
          break;
        }
      escaped = true;
      position += step;
    }

  if (!ascii)
    {
      size_t valid =
          weir_utf8_valid_length (json->text + json->position, position - json->position);

      if (valid < position - json->position)
        return fail (json, WEIR_JSON_ERROR_UTF8, json->position + valid);
    }
  if (error != WEIR_JSON_NO_ERROR)
    return fail (json, error, bad);
  finish_token (json, token, kind, position + 1);
  token->escaped = escaped;
  return WEIR_JSON_TOKEN;
}

static unsigned
read_code_unit (const char *digits)
{
  unsigned unit = 0;

  for (int i = 0; i < 4; i++)
    unit = unit << 4 | (unsigned) hex_value ((unsigned char) digits[i]);
  return unit;
}

static size_t
write_utf8 (char *out, unsigned code_point)
{
  if (code_point < 0x80)
    {
      out[0] = (char) code_point;
      return 1;
    }
  if (code_point < 0x800)
    {
      out[0] = (char) (0xC0 | code_point >> 6);
      out[1] = (char) (0x80 | (code_point & 0x3F));
      return 2;
    }
  if (code_point < 0x10000)
    {
      out[0] = (char) (0xE0 | code_point >> 12);
      out[1] = (char) (0x80 | (code_point >> 6 & 0x3F));
      out[2] = (char) (0x80 | (code_point & 0x3F));
      return 3;
    }
  out[0] = (char) (0xF0 | code_point >> 18);
  out[1] = (char) (0x80 | (code_point >> 12 & 0x3F));
  out[2] = (char) (0x80 | (code_point >> 6 & 0x3F));
  out[3] = (char) (0x80 | (code_point & 0x3F));
  return 4;
}

/* Reads the \u escape at *in, including the second half of a surrogate pair. Moves *in after it. */
static unsigned
read_code_point (const char **in, const char *end)
{
  unsigned unit = read_code_unit (*in + 2);
  unsigned low;

  *in += 6;
  if (unit < 0xD800 || unit > 0xDFFF)
    return unit;
  if (unit > 0xDBFF || end - *in < 6 || (*in)[0] != '\\' || (*in)[1] != 'u')
    return 0xFFFD;
  low = read_code_unit (*in + 2);
  if (low < 0xDC00 || low > 0xDFFF)
    return 0xFFFD;
  *in += 6;
  return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

size_t
weir_json_unescape (const char *text, const WeirJsonToken *token, char *out)
{
  static const char letters[] = "bfnrt";
  static const char meanings[] = "\b\f\n\r\t";
  const char *in = text + token->begin + 1;
  const char *end = text + token->end - 1;
  char *start = out;

  while (in < end)
    {
      const char *escape = memchr (in, '\\', (size_t) (end - in));
      size_t plain = (size_t) ((escape != NULL ? escape : end) - in);
      const char *letter;

      memcpy (out, in, plain);
      out += plain;
      in += plain;
      if (escape == NULL)
        break;
      if (in[1] == 'u')
        {
          out += write_utf8 (out, read_code_point (&in, end));
          continue;
        }
      letter = memchr (letters, in[1], sizeof letters - 1);
      *out++ = letter != NULL ? meanings[letter - letters] : in[1];
      in += 2;
    }
  return (size_t) (out - start);
}

/* --- Numbers and literals ------------------------------------------------ */

static size_t
skip_digits (const WeirJson *json, size_t position)
{
  while (is_digit (byte_at (json, position)))
    position++;
  return position;
}

static WeirJsonStatus
read_number (WeirJson *json, WeirJsonToken *token)
{
  size_t position = json->position;
  size_t digits;

  if (byte_at (json, position) == '-')
    position++;
  digits = position;
  position = skip_digits (json, position);
  if (position == digits)
    return fail (json, WEIR_JSON_ERROR_NUMBER, position);
  if (json->text[digits] == '0' && position - digits > 1)
    return fail (json, WEIR_JSON_ERROR_NUMBER, digits + 1);
  if (byte_at (json, position) == '.')
    {
      digits = position + 1;
      position = skip_digits (json, digits);
      if (position == digits)
        return fail (json, WEIR_JSON_ERROR_NUMBER, position);
    }
  if ((byte_at (json, position) | 0x20) == 'e')
    {
      position++;
      if (byte_at (json, position) == '+' || byte_at (json, position) == '-')
        position++;
      digits = position;
      position = skip_digits (json, position);
      if (position == digits)
        return fail (json, WEIR_JSON_ERROR_NUMBER, position);
    }
  return finish_token (json, token, WEIR_JSON_NUMBER, position);
}

static WeirJsonStatus
read_literal (WeirJson *json, WeirJsonToken *token, const char *literal, WeirJsonTokenKind kind)
{
  size_t position = json->position;

  for (; *literal != '\0'; literal++, position++)
    if (byte_at (json, position) != *literal)
      return fail (json, WEIR_JSON_ERROR_VALUE, position);
  return finish_token (json, token, kind, position);
}

/* --- Structure ----------------------------------------------------------- */

static bool
is_in_object (const WeirJson *json)
{
  unsigned level = json->depth - 1;

  return json->depth > 0 && (json->in_object[level / 8] >> (level % 8) & 1) != 0;
}

static void
expect_after_value (WeirJson *json)
{
  json->expected = json->depth == 0 ? EXPECT_NOTHING : EXPECT_COMMA_OR_END;
}

static WeirJsonStatus
open_container (WeirJson *json, WeirJsonToken *token, bool object)
{
  unsigned level = json->depth;
  uint8_t bit = (uint8_t) (1u << (level % 8));

  if (level == json->max_depth)
    return fail (json, WEIR_JSON_ERROR_TOO_DEEP, json->position);
  finish_token (json, token, object ? WEIR_JSON_OBJECT_BEGIN : WEIR_JSON_ARRAY_BEGIN,
                json->position + 1);
  json->depth++;
  if (object)
    json->in_object[level / 8] |= bit;
  else
    json->in_object[level / 8] &= (uint8_t) ~bit;
  json->expected = object ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END;
  return WEIR_JSON_TOKEN;
}

static WeirJsonStatus
close_container (WeirJson *json, WeirJsonToken *token)
{
  bool object = is_in_object (json);

  json->depth--;
  expect_after_value (json);
  return finish_token (json, token, object ? WEIR_JSON_OBJECT_END : WEIR_JSON_ARRAY_END,
                       json->position + 1);
}

static WeirJsonStatus
read_value (WeirJson *json, WeirJsonToken *token)
{
  WeirJsonStatus status;
  int byte = byte_at (json, json->position);

  switch (byte)
    {
    case '{':
    case '[':
      return open_container (json, token, byte == '{');
    case '"':
      status = read_string (json, token, WEIR_JSON_STRING);
      break;
    case 't':
      status = read_literal (json, token, "true", WEIR_JSON_TRUE);
      break;
    case 'f':
      status = read_literal (json, token, "false", WEIR_JSON_FALSE);
      break;
    case 'n':
      status = read_literal (json, token, "null", WEIR_JSON_NULL);
      break;
    default:
      if (byte != '-' && !is_digit (byte))
        return fail (json, WEIR_JSON_ERROR_VALUE, json->position);
      status = read_number (json, token);
    }
  if (status == WEIR_JSON_TOKEN)
    expect_after_value (json);
  return status;
}

static WeirJsonStatus
read_key (WeirJson *json, WeirJsonToken *token)
{
  WeirJsonStatus status;

  if (byte_at (json, json->position) != '"')
    return fail (json, WEIR_JSON_ERROR_KEY, json->position);
  status = read_string (json, token, WEIR_JSON_KEY);
  if (status == WEIR_JSON_TOKEN)
    json->expected = EXPECT_COLON;
  return status;
}

static void
skip_space (WeirJson *json)
{
  for (;;)
    {
      int byte = byte_at (json, json->position);

      if (byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t')
        return;
      json->position++;
    }
}

WeirJsonStatus
weir_json_next (WeirJson *json, WeirJsonToken *token)
{
  for (;;)
    {
      int byte;

      skip_space (json);
      byte = byte_at (json, json->position);
      switch (json->expected)
        {
        case EXPECT_VALUE_OR_END:
          if (byte == ']')
            return close_container (json, token);
          return read_value (json, token);
        case EXPECT_VALUE:
          return read_value (json, token);
        case EXPECT_KEY_OR_END:
          if (byte == '}')
            return close_container (json, token);
          return read_key (json, token);
        case EXPECT_KEY:
          return read_key (json, token);
        case EXPECT_COLON:
          if (byte != ':')
            return fail (json, WEIR_JSON_ERROR_COLON, json->position);
          json->position++;
          json->expected = EXPECT_VALUE;
          break;
        case EXPECT_COMMA_OR_END:
          if (byte == (is_in_object (json) ? '}' : ']'))
            return close_container (json, token);
          if (byte != ',')
            return fail (json, WEIR_JSON_ERROR_COMMA, json->position);
          json->position++;
          json->expected = is_in_object (json) ? EXPECT_KEY : EXPECT_VALUE;
          break;
        case EXPECT_NOTHING:
          if (byte >= 0)
            return fail (json, WEIR_JSON_ERROR_TRAILING_TEXT, json->position);
          return WEIR_JSON_DONE;
        default:
          return WEIR_JSON_ERROR;
        }
    }
}

WeirJsonStatus
weir_json_skip (WeirJson *json, WeirJsonToken *token)
{
  unsigned depth = token->depth;

  if (token->kind != WEIR_JSON_OBJECT_BEGIN && token->kind != WEIR_JSON_ARRAY_BEGIN)
    return WEIR_JSON_TOKEN;
  do
    {
      WeirJsonStatus status = weir_json_next (json, token);

      if (status != WEIR_JSON_TOKEN)
        return status;
    }
  while (token->depth > depth);
  return WEIR_JSON_TOKEN;
}
