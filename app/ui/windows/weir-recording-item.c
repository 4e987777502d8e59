/* SPDX-License-Identifier: MIT */
#include "weir-recording-item.h"

#include "app/engine/base/weir-recording-folder.h"

struct _WeirRecordingItem
{
  GObject parent_instance;

  char *path;
  char *title;
  char *search;
  WeirRecordingSummary summary;
  gint64 n_events;
};

G_DEFINE_FINAL_TYPE (WeirRecordingItem, weir_recording_item, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_SEARCH,
  PROP_BEGIN,
  PROP_SIZE,
  PROP_N_EVENTS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
weir_recording_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WeirRecordingItem *self = WEIR_RECORDING_ITEM (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_SEARCH:
      g_value_set_string (value, self->search);
      break;
    case PROP_BEGIN:
      g_value_set_int64 (value, self->summary.begin_us);
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, self->summary.n_bytes);
      break;
    case PROP_N_EVENTS:
      g_value_set_int64 (value, self->n_events);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_recording_item_finalize (GObject *object)
{
  WeirRecordingItem *self = WEIR_RECORDING_ITEM (object);

  g_free (self->path);
  g_free (self->title);
  g_free (self->search);
  weir_recording_summary_clear (&self->summary);
  G_OBJECT_CLASS (weir_recording_item_parent_class)->finalize (object);
}

static void
weir_recording_item_class_init (WeirRecordingItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = weir_recording_item_get_property;
  object_class->finalize = weir_recording_item_finalize;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_SEARCH] = g_param_spec_string ("search", NULL, NULL, NULL, flags);
  properties[PROP_BEGIN] = g_param_spec_int64 ("begin", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_N_EVENTS] =
      g_param_spec_int64 ("n-events", NULL, NULL, -1, G_MAXINT64, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_recording_item_init (WeirRecordingItem *self)
{
  self->n_events = -1;
}

static void
take_path (WeirRecordingItem *self, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *shown = g_filename_display_name (name);

  g_free (self->path);
  g_free (self->title);
  g_free (self->search);
  self->path = g_strdup (path);
  self->title = g_str_has_suffix (shown, WEIR_RECORDING_SUFFIX)
                    ? g_strndup (shown, strlen (shown) - strlen (WEIR_RECORDING_SUFFIX))
                    : g_strdup (shown);
  self->search = g_strjoin (" ", self->title, self->summary.url, NULL);
}

WeirRecordingItem *
weir_recording_item_new (const char *path, WeirRecordingSummary *summary)
{
  WeirRecordingItem *self = g_object_new (WEIR_TYPE_RECORDING_ITEM, NULL);

  self->summary = *summary;
  *summary = (WeirRecordingSummary){ 0 };
  take_path (self, path);
  return self;
}

const char *
weir_recording_item_get_path (WeirRecordingItem *self)
{
  g_return_val_if_fail (WEIR_IS_RECORDING_ITEM (self), NULL);

  return self->path;
}

const char *
weir_recording_item_get_title (WeirRecordingItem *self)
{
  g_return_val_if_fail (WEIR_IS_RECORDING_ITEM (self), NULL);

  return self->title;
}

const WeirRecordingSummary *
weir_recording_item_get_summary (WeirRecordingItem *self)
{
  g_return_val_if_fail (WEIR_IS_RECORDING_ITEM (self), NULL);

  return &self->summary;
}

gint64
weir_recording_item_get_n_events (WeirRecordingItem *self)
{
  g_return_val_if_fail (WEIR_IS_RECORDING_ITEM (self), -1);

  return self->n_events;
}

void
weir_recording_item_set_n_events (WeirRecordingItem *self, gint64 n_events)
{
  g_return_if_fail (WEIR_IS_RECORDING_ITEM (self));

  self->n_events = n_events;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_EVENTS]);
}

void
weir_recording_item_set_path (WeirRecordingItem *self, const char *path)
{
  g_return_if_fail (WEIR_IS_RECORDING_ITEM (self));

  take_path (self, path);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCH]);
}
