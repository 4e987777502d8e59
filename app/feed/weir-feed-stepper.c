/* SPDX-License-Identifier: MIT */
#include "weir-feed-stepper-private.h"

#include "app/engine/recording/weir-joined-replay.h"
#include "core/weir-allocator.h"
#include "core/weir-parser.h"

struct WeirFeedStepper
{
  WeirJoinedReplay *replay;
  WeirParser parser;
  GString *read;  /* what was read and not given yet */
  guint64 offset; /* of its first byte in all that was read */
};

WeirFeedStepper *
weir_feed_stepper_new (const char *path)
{
  const WeirParserOptions options = { .on_limit = WEIR_ON_LIMIT_SKIP,
                                      .allocator = weir_allocator_malloc () };
  WeirJoinedReplay *replay = weir_joined_replay_new (path, NULL);
  WeirFeedStepper *self;

  if (replay == NULL)
    return NULL;
  self = g_new0 (WeirFeedStepper, 1);
  self->replay = replay;
  self->read = g_string_new (NULL);
  weir_parser_init (&self->parser, &options);
  return self;
}

void
weir_feed_stepper_free (WeirFeedStepper *self)
{
  weir_joined_replay_free (self->replay);
  weir_parser_clear (&self->parser);
  g_string_free (self->read, TRUE);
  g_free (self);
}

static gboolean
find_event (WeirFeedStepper *self, guint64 *end)
{
  WeirItem item;

  while (weir_parser_next (&self->parser, &item) == WEIR_ITEM)
    if (item.kind == WEIR_ITEM_EVENT)
      {
        *end = item.end;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_more (WeirFeedStepper *self)
{
  WeirJoinedBytes bytes;

  if (!weir_joined_replay_next (self->replay, &bytes))
    return FALSE;
  g_string_append_len (self->read, (const char *) bytes.bytes, (gssize) bytes.length);
  weir_parser_feed (&self->parser, bytes.bytes, bytes.length);
  return TRUE;
}

gboolean
weir_feed_stepper_next (WeirFeedStepper *self, GString *bytes)
{
  guint64 end;
  gsize n;

  while (!find_event (self, &end))
    if (!read_more (self))
      {
        end = self->offset + self->read->len;
        break;
      }
  n = (gsize) (end - self->offset);
  g_string_append_len (bytes, self->read->str, (gssize) n);
  g_string_erase (self->read, 0, (gssize) n);
  self->offset = end;
  return n > 0;
}
