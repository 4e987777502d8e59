/* SPDX-License-Identifier: MIT */
#include "weir-output.h"

#include "app/engine/base/weir-direction.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* A byte becomes at most six ("\u001b"), so a piece always fits into an empty buffer. */
#define PIECE_BYTES 16384
#define GROWTH 6

void
weir_output_flush (WeirOutput *self)
{
  gsize at = 0;

  while (at < self->length && self->error == 0)
    {
      gssize n = write (self->fd, self->bytes + at, self->length - at);

      if (n >= 0)
        at += (gsize) n;
      else if (errno == EAGAIN)
        {
          struct pollfd fd = { self->fd, POLLOUT, 0 };

          poll (&fd, 1, -1);
        }
      else if (errno != EINTR)
        self->error = errno;
    }
  self->length = 0;
}

static void
reserve (WeirOutput *self, gsize length)
{
  if (self->length + length > WEIR_OUTPUT_BYTES)
    weir_output_flush (self);
}

void
weir_output_bytes (WeirOutput *self, const char *bytes, gsize length)
{
  while (length > 0)
    {
      gsize n = MIN (length, WEIR_OUTPUT_BYTES - self->length);

      memcpy (self->bytes + self->length, bytes, n);
      self->length += n;
      bytes += n;
      length -= n;
      if (self->length == WEIR_OUTPUT_BYTES)
        weir_output_flush (self);
    }
}

void
weir_output_string (WeirOutput *self, const char *text)
{
  weir_output_bytes (self, text, strlen (text));
}

void
weir_output_number (WeirOutput *self, guint64 number)
{
  char digits[20];
  gsize at = sizeof digits;

  do
    digits[--at] = (char) ('0' + number % 10);
  while ((number /= 10) > 0);
  weir_output_bytes (self, digits + at, sizeof digits - at);
}

/* --- JSON ---------------------------------------------------------------- */

static const char hex[] = "0123456789abcdef";

static char *
put_unicode_escape (char *out, guint c)
{
  memcpy (out, "\\u", 2);
  out[2] = hex[c >> 12 & 15];
  out[3] = hex[c >> 8 & 15];
  out[4] = hex[c >> 4 & 15];
  out[5] = hex[c & 15];
  return out + 6;
}

/* The control character at the start of text: C1, the Arabic letter mark, or one that changes the
 * direction of writing; 0: none. They have two or three bytes. */
static guint
get_hidden_control (const guchar *text, gsize length)
{
  if (length >= 2 && text[0] == 0xC2 && text[1] < 0xA0)
    return text[1];
  if (length >= 2 && text[0] == 0xD8 && text[1] == 0x9C)
    return 0x61C;
  if (length >= 3 && text[0] == 0xE2)
    {
      guint c = 0x2000 | (guint) (text[1] & 0x3F) << 6 | (text[2] & 0x3F);

      if (weir_turns_direction (c))
        return c;
    }
  return 0;
}

/* Bytes that are not simply copied: those that JSON escapes, and first bytes of hidden controls. */
static inline gboolean
is_special (guchar c)
{
  return c < 0x20 || c == '"' || c == '\\' || c == 0x7F || c == 0xC2 || c == 0xD8 || c == 0xE2;
}

#ifdef __SSE2__
static inline guint
find_special (__m128i bytes)
{
  __m128i found = _mm_cmpeq_epi8 (_mm_max_epu8 (bytes, _mm_set1_epi8 (0x1F)), _mm_set1_epi8 (0x1F));

  found = _mm_or_si128 (found, _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ('"')));
  found = _mm_or_si128 (found, _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ('\\')));
  found = _mm_or_si128 (found, _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 (0x7F)));
  found = _mm_or_si128 (found, _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ((char) 0xC2)));
  found = _mm_or_si128 (found, _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ((char) 0xD8)));
  found = _mm_or_si128 (found, _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ((char) 0xE2)));
  return (guint) _mm_movemask_epi8 (found);
}
#endif

/* Copies bytes up to the first special one, and returns its place. May write 15 bytes beyond. */
static const guchar *
copy_plain (char **out, const guchar *text, const guchar *end)
{
#ifdef __SSE2__
  while (end - text >= 16)
    {
      __m128i bytes = _mm_loadu_si128 ((const void *) text);
      guint special = find_special (bytes);
      int n = special ? __builtin_ctz (special) : 16;

      _mm_storeu_si128 ((void *) *out, bytes);
      *out += n;
      text += n;
      if (special)
        return text;
    }
#endif
  while (text < end && !is_special (*text))
    *(*out)++ = (char) *text++;
  return text;
}

static char *
put_escape (char *out, guchar c)
{
  char letter = 0;

  switch (c)
    {
    case '"':
    case '\\':
      letter = (char) c;
      break;
    case '\n':
      letter = 'n';
      break;
    case '\r':
      letter = 'r';
      break;
    case '\t':
      letter = 't';
      break;
    default:
      return put_unicode_escape (out, c);
    }
  *out++ = '\\';
  *out++ = letter;
  return out;
}

void
weir_output_json (WeirOutput *self, const char *text, gsize length)
{
  const guchar *at = (const guchar *) text;
  const guchar *end = at + length;

  while (at < end)
    {
      const guchar *stop = end - at > PIECE_BYTES ? at + PIECE_BYTES : end;
      char *out;

      reserve (self, (gsize) (stop - at) * GROWTH + 16);
      out = self->bytes + self->length;
      while ((at = copy_plain (&out, at, stop)) < stop)
        {
          /* The character may continue for at most two bytes after the piece. */
          guint hidden = *at >= 0x80 ? get_hidden_control (at, (gsize) (end - at)) : 0;

          if (hidden)
            {
              out = put_unicode_escape (out, hidden);
              at += hidden >= 0x2000 ? 3 : 2;
            }
          else if (*at >= 0x80)
            *out++ = (char) *at++;
          else
            out = put_escape (out, *at++);
          if (at >= stop)
            break;
        }
      self->length = (gsize) (out - self->bytes);
    }
}

/* --- A terminal ---------------------------------------------------------- */

static void
put_byte_escape (WeirOutput *self, guchar c)
{
  const char escape[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] };

  weir_output_bytes (self, escape, sizeof escape);
}

void
weir_output_safe (WeirOutput *self, const char *text, gsize length, const char *indent)
{
  const char *end = text + length;

  while (text < end)
    {
      guchar c = (guchar) *text;
      gunichar character;
      guint hidden;
      char escape[6];

      if (c == '\n')
        {
          weir_output_string (self, "\n");
          weir_output_string (self, indent ? indent : "");
          text++;
          continue;
        }
      if (c == '\t' || (c >= 0x20 && c < 0x7F))
        {
          weir_output_bytes (self, text++, 1);
          continue;
        }
      if (c < 0x80)
        {
          put_byte_escape (self, c);
          text++;
          continue;
        }
      character = g_utf8_get_char_validated (text, end - text);
      if (character == (gunichar) -1 || character == (gunichar) -2)
        {
          put_byte_escape (self, c);
          text++;
          continue;
        }
      hidden = get_hidden_control ((const guchar *) text, (gsize) (end - text));
      if (hidden)
        weir_output_bytes (self, escape, (gsize) (put_unicode_escape (escape, hidden) - escape));
      else
        weir_output_bytes (self, text, (gsize) (g_utf8_next_char (text) - text));
      text = g_utf8_next_char (text);
    }
}

void
weir_output_message (WeirOutput *self, const char *text)
{
  weir_output_string (self, "— ");
  weir_output_safe (self, text, strlen (text), "");
  weir_output_string (self, "\n");
  weir_output_flush (self);
}
