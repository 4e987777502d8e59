/* SPDX-License-Identifier: MIT */
/*
 * weir-json: a pull tokenizer for JSON (RFC 8259).
 *
 * It reports what stands in the text and where, and changes nothing: the
 * spelling of numbers, the order of keys and duplicate keys are all kept. It
 * accepts exactly what the RFC's grammar accepts, in valid UTF-8, up to a depth.
 *
 *   WeirJson json;
 *   WeirJsonToken token;
 *   WeirJsonStatus status;
 *
 *   weir_json_init (&json, text, length, 0);
 *   while ((status = weir_json_next (&json, &token)) == WEIR_JSON_TOKEN)
 *     printf ("%u %.*s\n", token.depth, (int) (token.end - token.begin), text + token.begin);
 *   if (status == WEIR_JSON_ERROR)
 *     printf ("byte %zu: %s\n", json.error_position, weir_json_error_sentence (json.error));
 *
 * It allocates nothing and never recurses; the time is linear in the length.
 */
#ifndef WEIR_JSON_H
#define WEIR_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- What comes out ------------------------------------------------------ */

typedef enum
{
  WEIR_JSON_OBJECT_BEGIN = 1,
  WEIR_JSON_OBJECT_END,
  WEIR_JSON_ARRAY_BEGIN,
  WEIR_JSON_ARRAY_END,
  WEIR_JSON_KEY, /* the name of a member; its value is the next token */
  WEIR_JSON_STRING,
  WEIR_JSON_NUMBER,
  WEIR_JSON_TRUE,
  WEIR_JSON_FALSE,
  WEIR_JSON_NULL,
} WeirJsonTokenKind;

/* One token: the bytes [begin, end) of the text, of a key or string with its quotes. depth counts
 * the containers around it; a container's begin and end stand outside of it. */
typedef struct
{
  WeirJsonTokenKind kind;
  bool escaped; /* key, string: it holds a backslash, see weir_json_unescape() */
  unsigned depth;
  size_t begin;
  size_t end;
} WeirJsonToken;

typedef enum
{
  WEIR_JSON_TOKEN = 0, /* *token is filled in */
  WEIR_JSON_DONE,      /* the text is one whole JSON value; said again when asked again */
  WEIR_JSON_ERROR, /* it is not: error and error_position say why; said again when asked again */
} WeirJsonStatus;

typedef enum
{
  WEIR_JSON_NO_ERROR = 0,
  WEIR_JSON_ERROR_END,           /* the text ends too early */
  WEIR_JSON_ERROR_VALUE,         /* a value is expected */
  WEIR_JSON_ERROR_KEY,           /* a key is expected */
  WEIR_JSON_ERROR_COLON,         /* a colon is expected */
  WEIR_JSON_ERROR_COMMA,         /* a comma or the container's end is expected */
  WEIR_JSON_ERROR_NUMBER,        /* a number is not spelled as JSON spells numbers */
  WEIR_JSON_ERROR_ESCAPE,        /* a backslash is followed by no known escape */
  WEIR_JSON_ERROR_CONTROL,       /* a control character stands unescaped in a string */
  WEIR_JSON_ERROR_UTF8,          /* a string is not valid UTF-8 */
  WEIR_JSON_ERROR_TOO_DEEP,      /* more containers than max_depth */
  WEIR_JSON_ERROR_TRAILING_TEXT, /* something follows the value */
} WeirJsonError;

/* An English sentence, without a full stop; static, never NULL. */
const char *weir_json_error_sentence (WeirJsonError error);

/* --- The tokenizer ------------------------------------------------------- */

#define WEIR_JSON_DEFAULT_MAX_DEPTH 256
#define WEIR_JSON_MOST_DEPTH 1024

/* Yours to place, on the stack or in a struct. Read error and error_position; the rest is private. */
typedef struct
{
  WeirJsonError error;
  size_t error_position; /* of the byte that cannot stand there; the length if it ends early */

  const char *text;
  size_t length;
  size_t position;
  unsigned expected;
  unsigned depth;
  unsigned max_depth;
  uint8_t in_object[WEIR_JSON_MOST_DEPTH / 8];
} WeirJson;

/* The text is the caller's and stays unchanged while it is read; it need not end in NUL.
 * max_depth counts containers; 0: the default; never more than WEIR_JSON_MOST_DEPTH. */
void weir_json_init (WeirJson *json, const char *text, size_t length, unsigned max_depth);

/* The next token. Tokens before an error are right; the text as a whole is JSON only once
 * WEIR_JSON_DONE was said. */
WeirJsonStatus weir_json_next (WeirJson *json, WeirJsonToken *token);

/* After a container's begin token: goes on behind its end, which it writes to token. After any
 * other token it does nothing and says WEIR_JSON_TOKEN. */
WeirJsonStatus weir_json_skip (WeirJson *json, WeirJsonToken *token);

/* Writes the text that a key or string token stands for, without quotes and escapes, to out, and
 * returns its length: at most end - begin - 2 bytes. A lone surrogate becomes U+FFFD; the result is
 * valid UTF-8 and may hold NUL. out may not overlap the text. */
size_t weir_json_unescape (const char *text, const WeirJsonToken *token, char *out);

#ifdef __cplusplus
}
#endif

#endif
