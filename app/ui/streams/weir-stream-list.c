/* SPDX-License-Identifier: MIT */
#include "weir-stream-list.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "weir-keyring.h"

/* Of the file. Members that a newer version adds survive; a change of meaning needs another number. */
#define VERSION 1
#define SAVE_AFTER_MS 800
#define SAMPLE_EVERY_MS 500
/* A keyring that takes longer probably shows a password prompt, perhaps covered by this window. */
#define KEYRING_PATIENCE_MS 1500

struct _WeirStreamList
{
  GObject parent_instance;

  char *path;        /* NULL if nothing is saved */
  gboolean is_newer; /* a newer version wrote the file, which is left as it is */
  char *others;      /* members of the file that this version does not know; NULL: none */
  GPtrArray *items;
  guint save_timeout;
  guint sample_timeout;
  char *keyring_error;
  GHashTable *in_keyring; /* of uuids whose secrets may be there */
  guint keyring_calls;    /* that wait for an answer */
  guint keyring_timeout;  /* 0 while calls wait: they have waited for long */
  gboolean loading;       /* one items-changed for all that is loaded, not one each */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirStreamList,
                               weir_stream_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_0,
  PROP_KEYRING_ERROR,
  PROP_KEYRING_WAITING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_STREAM_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return WEIR_STREAM_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  WeirStreamList *self = WEIR_STREAM_LIST (model);

  if (position >= self->items->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->items, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static gboolean
sample (gpointer data)
{
  WeirStreamList *self = WEIR_STREAM_LIST (data);
  const gint64 now_us = g_get_real_time ();

  for (guint i = 0; i < self->items->len; i++)
    weir_stream_item_sample (g_ptr_array_index (self->items, i), now_us);
  return G_SOURCE_CONTINUE;
}

/* Puts members, as they were written, before the end of the object in text. */
static void
add_members (GString *text, const char *members)
{
  if (members == NULL)
    return;
  g_string_truncate (text, text->len - strlen ("\n}"));
  g_string_append_printf (text, ",\n  %s\n}", members);
}

static void
append_item (GString *text, WeirStreamItem *item)
{
  const WeirStreamConfig *config = weir_stream_item_get_config (item);
  g_autoptr (JsonNode) node = weir_stream_config_to_json (config);
  g_autofree char *object = NULL;

  json_object_set_boolean_member (json_node_get_object (node), "open",
                                  weir_stream_item_is_live (item));
  object = json_to_string (node, TRUE);
  g_string_append (text, object);
  add_members (text, config->others);
}

static char *
to_json (WeirStreamList *self)
{
  GString *text = g_string_new (NULL);
  gboolean first = TRUE;

  g_string_append_printf (text, "{\n\"version\" : %d,\n\"streams\" : [", VERSION);
  for (guint i = 0; i < self->items->len; i++)
    {
      WeirStreamItem *item = g_ptr_array_index (self->items, i);

      if (weir_stream_item_get_config (item)->is_temporary)
        continue;
      g_string_append (text, first ? "\n" : ",\n");
      append_item (text, item);
      first = FALSE;
    }
  g_string_append (text, "\n]\n}");
  add_members (text, self->others);
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}

static void
save (WeirStreamList *self)
{
  g_autofree char *folder = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;

  if (self->path == NULL || self->is_newer)
    return;
  folder = g_path_get_dirname (self->path);
  text = to_json (self);
  g_mkdir_with_parents (folder, 0700);
  if (!g_file_set_contents_full (self->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 &error))
    g_message (_ ("The list of streams could not be saved: %s"), error->message);
}

static gboolean
save_now (gpointer data)
{
  WeirStreamList *self = WEIR_STREAM_LIST (data);

  self->save_timeout = 0;
  save (self);
  return G_SOURCE_REMOVE;
}

void
weir_stream_list_changed (WeirStreamList *self)
{
  g_return_if_fail (WEIR_IS_STREAM_LIST (self));

  if (self->save_timeout == 0)
    self->save_timeout = g_timeout_add (SAVE_AFTER_MS, save_now, self);
}

void
weir_stream_list_flush (WeirStreamList *self)
{
  g_return_if_fail (WEIR_IS_STREAM_LIST (self));

  for (guint i = 0; i < self->items->len; i++)
    weir_stream_item_flush_bookmarks (g_ptr_array_index (self->items, i));
  if (self->save_timeout == 0)
    return;
  g_clear_handle_id (&self->save_timeout, g_source_remove);
  save (self);
}

static void
weir_stream_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WeirStreamList *self = WEIR_STREAM_LIST (object);

  switch (id)
    {
    case PROP_KEYRING_ERROR:
      g_value_set_string (value, self->keyring_error);
      break;
    case PROP_KEYRING_WAITING:
      g_value_set_boolean (value, weir_stream_list_get_keyring_waiting (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_stream_list_finalize (GObject *object)
{
  WeirStreamList *self = WEIR_STREAM_LIST (object);

  weir_stream_list_flush (self);
  g_clear_handle_id (&self->sample_timeout, g_source_remove);
  g_clear_handle_id (&self->keyring_timeout, g_source_remove);
  for (guint i = 0; i < self->items->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->items, i), self);
  g_ptr_array_unref (self->items);
  g_hash_table_unref (self->in_keyring);
  g_free (self->path);
  g_free (self->keyring_error);
  g_free (self->others);
  G_OBJECT_CLASS (weir_stream_list_parent_class)->finalize (object);
}

static void
weir_stream_list_class_init (WeirStreamListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = weir_stream_list_get_property;
  object_class->finalize = weir_stream_list_finalize;

  properties[PROP_KEYRING_ERROR] = g_param_spec_string ("keyring-error", NULL, NULL, NULL,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_KEYRING_WAITING] = g_param_spec_boolean (
      "keyring-waiting", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_stream_list_init (WeirStreamList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->in_keyring = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->sample_timeout = g_timeout_add (SAMPLE_EVERY_MS, sample, self);
}

WeirStreamList *
weir_stream_list_new (const char *path)
{
  WeirStreamList *self = g_object_new (WEIR_TYPE_STREAM_LIST, NULL);

  self->path = g_strdup (path);
  return self;
}

static void
keyring_failed (WeirStreamList *self, const char *message)
{
  if (g_strcmp0 (self->keyring_error, message) == 0)
    return;
  g_free (self->keyring_error);
  self->keyring_error = g_strdup (message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEYRING_ERROR]);
}

static gboolean
keyring_is_slow (gpointer user_data)
{
  WeirStreamList *self = user_data;

  self->keyring_timeout = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEYRING_WAITING]);
  return G_SOURCE_REMOVE;
}

static void
keyring_asked (WeirStreamList *self)
{
  if (self->keyring_calls++ == 0)
    self->keyring_timeout = g_timeout_add (KEYRING_PATIENCE_MS, keyring_is_slow, self);
}

static void
keyring_answered (WeirStreamList *self)
{
  if (--self->keyring_calls > 0)
    return;
  if (self->keyring_timeout == 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEYRING_WAITING]);
  g_clear_handle_id (&self->keyring_timeout, g_source_remove);
}

static void
secrets_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirStreamList) self = user_data;
  g_autoptr (GError) error = NULL;

  keyring_answered (self);
  if (!weir_keyring_store_finish (result, &error))
    keyring_failed (self, error->message);
}

static void
store_secrets (WeirStreamList *self, WeirStreamItem *item)
{
  const WeirStreamConfig *config = weir_stream_item_get_config (item);
  g_autofree char *secrets = weir_stream_config_get_secrets (config);

  if (self->path == NULL || weir_stream_config_lacks_secrets (config))
    return;
  if (secrets == NULL)
    {
      /* Without them at the start, they may still be there for later. */
      if (!config->was_loaded && g_hash_table_remove (self->in_keyring, config->uuid))
        weir_keyring_clear (config->uuid);
      return;
    }
  g_hash_table_add (self->in_keyring, g_strdup (config->uuid));
  keyring_asked (self);
  weir_keyring_store_async (config->uuid, weir_stream_item_get_title (item), secrets,
                            secrets_stored, g_object_ref (self));
}

static void
item_changed (WeirStreamList *self)
{
  weir_stream_list_changed (self);
}

static void
title_changed (WeirStreamList *self, GParamSpec *pspec, WeirStreamItem *item)
{
  store_secrets (self, item);
  weir_stream_list_changed (self);
}

void
weir_stream_list_insert (WeirStreamList *self, guint position, WeirStreamItem *item)
{
  g_return_if_fail (WEIR_IS_STREAM_LIST (self));
  g_return_if_fail (WEIR_IS_STREAM_ITEM (item));

  position = MIN (position, self->items->len);
  g_ptr_array_insert (self->items, (int) position, g_object_ref (item));
  g_signal_connect_swapped (item, "notify::state", G_CALLBACK (item_changed), self);
  g_signal_connect_swapped (item, "notify::alert-filter", G_CALLBACK (item_changed), self);
  g_signal_connect_data (item, "notify::title", G_CALLBACK (title_changed), self, NULL,
                         G_CONNECT_SWAPPED);
  store_secrets (self, item);
  weir_stream_list_changed (self);
  if (!self->loading)
    g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

void
weir_stream_list_add (WeirStreamList *self, WeirStreamItem *item)
{
  weir_stream_list_insert (self, G_MAXUINT, item);
}

void
weir_stream_list_remove (WeirStreamList *self, guint position)
{
  g_return_if_fail (WEIR_IS_STREAM_LIST (self));
  g_return_if_fail (position < self->items->len);

  g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->items, position), self);
  g_ptr_array_remove_index (self->items, position);
  weir_stream_list_changed (self);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

void
weir_stream_list_move (WeirStreamList *self, guint from, guint to)
{
  gpointer item;

  g_return_if_fail (WEIR_IS_STREAM_LIST (self));
  g_return_if_fail (from < self->items->len && to < self->items->len);

  if (from == to)
    return;
  item = g_ptr_array_steal_index (self->items, from);
  g_ptr_array_insert (self->items, (int) to, item);
  weir_stream_list_changed (self);
  g_list_model_items_changed (G_LIST_MODEL (self), MIN (from, to),
                              MAX (from, to) - MIN (from, to) + 1,
                              MAX (from, to) - MIN (from, to) + 1);
}

guint
weir_stream_list_find (WeirStreamList *self, WeirStreamItem *item)
{
  guint position;

  g_return_val_if_fail (WEIR_IS_STREAM_LIST (self), G_MAXUINT);

  return g_ptr_array_find (self->items, item, &position) ? position : G_MAXUINT;
}

WeirStreamItem *
weir_stream_list_find_address (WeirStreamList *self, const char *address)
{
  g_return_val_if_fail (WEIR_IS_STREAM_LIST (self), NULL);

  for (guint i = 0; i < self->items->len; i++)
    {
      WeirStreamItem *item = g_ptr_array_index (self->items, i);

      if (g_strcmp0 (weir_stream_item_get_config (item)->address, address) == 0)
        return item;
    }
  return NULL;
}

typedef struct
{
  WeirStreamList *list;
  WeirStreamItem *item;
  gboolean open;
} Lookup;

static void
secrets_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Lookup *lookup = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *secrets = weir_keyring_lookup_finish (result, &error);

  keyring_answered (lookup->list);
  if (secrets != NULL)
    {
      WeirStreamConfig *config =
          weir_stream_config_copy (weir_stream_item_get_config (lookup->item));

      weir_stream_config_set_secrets (config, secrets);
      weir_stream_item_set_config (lookup->item, config);
    }
  if (error != NULL)
    keyring_failed (lookup->list, error->message);
  if (lookup->open)
    weir_stream_item_open (lookup->item);
  g_object_unref (lookup->list);
  g_object_unref (lookup->item);
  g_free (lookup);
}

static void
load_item (WeirStreamList *self, const WeirJsonObject *object, gboolean resume)
{
  WeirStreamConfig *config = weir_stream_config_from_json (object);
  g_autoptr (WeirStreamItem) item = NULL;
  Lookup *lookup;
  gboolean open;

  if (config == NULL)
    return;
  open = resume && weir_json_object_get_boolean (object, "open")
         && weir_stream_config_is_harmless (config);
  item = weir_stream_item_new (config);
  weir_stream_list_add (self, item);
  if (!weir_json_object_get_boolean (object, "secrets"))
    {
      if (open)
        weir_stream_item_open (item);
      return;
    }
  g_hash_table_add (self->in_keyring, g_strdup (config->uuid));
  lookup = g_new0 (Lookup, 1);
  lookup->list = g_object_ref (self);
  lookup->item = g_object_ref (item);
  lookup->open = open;
  keyring_asked (self);
  weir_keyring_lookup_async (config->uuid, secrets_found, lookup);
}

static void
set_aside (WeirStreamList *self)
{
  g_autofree char *aside = g_strconcat (self->path, ".damaged", NULL);
  g_autoptr (GFile) from = g_file_new_for_path (self->path), to = g_file_new_for_path (aside);

  g_file_move (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, NULL);
}

/* The objects of the array "streams". Returns NULL if the file is damaged. */
static GPtrArray *
read_streams (WeirStreamList *self)
{
  static const char *const known[] = { "version", "streams", NULL };
  g_autofree char *text = NULL;
  g_autoptr (WeirJsonObject) root = NULL;
  gsize length;

  if (!g_file_get_contents (self->path, &text, &length, NULL))
    return NULL;
  root = weir_json_object_new (text, length);
  if (root == NULL)
    return NULL;
  self->is_newer = weir_json_object_get_integer (root, "version", VERSION) > VERSION;
  self->others = weir_json_object_dup_others (root, known);
  return weir_json_object_dup_objects (root, "streams");
}

gboolean
weir_stream_list_load (WeirStreamList *self, gboolean resume, GError **error)
{
  g_autoptr (GPtrArray) streams = NULL;
  guint before;

  g_return_val_if_fail (WEIR_IS_STREAM_LIST (self), FALSE);

  if (self->path == NULL || !g_file_test (self->path, G_FILE_TEST_EXISTS))
    return TRUE;
  streams = read_streams (self);
  if (streams == NULL && self->is_newer)
    streams = g_ptr_array_new ();
  if (streams == NULL)
    {
      set_aside (self);
      g_set_error (
          error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
          _ ("The saved streams could not be read. The damaged file was kept as %s.damaged"),
          self->path);
      return FALSE;
    }
  before = self->items->len;
  self->loading = TRUE;
  for (guint i = 0; i < streams->len; i++)
    load_item (self, g_ptr_array_index (streams, i), resume);
  self->loading = FALSE;
  g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->items->len - before);
  if (!self->is_newer)
    return TRUE;
  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
      _ ("A newer version of Weir saved these streams. Changes are not saved: %s stays as it "
         "is."),
      self->path);
  return FALSE;
}

const char *
weir_stream_list_get_keyring_error (WeirStreamList *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_LIST (self), NULL);

  return self->keyring_error;
}

gboolean
weir_stream_list_get_keyring_waiting (WeirStreamList *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_LIST (self), FALSE);

  return self->keyring_calls > 0 && self->keyring_timeout == 0;
}

void
weir_stream_list_rename_recording (WeirStreamList *self, const char *from, const char *to)
{
  g_return_if_fail (WEIR_IS_STREAM_LIST (self));

  for (guint i = 0; i < self->items->len; i++)
    weir_stream_item_rename_recording (g_ptr_array_index (self->items, i), from, to);
  weir_stream_list_changed (self);
}
