/* SPDX-License-Identifier: MIT */
/*
 * HTTP heads and bodies give the same results with any cuts. The input is a byte of flags, a byte for the
 * size of the pieces, and the bytes of a connection.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "http/weir-http-body.h"

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

typedef struct
{
  gsize head_length; /* 0: none */
  WeirHttpHead *head;
  GString *body;
  gboolean is_done;
  gboolean failed;
} Message;

static void
message_clear (Message *self)
{
  g_clear_pointer (&self->head, weir_http_head_free);
  g_string_free (self->body, TRUE);
}

static void
read_body (Message *self, gboolean is_request, const char *bytes, gsize length, gsize piece)
{
  const char *method = self->head->minor_version == 0 ? "HEAD" : "GET";
  WeirHttpBody body;
  gsize at = 0;

  if (!weir_http_body_init (&body, self->head, is_request ? NULL : method, NULL))
    {
      self->failed = TRUE;
      return;
    }
  while (at < length && !weir_http_body_is_done (&body) && !self->failed)
    {
      const gsize n = MIN (piece, length - at);
      const WeirSpan input = { bytes + at, n };
      WeirSpan payload;
      const gssize used = weir_http_body_read (&body, &input, &payload, NULL);

      self->failed = used < 0;
      if (self->failed)
        break;
      g_assert_cmpint (used, <=, n);
      g_assert_true (used > 0 || weir_http_body_is_done (&body));
      if (payload.length > 0)
        {
          g_assert_true (payload.text >= bytes + at
                         && payload.text + payload.length <= bytes + at + used);
          g_string_append_len (self->body, payload.text, (gssize) payload.length);
        }
      at += (gsize) used;
    }
  self->is_done = weir_http_body_is_done (&body);
}

static void
check_head (const WeirHttpHead *head)
{
  for (guint i = 0; i < head->fields->len; i++)
    {
      const WeirHttpField *field = &g_array_index (head->fields, WeirHttpField, i);

      g_assert_null (strpbrk (field->name, "\r\n :"));
      g_assert_null (strpbrk (field->value, "\r\n"));
      g_assert_nonnull (weir_http_head_get (head, field->name));
      g_assert_cmpuint (weir_http_head_count (head, field->name), >=, 1);
    }
  weir_http_head_keeps_alive (head);
  weir_http_head_has_token (head, "Connection", "close");
}

static Message
read_message (gboolean is_request, const char *bytes, gsize length, gsize piece)
{
  Message self = { .body = g_string_new (NULL) };
  gsize have = 0, before = 0;

  do
    {
      before = have;
      have = MIN (length, have + piece);
      self.head_length = weir_http_head_measure (bytes, have, before);
    }
  while (self.head_length == 0 && have < length);
  if (self.head_length == 0)
    return self;
  g_assert_cmpuint (self.head_length, <=, have);
  self.head = is_request ? weir_http_head_parse_request (bytes, self.head_length, NULL)
                         : weir_http_head_parse_response (bytes, self.head_length, NULL);
  if (self.head == NULL)
    {
      self.failed = TRUE;
      return self;
    }
  check_head (self.head);
  read_body (&self, is_request, bytes + self.head_length, length - self.head_length, piece);
  return self;
}

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  const gsize piece = size >= 2 ? (gsize) input[1] + 1 : 1;
  g_autofree char *bytes = size > 2 ? g_memdup2 (input + 2, size - 2) : NULL;
  Message whole, cut;

  if (bytes == NULL)
    return 0;
  size -= 2;
  whole = read_message (input[0] & 1, bytes, size, size);
  cut = read_message (input[0] & 1, bytes, size, piece);
  /* If the first byte cannot start an HTTP message, the head is all bytes so far. */
  if (g_ascii_isalpha (bytes[0]))
    {
      g_assert_cmpuint (cut.head_length, ==, whole.head_length);
      g_assert_cmpint (cut.failed, ==, whole.failed);
      g_assert_cmpint (cut.is_done, ==, whole.is_done);
      /* The bytes before the error in a malformed body may differ, because pieces end earlier. */
      if (!whole.failed)
        g_assert_cmpmem (cut.body->str, cut.body->len, whole.body->str, whole.body->len);
    }
  message_clear (&whole);
  message_clear (&cut);
  return 0;
}
