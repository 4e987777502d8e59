/* SPDX-License-Identifier: MIT */
/*
 * weir-json: a pull tokenizer for JSON (RFC 8259).
 *
 * It returns tokens with their positions in the text and converts nothing: the
 * spelling of numbers, the order of keys and duplicate keys are preserved. It
 * accepts exactly the grammar of the RFC in valid UTF-8, up to a nesting depth.
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

/* --- Tokens -------------------------------------------------------------- */

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

/* One token: the byte range [begin, end) of the text, including the quotes of a key or string. depth is
 * the number of enclosing containers. The begin and end tokens of a container are not inside it. */
typedef struct
{
  WeirJsonTokenKind kind;
  bool escaped; /* key, string: contains a backslash, see weir_json_unescape() */
  unsigned depth;
  size_t begin;
  size_t end;
} WeirJsonToken;

typedef enum
{
  WEIR_JSON_TOKEN = 0, /* *token is set */
  WEIR_JSON_DONE,      /* the text is one complete JSON value; further calls return the same */
  WEIR_JSON_ERROR,     /* it is not, see error and error_position; further calls return the same */
} WeirJsonStatus;

typedef enum
{
  WEIR_JSON_NO_ERROR = 0,
  WEIR_JSON_ERROR_END,           /* the text ends too early */
  WEIR_JSON_ERROR_VALUE,         /* a value is expected */
  WEIR_JSON_ERROR_KEY,           /* a key is expected */
  WEIR_JSON_ERROR_COLON,         /* a colon is expected */
  WEIR_JSON_ERROR_COMMA,         /* a comma or the container's end is expected */
  WEIR_JSON_ERROR_NUMBER,        /* a number is not spelled by the grammar */
  WEIR_JSON_ERROR_ESCAPE,        /* a backslash does not start a known escape */
  WEIR_JSON_ERROR_CONTROL,       /* a string contains an unescaped control character */
  WEIR_JSON_ERROR_UTF8,          /* a string is not valid UTF-8 */
  WEIR_JSON_ERROR_TOO_DEEP,      /* more containers than max_depth */
  WEIR_JSON_ERROR_TRAILING_TEXT, /* the value is followed by more text */
} WeirJsonError;

/* Returns an English phrase without a full stop that explains error. Static, never NULL. */
const char *weir_json_error_sentence (WeirJsonError error);

/* --- The tokenizer ------------------------------------------------------- */

#define WEIR_JSON_DEFAULT_MAX_DEPTH 256
#define WEIR_JSON_MOST_DEPTH 1024

/* Allocated by the caller. error and error_position may be read; the other members are private. */
typedef struct
{
  WeirJsonError error;
  size_t error_position; /* byte offset of the error; the length of the text if it ends too early */

  const char *text;
  size_t length;
  size_t position;
  unsigned expected;
  unsigned depth;
  unsigned max_depth;
  uint8_t in_object[WEIR_JSON_MOST_DEPTH / 8];
} WeirJson;

/* Prepares to read length bytes of text, which need not end with NUL. The text belongs to the caller and
 * must stay unchanged while it is read. max_depth is the greatest number of nested containers; 0 means
 * the default, and larger values than WEIR_JSON_MOST_DEPTH are reduced to it. */
void weir_json_init (WeirJson *json, const char *text, size_t length, unsigned max_depth);

/* Returns the next token in *token. Tokens before an error are correct. The text as a whole is valid only
 * if WEIR_JSON_DONE is returned. */
WeirJsonStatus weir_json_next (WeirJson *json, WeirJsonToken *token);

/* If *token begins a container, skips it and sets *token to its end token. Otherwise does nothing and
 * returns WEIR_JSON_TOKEN. */
WeirJsonStatus weir_json_skip (WeirJson *json, WeirJsonToken *token);

/* Writes the value of a key or string token, without quotes and escapes, to out, which needs room for
 * end - begin - 2 bytes and must not overlap text. A lone surrogate becomes U+FFFD. The value is valid
 * UTF-8 and may contain NUL.
 * Returns: the number of bytes written. */
size_t weir_json_unescape (const char *text, const WeirJsonToken *token, char *out);

#ifdef __cplusplus
}
#endif

#endif
