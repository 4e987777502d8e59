/* SPDX-License-Identifier: MIT */
#include "weir-json-node.h"

#include <string.h>

#include "app/engine/base/weir-direction.h"
#include "app/engine/base/weir-json-text.h"

struct _WeirJsonNode
{
  GObject parent_instance;

  GBytes *text;
  WeirJsonNode *parent; /* NULL: it is the whole text's value */
  guint position;
  GListModel *range; /* NULL: it is a value */
  gsize key;         /* of an object's member */
  gsize begin;
  gsize end;
  guint count;
  char *name;
  char *path;
};

G_DEFINE_FINAL_TYPE (WeirJsonNode, weir_json_node, G_TYPE_OBJECT)

static void
weir_json_node_finalize (GObject *object)
{
  WeirJsonNode *self = WEIR_JSON_NODE (object);

  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_object (&self->parent);
  g_clear_object (&self->range);
  g_free (self->name);
  g_free (self->path);
  G_OBJECT_CLASS (weir_json_node_parent_class)->finalize (object);
}

static void
weir_json_node_class_init (WeirJsonNodeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_json_node_finalize;
}

static void
weir_json_node_init (WeirJsonNode *self)
{
}

WeirJsonNode *
weir_json_node_new (GBytes *text)
{
  WeirJsonNode *self;
  gsize length, begin = 0, end = 0;
  guint count = 0;
  const char *bytes = g_bytes_get_data (text, &length);
  WeirJson json;
  WeirJsonToken token;
  WeirJsonStatus status;

  weir_json_init (&json, bytes, length, 0);
  for (guint n = 0; (status = weir_json_next (&json, &token)) == WEIR_JSON_TOKEN; n++)
    {
      if (n == 0)
        begin = token.begin;
      if (token.depth == 0)
        end = token.end;
      if (token.depth == 1 && token.kind != WEIR_JSON_KEY && token.kind != WEIR_JSON_OBJECT_END
          && token.kind != WEIR_JSON_ARRAY_END)
        count++;
    }
  if (status != WEIR_JSON_DONE)
    return NULL;
  self = g_object_new (WEIR_TYPE_JSON_NODE, NULL);
  self->text = g_bytes_ref (text);
  self->begin = begin;
  self->end = end;
  self->count = count;
  return self;
}

WeirJsonNode *
weir_json_node_new_child (WeirJsonNode *parent, guint position, const WeirJsonPlace *place)
{
  WeirJsonNode *self;

  g_return_val_if_fail (WEIR_IS_JSON_NODE (parent), NULL);

  self = g_object_new (WEIR_TYPE_JSON_NODE, NULL);
  self->text = g_bytes_ref (parent->text);
  self->parent = g_object_ref (parent);
  self->position = position;
  self->key = place->key;
  self->begin = place->begin;
  self->end = place->end;
  self->count = place->count;
  return self;
}

WeirJsonNode *
weir_json_node_new_range (WeirJsonNode *parent,
                          guint first,
                          const WeirJsonPlace *place,
                          GListModel *range)
{
  WeirJsonNode *self = weir_json_node_new_child (parent, first, place);

  self->range = g_object_ref (range);
  return self;
}

GListModel *
weir_json_node_get_range (WeirJsonNode *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), NULL);

  return self->range;
}

static const char *
get_text (WeirJsonNode *self)
{
  return g_bytes_get_data (self->text, NULL);
}

WeirJsonTokenKind
weir_json_node_get_kind (WeirJsonNode *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), WEIR_JSON_NULL);

  switch (get_text (self)[self->range != NULL ? self->parent->begin : self->begin])
    {
    case '{':
      return WEIR_JSON_OBJECT_BEGIN;
    case '[':
      return WEIR_JSON_ARRAY_BEGIN;
    case '"':
      return WEIR_JSON_STRING;
    case 't':
      return WEIR_JSON_TRUE;
    case 'f':
      return WEIR_JSON_FALSE;
    case 'n':
      return WEIR_JSON_NULL;
    default:
      return WEIR_JSON_NUMBER;
    }
}

gboolean
weir_json_node_is_container (WeirJsonNode *self)
{
  const WeirJsonTokenKind kind = weir_json_node_get_kind (self);

  return kind == WEIR_JSON_OBJECT_BEGIN || kind == WEIR_JSON_ARRAY_BEGIN;
}

GBytes *
weir_json_node_get_bytes (WeirJsonNode *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), NULL);

  return self->text;
}

gsize
weir_json_node_get_begin (WeirJsonNode *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), 0);

  return self->begin;
}

const char *
weir_json_node_peek_text (WeirJsonNode *self, gsize *length)
{
  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), NULL);

  *length = self->end - self->begin;
  return get_text (self) + self->begin;
}

guint
weir_json_node_get_count (WeirJsonNode *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), 0);

  return self->count;
}

/* --- Name and path ----------------------------------------------------------- */

static gboolean
is_member (WeirJsonNode *self)
{
  return self->parent != NULL && weir_json_node_get_kind (self->parent) == WEIR_JSON_OBJECT_BEGIN;
}

/* The member's unescaped name, which may contain NUL. */
static char *
read_key (WeirJsonNode *self, gsize *length)
{
  const char *text = get_text (self) + self->key;
  const gsize rest = self->begin - self->key;
  WeirJsonToken key = { .kind = WEIR_JSON_KEY, .end = rest };
  char *name;

  /* Between the name and the value there are a colon and white space. */
  while (text[key.end - 1] != '"')
    key.end--;
  key.escaped = memchr (text, '\\', key.end) != NULL;
  name = g_malloc (key.end);
  *length = weir_json_unescape (text, &key, name);
  name[*length] = '\0';
  return name;
}

/* What would do something to a line rather than be seen in it is escaped. */
static void
append_visible (GString *line, const char *text, gsize length)
{
  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c) || weir_turns_direction (c))
        g_string_append_printf (line, "\\u%04x", c);
      else
        g_string_append_unichar (line, c);
    }
}

static char *
write_name (WeirJsonNode *self)
{
  g_autofree char *key = NULL;
  GString *name;
  gsize length;

  if (self->parent == NULL)
    return g_strdup ("$");
  if (self->range != NULL)
    return g_strdup_printf ("%u … %u", self->position, self->position + self->count - 1);
  if (!is_member (self))
    return g_strdup_printf ("%u", self->position);
  key = read_key (self, &length);
  name = g_string_sized_new (length);
  append_visible (name, key, length);
  return g_string_free (name, FALSE);
}

const char *
weir_json_node_get_name (WeirJsonNode *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), NULL);

  if (self->name == NULL)
    self->name = write_name (self);
  return self->name;
}

/* A name that needs no quotes in a path. */
static gboolean
is_plain (const char *name, gsize length)
{
  if (!g_ascii_isalpha (*name) && *name != '_')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (name[i]) && name[i] != '_')
      return FALSE;
  return TRUE;
}

static char *
write_path (WeirJsonNode *self)
{
  g_autofree char *key = NULL;
  g_autoptr (GString) quoted = NULL;
  GString *path;
  gsize length;

  if (self->parent == NULL)
    return g_strdup ("$");
  path = g_string_new (weir_json_node_get_path (self->parent));
  if (self->range != NULL)
    return g_string_free (path, FALSE);
  if (!is_member (self))
    {
      g_string_append_printf (path, "[%u]", self->position);
      return g_string_free (path, FALSE);
    }
  key = read_key (self, &length);
  if (is_plain (key, length))
    g_string_append_printf (path, ".%s", key);
  else
    {
      quoted = g_string_new (NULL);
      weir_json_text_append_string (quoted, key, length);
      g_string_append_c (path, '[');
      append_visible (path, quoted->str, quoted->len);
      g_string_append_c (path, ']');
    }
  return g_string_free (path, FALSE);
}

const char *
weir_json_node_get_path (WeirJsonNode *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), NULL);

  if (self->path == NULL)
    self->path = write_path (self);
  return self->path;
}
