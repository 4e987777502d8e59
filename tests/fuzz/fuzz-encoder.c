/* SPDX-License-Identifier: MIT */
/*
 * The parser reads the message that the encoder wrote. The encoder rejects a message only if the parser could
 * not read it. The input is a byte of flags, and comment, type, id and data, each ended by the byte 0xFF.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "weir-allocator.h"
#include "weir-encoder.h"

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

static WeirSpan
next_text (const uint8_t **at, const uint8_t *end)
{
  const uint8_t *begin = *at;
  const uint8_t *stop = begin < end ? memchr (begin, 0xFF, (size_t) (end - begin)) : NULL;

  *at = stop != NULL ? stop + 1 : end;
  return (WeirSpan){ (const char *) begin, (size_t) ((stop != NULL ? stop : end) - begin) };
}

static void
assert_same (WeirSpan a, WeirSpan b)
{
  g_assert_cmpmem (a.text, a.length, b.text, b.length);
}

static void
assert_read_back (const WeirMessage *message, const char *bytes, size_t length)
{
  WeirParserOptions options = { .allocator = weir_allocator_malloc () };
  g_autoptr (GString) comment = g_string_new (NULL);
  gboolean commented = FALSE, event = FALSE, retried = FALSE;
  WeirParser parser;
  WeirItem item;

  weir_parser_init (&parser, &options);
  weir_parser_feed (&parser, bytes, length);
  while (weir_parser_next (&parser, &item) == WEIR_ITEM)
    switch (item.kind)
      {
      case WEIR_ITEM_EVENT:
        assert_same (item.data, message->data);
        assert_same (item.type,
                     message->type.length > 0 ? message->type : (WeirSpan){ "message", 7 });
        assert_same (item.last_event_id, message->has_id ? message->id : (WeirSpan){ "", 0 });
        event = TRUE;
        break;
      case WEIR_ITEM_COMMENT:
        if (commented)
          g_string_append_c (comment, '\n');
        g_string_append_len (comment, item.text.text, (gssize) item.text.length);
        commented = TRUE;
        break;
      case WEIR_ITEM_RETRY:
        g_assert_cmpuint (item.retry_ms, ==, message->retry_ms);
        retried = TRUE;
        break;
      case WEIR_ITEM_FINDING:
        g_assert_cmpint (item.finding, ==, WEIR_FINDING_NO_DATA);
        break;
      }
  g_assert_cmpint (event, ==, message->has_data);
  g_assert_cmpint (retried, ==, message->has_retry);
  g_assert_cmpint (commented, ==, message->has_comment);
  if (message->has_comment)
    assert_same ((WeirSpan){ comment->str, comment->len }, message->comment);
  weir_parser_clear (&parser);
}

static gboolean
holds_any (WeirSpan text, const char *bytes, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (text.length > 0 && memchr (text.text, bytes[i], text.length) != NULL)
      return TRUE;
  return FALSE;
}

/* GLib treats NUL as the end; here it is a character. */
static gboolean
is_utf8 (WeirSpan text)
{
  const char *end = text.text + text.length, *nul;

  for (; text.length > 0 && (nul = memchr (text.text, '\0', text.length)) != NULL;
       text.length = (size_t) (end - text.text))
    {
      if (!g_utf8_validate_len (text.text, (gsize) (nul - text.text), NULL))
        return FALSE;
      text.text = nul + 1;
    }
  return g_utf8_validate_len (text.text, text.length, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  const uint8_t *at = input + 1;
  g_autofree char *bytes = NULL;
  WeirMessage message = { 0 };
  size_t needed, length;
  WeirEncodeStatus status;

  if (size < 1)
    return 0;
  message.has_comment = input[0] & 1;
  message.has_id = (input[0] & 2) != 0;
  message.has_data = (input[0] & 4) != 0;
  message.has_retry = (input[0] & 8) != 0;
  message.retry_ms = (uint64_t) input[0] << (input[0] & 16 ? 23 : 3);
  message.comment = next_text (&at, input + size);
  message.type = next_text (&at, input + size);
  message.id = next_text (&at, input + size);
  message.data = next_text (&at, input + size);

  status = weir_encode (&message, NULL, 0, &needed);
  if (status != WEIR_ENCODE_SPACE && status != WEIR_ENCODE_DONE)
    {
      g_assert_true (holds_any (message.type, "\r\n", 2) || holds_any (message.id, "\r\n\0", 3)
                     || holds_any (message.data, "\r", 1) || holds_any (message.comment, "\r", 1)
                     || !is_utf8 (message.type) || !is_utf8 (message.id) || !is_utf8 (message.data)
                     || !is_utf8 (message.comment));
      g_assert_cmpuint (needed, ==, 0);
      return 0;
    }
  bytes = g_malloc (needed + 1);
  if (needed > 0)
    g_assert_cmpint (weir_encode (&message, bytes, needed - 1, &length), ==, WEIR_ENCODE_SPACE);
  g_assert_cmpint (weir_encode (&message, bytes, needed, &length), ==, WEIR_ENCODE_DONE);
  g_assert_cmpuint (length, ==, needed);
  assert_read_back (&message, bytes, length);
  return 0;
}
