/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-recognition-private.h"

#include "core/weir-allocator.h"

void
weir_recognition_init (WeirRecognition *self)
{
  const WeirParserOptions options = {
    .on_limit = WEIR_ON_LIMIT_SKIP,
    .allocator = weir_allocator_malloc (),
  };

  self->recognised = FALSE;
  weir_parser_init (&self->parser, &options);
}

void
weir_recognition_clear (WeirRecognition *self)
{
  weir_parser_clear (&self->parser);
}

/* Findings about a field or an event; the others are made by any text. */
static gboolean
is_of_stream (const WeirItem *item)
{
  if (item->kind != WEIR_ITEM_FINDING)
    return TRUE;
  switch (item->finding)
    {
    case WEIR_FINDING_INVALID_RETRY:
    case WEIR_FINDING_NUL_IN_ID:
    case WEIR_FINDING_NO_DATA:
    case WEIR_FINDING_EVENT_TOO_LARGE:
    case WEIR_FINDING_ID_TOO_LONG:
      return TRUE;
    case WEIR_FINDING_UNKNOWN_FIELD:
    case WEIR_FINDING_FIELD_NAME_CASE:
    case WEIR_FINDING_FIELD_NAME_SPACE:
    case WEIR_FINDING_BOM_IN_STREAM:
    case WEIR_FINDING_INVALID_UTF8:
    case WEIR_FINDING_MIXED_LINE_ENDS:
    case WEIR_FINDING_UNFINISHED_EVENT:
    case WEIR_FINDING_LINE_TOO_LONG:
    default:
      return FALSE;
    }
}

static gboolean
look (WeirRecognition *self)
{
  WeirItem item;

  while (!self->recognised && weir_parser_next (&self->parser, &item) == WEIR_ITEM)
    self->recognised = is_of_stream (&item);
  return self->recognised;
}

gboolean
weir_recognition_take (WeirRecognition *self, const void *bytes, gsize length)
{
  if (self->recognised)
    return TRUE;
  weir_parser_feed (&self->parser, bytes, length);
  return look (self);
}

gboolean
weir_recognition_finish (WeirRecognition *self)
{
  if (self->recognised)
    return TRUE;
  /* Flushed, so that an event that is cut counts as well. */
  weir_parser_finish (&self->parser, true);
  return look (self);
}
