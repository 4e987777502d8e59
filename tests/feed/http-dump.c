/* SPDX-License-Identifier: MIT */
/*
 * How Weir reads HTTP messages, for a test that compares it with another parser. Standard input: for each
 * message a byte, 1 for a request and 0 for a response to a GET, four bytes of its length (big endian), and its
 * bytes. Standard output: for each a line of JSON, in which a byte is a character below U+0100.
 */
#include <stdio.h>
#include <string.h>

#include "http/weir-http-body.h"

static void
print_bytes (const char *name, const char *bytes, gsize length)
{
  printf (",\"%s\":\"", name);
  for (gsize i = 0; i < length; i++)
    {
      const guchar c = (guchar) bytes[i];

      if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\')
        printf ("\\u%04x", c);
      else
        putchar (c);
    }
  putchar ('"');
}

static void
print_head (const WeirHttpHead *head)
{
  print_bytes ("method", head->method ? head->method : "",
               head->method ? strlen (head->method) : 0);
  print_bytes ("target", head->target ? head->target : "",
               head->target ? strlen (head->target) : 0);
  printf (",\"status\":%u,\"minor\":%u,\"keepAlive\":%s,\"n\":%u", head->status,
          head->minor_version, weir_http_head_keeps_alive (head) ? "true" : "false",
          head->fields->len);
  for (guint i = 0; i < head->fields->len; i++)
    {
      const WeirHttpField *field = &g_array_index (head->fields, WeirHttpField, i);
      g_autofree char *name = g_strdup_printf ("name%u", i);
      g_autofree char *value = g_strdup_printf ("value%u", i);

      print_bytes (name, field->name, strlen (field->name));
      print_bytes (value, field->value, strlen (field->value));
    }
}

/* Returns FALSE if the body is malformed. */
static gboolean
read_body (const WeirHttpHead *head, const char *bytes, gsize length, GString *out, gboolean *done)
{
  WeirHttpBody body;
  gsize at = 0;

  if (!weir_http_body_init (&body, head, head->method ? NULL : "GET", NULL))
    return FALSE;
  while (at < length && !weir_http_body_is_done (&body))
    {
      const WeirSpan input = { bytes + at, length - at };
      WeirSpan payload;
      const gssize used = weir_http_body_read (&body, &input, &payload, NULL);

      if (used < 0)
        return FALSE;
      g_string_append_len (out, payload.text, (gssize) payload.length);
      at += (gsize) used;
    }
  *done = weir_http_body_is_done (&body);
  return TRUE;
}

static void
dump (gboolean is_request, const char *bytes, gsize length)
{
  const gsize head_length = weir_http_head_measure (bytes, length, 0);
  g_autoptr (WeirHttpHead) head = NULL;
  g_autoptr (GString) body = g_string_new (NULL);
  gboolean done = FALSE;

  if (head_length > 0)
    head = is_request ? weir_http_head_parse_request (bytes, head_length, NULL)
                      : weir_http_head_parse_response (bytes, head_length, NULL);
  if (head == NULL || !read_body (head, bytes + head_length, length - head_length, body, &done))
    {
      printf ("{\"accepted\":false}\n");
      return;
    }
  printf ("{\"accepted\":true,\"done\":%s", done ? "true" : "false");
  print_head (head);
  print_bytes ("body", body->str, body->len);
  printf ("}\n");
}

int
main (void)
{
  guchar start[5];

  while (fread (start, sizeof start, 1, stdin) == 1)
    {
      const gsize length =
          (gsize) start[1] << 24 | (gsize) start[2] << 16 | (gsize) start[3] << 8 | start[4];
      g_autofree char *bytes = g_malloc (length + 1);

      if (fread (bytes, 1, length, stdin) != length)
        return 1;
      dump (start[0] != 0, bytes, length);
    }
  return 0;
}
