/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-recognition-private.h"

#include "core/weir-allocator.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The name of an unknown field can contain a NUL byte or two. Images and programs contain many. */
#define BINARY_NULS 8

void
weir_recognition_init (WeirRecognition *self)
{
  const WeirParserOptions options = {
    .on_limit = WEIR_ON_LIMIT_SKIP,
    .allocator = weir_allocator_malloc (),
  };

  self->recognised = self->binary = FALSE;
  self->taken = 0;
  self->n_nuls = 0;
  self->last_nul = G_MAXUINT64;
  weir_parser_init (&self->parser, &options);
}

void
weir_recognition_clear (WeirRecognition *self)
{
  weir_parser_clear (&self->parser);
}

/* Findings about a field or an event. Any text causes the others. */
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
examine_items (WeirRecognition *self)
{
  WeirItem item;

  while (!self->recognised && !self->binary && weir_parser_next (&self->parser, &item) == WEIR_ITEM)
    {
      self->binary = self->last_nul < item.begin;
      self->recognised = !self->binary && is_of_stream (&item);
    }
  return self->recognised;
}

/* Counts NUL bytes, and remembers the offset of the one that makes the bytes binary. */
static void
count_nuls (WeirRecognition *self, const char *bytes, gsize length)
{
  const char *end = bytes + length, *nul;

  for (const char *at = bytes; at < end && self->n_nuls < BINARY_NULS; at = nul + 1)
    {
      nul = memchr (at, '\0', (gsize) (end - at));
      if (nul == NULL)
        return;
      if (++self->n_nuls == BINARY_NULS)
        self->last_nul = self->taken + (guint64) (nul - bytes);
    }
}

gboolean
weir_recognition_take (WeirRecognition *self, const void *bytes, gsize length)
{
  if (self->recognised || self->binary)
    return self->recognised;
  count_nuls (self, bytes, length);
  self->taken += length;
  weir_parser_feed (&self->parser, bytes, length);
  return examine_items (self);
}

gboolean
weir_recognition_finish (WeirRecognition *self)
{
  if (self->recognised || self->binary)
    return self->recognised;
  /* Flushes, because an unfinished event counts too. */
  weir_parser_finish (&self->parser, true);
  return examine_items (self);
}

const char *
weir_recognition_describe (const WeirRecognition *self)
{
  if (self->binary)
    return _ ("It has binary data before the first field or comment.");
  return _ ("None of its lines is a field (data, event, id, retry) or a comment.");
}
