/* SPDX-License-Identifier: MIT */
#include "weir-schema-node-private.h"

#include <string.h>

#include "base/weir-json-text.h"

/* What comes and goes is told only where it is away for more than so many times as long as ever. */
#define TIMES_AS_LONG 3u
/* What is away for less, and comes again, is left out now and then. */
#define LEAST_AWAY 3u

guint64
weir_presence_end (const WeirPresence *self, guint64 now)
{
  const guint64 away = now - self->last;

  return away > TIMES_AS_LONG * self->longest ? away : 0;
}

guint64
weir_presence_come (WeirPresence *self, guint64 now)
{
  const guint64 away = now - self->last - 1;
  const guint64 told = away >= LEAST_AWAY ? weir_presence_end (self, now - 1) : 0;

  self->last = now;
  self->longest = MAX (self->longest, away);
  return told;
}

WeirSchemaNode *
weir_schema_node_new (WeirSchemaNode *parent, const char *name, gsize length)
{
  WeirSchemaNode *self = g_new0 (WeirSchemaNode, 1);

  self->parent = parent;
  self->name = name != NULL ? g_memdup2 (name, length + 1) : NULL;
  self->length = length;
  return self;
}

void
weir_schema_node_free (WeirSchemaNode *self)
{
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_clear_pointer (&self->previous, g_ptr_array_unref);
  g_free (self->name);
  g_free (self);
}

guint
weir_schema_node_hash (gconstpointer key)
{
  const WeirSchemaNode *self = key;
  guint hash = g_direct_hash (self->parent) >> 4;

  for (gsize i = 0; i < self->length; i++)
    hash = hash * 33 + (guchar) self->name[i];
  return hash;
}

gboolean
weir_schema_node_equal (gconstpointer a, gconstpointer b)
{
  const WeirSchemaNode *one = a, *other = b;

  return one->parent == other->parent && one->length == other->length
         && (one->name == NULL) == (other->name == NULL)
         && (one->name == NULL || memcmp (one->name, other->name, one->length) == 0);
}

/* What a path takes without quotes. */
static gboolean
is_plain (const WeirSchemaNode *self)
{
  for (gsize i = 0; i < self->length; i++)
    if (!g_ascii_isalnum (self->name[i]) && self->name[i] != '_' && self->name[i] != '-'
        && (guchar) self->name[i] < 0x80)
      return FALSE;
  return self->length > 0;
}

static void
append_path (GString *path, const WeirSchemaNode *self)
{
  if (self->parent == NULL)
    {
      g_string_append_c (path, '$');
      return;
    }
  append_path (path, self->parent);
  if (self->name == NULL)
    g_string_append (path, "[*]");
  else if (is_plain (self))
    {
      g_string_append_c (path, '.');
      g_string_append_len (path, self->name, (gssize) self->length);
    }
  else
    {
      g_string_append_c (path, '[');
      weir_json_text_append_string (path, self->name, self->length);
      g_string_append_c (path, ']');
    }
}

char *
weir_schema_node_get_path (const WeirSchemaNode *self)
{
  GString *path = g_string_new (NULL);

  append_path (path, self);
  return g_string_free (path, FALSE);
}
