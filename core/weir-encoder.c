/* SPDX-License-Identifier: MIT */
#include "weir-encoder.h"

#include "weir-utf8-private.h"

#include <string.h>

typedef struct
{
  char *bytes;
  size_t capacity, length;
} Out;

/* When the buffer is full, only counts, so that length becomes the required size. */
static void
put (Out *out, const char *text, size_t length)
{
  if (length > 0 && out->length <= out->capacity && length <= out->capacity - out->length)
    memcpy (out->bytes + out->length, text, length);
  out->length += length;
}

static void
put_line (Out *out, const char *field, const char *text, size_t length)
{
  put (out, field, strlen (field));
  put (out, text, length);
  put (out, "\n", 1);
}

static void
put_lines (Out *out, const char *field, WeirSpan text)
{
  const char *lf;

  while (text.length > 0 && (lf = memchr (text.text, '\n', text.length)) != NULL)
    {
      size_t length = (size_t) (lf - text.text);

      put_line (out, field, text.text, length);
      text = (WeirSpan){ lf + 1, text.length - length - 1 };
    }
  put_line (out, field, text.text, text.length);
}

static void
put_retry (Out *out, uint64_t ms)
{
  char digits[20];
  size_t at = sizeof digits;

  do
    digits[--at] = (char) ('0' + ms % 10);
  while ((ms /= 10) > 0);
  put_line (out, "retry: ", digits + at, sizeof digits - at);
}

static bool
holds (WeirSpan text, char c)
{
  return text.length > 0 && memchr (text.text, c, text.length) != NULL;
}

static bool
is_utf8 (WeirSpan text)
{
  return weir_utf8_valid_length (text.text, text.length) == text.length;
}

static WeirEncodeStatus
check (const WeirMessage *message)
{
  if (holds (message->type, '\n') || holds (message->type, '\r'))
    return WEIR_ENCODE_TYPE_LINE;
  if (message->has_id && (holds (message->id, '\n') || holds (message->id, '\r')))
    return WEIR_ENCODE_ID_LINE;
  if (message->has_id && holds (message->id, '\0'))
    return WEIR_ENCODE_ID_NUL;
  if (message->has_data && holds (message->data, '\r'))
    return WEIR_ENCODE_DATA_CR;
  if (message->has_comment && holds (message->comment, '\r'))
    return WEIR_ENCODE_COMMENT_CR;
  if (!is_utf8 (message->type) || (message->has_id && !is_utf8 (message->id))
      || (message->has_data && !is_utf8 (message->data))
      || (message->has_comment && !is_utf8 (message->comment)))
    return WEIR_ENCODE_NOT_UTF8;
  if (message->has_retry && message->retry_ms > WEIR_MAX_RETRY_MS)
    return WEIR_ENCODE_RETRY;
  return WEIR_ENCODE_DONE;
}

WeirEncodeStatus
weir_encode (const WeirMessage *message, char *bytes, size_t capacity, size_t *length)
{
  Out out = { bytes, capacity, 0 };
  WeirEncodeStatus status = check (message);

  *length = 0;
  if (status != WEIR_ENCODE_DONE)
    return status;

  if (message->has_comment)
    put_lines (&out, ":", message->comment);
  if (message->type.length > 0)
    put_line (&out, "event: ", message->type.text, message->type.length);
  if (message->has_id)
    put_line (&out, "id: ", message->id.text, message->id.length);
  if (message->has_retry)
    put_retry (&out, message->retry_ms);
  if (message->has_data)
    put_lines (&out, "data: ", message->data);
  if (message->type.length > 0 || message->has_id || message->has_retry || message->has_data)
    put (&out, "\n", 1);
  *length = out.length;
  return out.length > capacity ? WEIR_ENCODE_SPACE : WEIR_ENCODE_DONE;
}

const char *
weir_encode_status_sentence (WeirEncodeStatus status)
{
  switch (status)
    {
    case WEIR_ENCODE_DONE:
      return "The message is written.";
    case WEIR_ENCODE_SPACE:
      return "The message needs more room.";
    case WEIR_ENCODE_TYPE_LINE:
      return "An event type cannot hold a line break.";
    case WEIR_ENCODE_ID_LINE:
      return "An event id cannot hold a line break.";
    case WEIR_ENCODE_ID_NUL:
      return "An event id cannot hold a NUL character.";
    case WEIR_ENCODE_DATA_CR:
      return "Event data cannot hold a carriage return.";
    case WEIR_ENCODE_COMMENT_CR:
      return "A comment cannot hold a carriage return.";
    case WEIR_ENCODE_NOT_UTF8:
      return "The text is not UTF-8.";
    case WEIR_ENCODE_RETRY:
      return "The reconnection time is too long.";
    }
  return "Unknown.";
}
