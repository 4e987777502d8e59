/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-http-body.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A chunk's size line with its extensions, or a trailer line: longer ones are refused. */
#define MAX_LINE 4096

enum
{
  PAYLOAD,    /* left bytes of payload follow */
  CHUNK_SIZE, /* in the size line, before any extension */
  CHUNK_EXTENSION,
  CHUNK_END, /* the line end after a chunk's payload */
  TRAILER,
  DONE,
};

static gboolean
fail (GError **error, const char *sentence)
{
  g_set_error_literal (error, WEIR_HTTP_ERROR, WEIR_HTTP_ERROR_MALFORMED, sentence);
  return FALSE;
}

static gboolean
init_length (WeirHttpBody *body, const WeirHttpHead *head, GError **error)
{
  const char *text = weir_http_head_get (head, "Content-Length");

  body->kind = WEIR_HTTP_BODY_LENGTH;
  if (weir_http_head_count (head, "Content-Length") > 1
      || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &body->left, NULL))
    return fail (error, _ ("Content-Length is not one number."));
  body->state = body->left > 0 ? PAYLOAD : DONE;
  return TRUE;
}

/* RFC 9112, 6.1 and 6.3: chunked is the last coding, and is there once. Otherwise a server and Weir could
 * disagree about where the body ends. */
static gboolean
is_chunked (const WeirHttpHead *head)
{
  gboolean is_last = FALSE;
  guint n = 0;

  for (guint i = 0; i < head->fields->len; i++)
    {
      const WeirHttpField *field = &g_array_index (head->fields, WeirHttpField, i);
      g_auto (GStrv) codings = NULL;

      if (g_ascii_strcasecmp (field->name, "Transfer-Encoding") != 0)
        continue;
      codings = g_strsplit (field->value, ",", -1);
      for (guint k = 0; codings[k] != NULL; k++)
        {
          is_last = g_ascii_strcasecmp (g_strstrip (codings[k]), "chunked") == 0;
          n += is_last;
        }
    }
  return is_last && n == 1;
}

gboolean
weir_http_body_init (WeirHttpBody *body,
                     const WeirHttpHead *head,
                     const char *method,
                     GError **error)
{
  gboolean response = head->status != 0;
  gboolean has_coding = weir_http_head_get (head, "Transfer-Encoding") != NULL;

  memset (body, 0, sizeof *body);
  body->state = DONE;
  if (response
      && (head->status < 200 || head->status == 204 || head->status == 304
          || g_strcmp0 (method, "HEAD") == 0))
    return TRUE;
  if (has_coding && weir_http_head_get (head, "Content-Length"))
    return fail (error, _ ("both Transfer-Encoding and Content-Length are given."));
  if (has_coding && !is_chunked (head))
    return fail (error, _ ("the transfer coding is not chunked."));
  if (has_coding)
    {
      body->kind = WEIR_HTTP_BODY_CHUNKED;
      body->state = CHUNK_SIZE;
      return TRUE;
    }
  if (weir_http_head_get (head, "Content-Length"))
    return init_length (body, head, error);
  if (response)
    {
      body->kind = WEIR_HTTP_BODY_UNTIL_CLOSE;
      body->state = PAYLOAD;
      body->left = G_MAXUINT64;
    }
  return TRUE;
}

/* One byte of what surrounds the chunks. body->line counts the bytes of the line so far. */
static gboolean
read_framing (WeirHttpBody *body, char byte, GError **error)
{
  int digit = g_ascii_xdigit_value (byte);

  if (++body->line > MAX_LINE)
    return fail (error, _ ("a line between the chunks is too long."));
  switch (body->state)
    {
    case CHUNK_SIZE:
      if (digit >= 0)
        {
          if (body->left >> 59)
            return fail (error, _ ("a chunk's size is too large."));
          body->left = body->left << 4 | (guint) digit;
          return TRUE;
        }
      if (body->line == 1)
        return fail (error, _ ("a chunk does not begin with its size."));
      if (byte != '\r' && byte != '\n' && byte != ';' && byte != ' ' && byte != '\t')
        return fail (error, _ ("a chunk's size is not hexadecimal."));
      body->state = CHUNK_EXTENSION;
      G_GNUC_FALLTHROUGH;
    case CHUNK_EXTENSION:
      if (byte == '\n')
        {
          body->state = body->left > 0 ? PAYLOAD : TRAILER;
          body->line = 0;
        }
      return TRUE;
    case CHUNK_END:
      if (byte != (body->line == 1 ? '\r' : '\n') && byte != '\n')
        return fail (error, _ ("a chunk is longer than its size says."));
      if (byte == '\n')
        {
          body->state = CHUNK_SIZE;
          body->line = 0;
        }
      return TRUE;
    default: /* TRAILER: an empty line ends it */
      if (byte == '\r')
        body->line--;
      else if (byte == '\n')
        {
          body->state = body->line == 1 ? DONE : TRAILER;
          body->line = 0;
        }
      return TRUE;
    }
}

gssize
weir_http_body_read (WeirHttpBody *body, const WeirSpan *bytes, WeirSpan *payload, GError **error)
{
  gsize used = 0;

  *payload = (WeirSpan){ NULL, 0 };
  while (used < bytes->length && body->state != PAYLOAD && body->state != DONE)
    if (!read_framing (body, bytes->text[used++], error))
      return -1;
  if (used == bytes->length || body->state == DONE)
    return (gssize) used;
  *payload = (WeirSpan){ bytes->text + used, MIN (bytes->length - used, body->left) };
  if (body->kind != WEIR_HTTP_BODY_UNTIL_CLOSE)
    body->left -= payload->length;
  if (body->left == 0)
    body->state = body->kind == WEIR_HTTP_BODY_CHUNKED ? CHUNK_END : DONE;
  return (gssize) (used + payload->length);
}

gboolean
weir_http_body_is_done (const WeirHttpBody *body)
{
  return body->state == DONE;
}
