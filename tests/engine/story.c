/* SPDX-License-Identifier: MIT */
#include "story.h"

struct _Story
{
  GObject parent_instance;

  GAsyncQueue *lines;
  GMutex mutex;
  GPtrArray *told;
  WeirConnectionInfo *info;
  char *line;
  guint enough;
  guint n_events;
};

static void sink_init (WeirSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (Story,
                               story,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WEIR_TYPE_SINK, sink_init))

static void
tell (Story *self, char *line)
{
  g_test_message ("%s", line);
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->told, g_strdup (line));
  g_mutex_unlock (&self->mutex);
  g_async_queue_push (self->lines, line);
}

static void
on_state_changed (WeirSink *sink, const WeirStreamStatus *status)
{
  Story *self = WEIR_STORY (sink);
  const char *name = weir_stream_state_get_name (status->state);
  const char *reason = status->connection ? weir_end_reason_get_name (status->connection->end) : "";

  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->info, weir_connection_info_unref);
  if (status->connection)
    self->info = weir_connection_info_ref (status->connection);
  g_mutex_unlock (&self->mutex);

  switch (status->state)
    {
    case WEIR_STREAM_STATE_WAITING:
      tell (self, g_strdup_printf ("waiting %s %" G_GINT64_FORMAT, reason, status->delay_ms));
      break;
    case WEIR_STREAM_STATE_ENDED:
      tell (self, status->failed ? g_strdup_printf ("failed %s: %s", reason, status->text)
                                 : g_strdup_printf ("ended %s", reason));
      break;
    case WEIR_STREAM_STATE_IDLE:
    case WEIR_STREAM_STATE_CONNECTING:
    case WEIR_STREAM_STATE_OPEN:
    default:
      tell (self, g_strdup (name));
      break;
    }
}

static gboolean
on_items (WeirSink *sink, const WeirItem *items, gsize n_items)
{
  Story *self = WEIR_STORY (sink);

  for (gsize i = 0; i < n_items; i++)
    switch (items[i].kind)
      {
      case WEIR_ITEM_EVENT:
        tell (self, g_strdup_printf ("event %.*s %.*s %.*s", (int) items[i].type.length,
                                     items[i].type.text, (int) items[i].last_event_id.length,
                                     items[i].last_event_id.text, (int) items[i].data.length,
                                     items[i].data.text));
        if (++self->n_events == self->enough)
          return FALSE;
        break;
      case WEIR_ITEM_COMMENT:
        tell (self,
              g_strdup_printf ("comment %.*s", (int) items[i].text.length, items[i].text.text));
        break;
      case WEIR_ITEM_RETRY:
        tell (self, g_strdup_printf ("retry %" G_GUINT64_FORMAT, items[i].retry_ms));
        break;
      case WEIR_ITEM_FINDING:
      default:
        tell (self, g_strdup_printf ("finding %s", weir_finding_name (items[i].finding)));
        break;
      }
  return TRUE;
}

static void
on_note (WeirSink *sink, const WeirNote *note)
{
  tell (WEIR_STORY (sink),
        g_strdup_printf ("note %s: %s", weir_note_kind_get_name (note->kind), note->text));
}

static void
sink_init (WeirSinkInterface *iface)
{
  iface->state_changed = on_state_changed;
  iface->items = on_items;
  iface->note = on_note;
}

static void
story_finalize (GObject *object)
{
  Story *self = WEIR_STORY (object);

  g_async_queue_unref (self->lines);
  g_ptr_array_unref (self->told);
  g_clear_pointer (&self->info, weir_connection_info_unref);
  g_mutex_clear (&self->mutex);
  g_free (self->line);
  G_OBJECT_CLASS (story_parent_class)->finalize (object);
}

static void
story_class_init (StoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = story_finalize;
}

static void
story_init (Story *self)
{
  self->lines = g_async_queue_new_full (g_free);
  self->told = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&self->mutex);
}

Story *
story_new (void)
{
  return g_object_new (WEIR_TYPE_STORY, NULL);
}

void
story_set_enough (Story *self, guint n)
{
  self->enough = n;
}

static const char *
take_line (Story *self, const char *wanted)
{
  g_free (self->line);
  self->line = g_async_queue_timeout_pop (self->lines, 60 * G_TIME_SPAN_SECOND);
  if (!self->line)
    g_error ("nothing was told for a minute; waiting for “%s”", wanted);
  return self->line;
}

const char *
story_wait (Story *self, const char *prefix)
{
  const char *line;

  do
    {
      line = take_line (self, prefix);
      if (g_str_has_prefix (line, prefix))
        return line;
    }
  while (!g_str_has_prefix (line, "failed") && !g_str_has_prefix (line, "ended"));
  g_error ("waiting for “%s”, but: %s", prefix, line);
}

const char *
story_expect (Story *self, const char *prefix)
{
  const char *line = take_line (self, prefix);

  if (!g_str_has_prefix (line, prefix))
    g_error ("expected “%s”, but: %s", prefix, line);
  return line;
}

gboolean
story_has (Story *self, const char *prefix)
{
  gboolean found = FALSE;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->told->len; i++)
    found = found || g_str_has_prefix (self->told->pdata[i], prefix);
  g_mutex_unlock (&self->mutex);
  return found;
}

WeirConnectionInfo *
story_get_info (Story *self)
{
  WeirConnectionInfo *info;

  g_mutex_lock (&self->mutex);
  info = self->info;
  g_mutex_unlock (&self->mutex);
  return info;
}
