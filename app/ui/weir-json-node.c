/* SPDX-License-Identifier: MIT */
#include "weir-json-node.h"

struct _WeirJsonNode
{
  GObject parent_instance;

  GBytes *text;
  WeirJsonTokenKind kind;
  gsize begin;
  gsize end;
  char *name;
  char *path;
};

G_DEFINE_FINAL_TYPE (WeirJsonNode, weir_json_node, G_TYPE_OBJECT)

static void
weir_json_node_finalize (GObject *object)
{
  WeirJsonNode *self = WEIR_JSON_NODE (object);

  g_clear_pointer (&self->text, g_bytes_unref);
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

static WeirJsonNode *
make_node (GBytes *text, WeirJsonTokenKind kind, gsize begin, gsize end, char *name, char *path)
{
  WeirJsonNode *self = g_object_new (WEIR_TYPE_JSON_NODE, NULL);

  self->text = g_bytes_ref (text);
  self->kind = kind;
  self->begin = begin;
  self->end = end;
  self->name = name;
  self->path = path;
  return self;
}

WeirJsonNode *
weir_json_node_new (GBytes *text)
{
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);
  WeirJson json;
  WeirJsonToken token, last;
  WeirJsonStatus status;

  weir_json_init (&json, bytes, length, 0);
  if (weir_json_next (&json, &token) != WEIR_JSON_TOKEN)
    return NULL;
  last = token;
  while ((status = weir_json_next (&json, &last)) == WEIR_JSON_TOKEN)
    continue;
  if (status != WEIR_JSON_DONE)
    return NULL;
  return make_node (text, token.kind, token.begin, MAX (token.end, last.end), g_strdup ("$"),
                    g_strdup ("$"));
}

WeirJsonTokenKind
weir_json_node_get_kind (WeirJsonNode *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), WEIR_JSON_NULL);

  return self->kind;
}

gboolean
weir_json_node_is_container (WeirJsonNode *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), FALSE);

  return self->kind == WEIR_JSON_OBJECT_BEGIN || self->kind == WEIR_JSON_ARRAY_BEGIN;
}

const char *
weir_json_node_get_name (WeirJsonNode *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), NULL);

  return self->name;
}

const char *
weir_json_node_get_path (WeirJsonNode *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), NULL);

  return self->path;
}

char *
weir_json_node_get_text (WeirJsonNode *self)
{
  const char *bytes = g_bytes_get_data (self->text, NULL);

  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), NULL);

  return g_strndup (bytes + self->begin, self->end - self->begin);
}

/* A name that needs no quotes in a path. */
static gboolean
is_plain (const char *name)
{
  if (!g_ascii_isalpha (*name) && *name != '_')
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '_')
      return FALSE;
  return TRUE;
}

static char *
make_path (WeirJsonNode *self, const char *name, guint i)
{
  g_autofree char *escaped = NULL;

  if (self->kind == WEIR_JSON_ARRAY_BEGIN)
    return g_strdup_printf ("%s[%u]", self->path, i);
  if (is_plain (name))
    return g_strdup_printf ("%s.%s", self->path, name);
  escaped = g_strescape (name, NULL);
  return g_strdup_printf ("%s[\"%s\"]", self->path, escaped);
}

static char *
read_name (const char *text, const WeirJsonToken *key)
{
  char *name = g_malloc (key->end - key->begin + 1);

  name[weir_json_unescape (text, key, name)] = '\0';
  return name;
}

typedef void (*Visit) (WeirJsonNode *self,
                       const WeirJsonToken *key,
                       const WeirJsonToken *value,
                       gsize end,
                       guint i,
                       gpointer data);

/* Visits each child; of a container the end is behind its closing bracket. */
static guint
visit_children (WeirJsonNode *self, Visit visit, gpointer data)
{
  const char *text = (const char *) g_bytes_get_data (self->text, NULL) + self->begin;
  WeirJson json;
  WeirJsonToken token, key = { 0 };
  guint n = 0;

  if (!weir_json_node_is_container (self))
    return 0;
  weir_json_init (&json, text, self->end - self->begin, 0);
  weir_json_next (&json, &token);
  while (weir_json_next (&json, &token) == WEIR_JSON_TOKEN && token.depth > 0)
    {
      WeirJsonToken end = token;

      if (token.kind == WEIR_JSON_KEY)
        {
          key = token;
          continue;
        }
      if (weir_json_skip (&json, &end) != WEIR_JSON_TOKEN)
        break;
      if (visit != NULL)
        visit (self, &key, &token, end.end, n, data);
      n++;
    }
  return n;
}

static void
add_child (WeirJsonNode *self,
           const WeirJsonToken *key,
           const WeirJsonToken *value,
           gsize end,
           guint i,
           gpointer data)
{
  const char *text = (const char *) g_bytes_get_data (self->text, NULL) + self->begin;
  char *name =
      self->kind == WEIR_JSON_OBJECT_BEGIN ? read_name (text, key) : g_strdup_printf ("%u", i);

  g_ptr_array_add (data, make_node (self->text, value->kind, self->begin + value->begin,
                                    self->begin + end, name, make_path (self, name, i)));
}

guint
weir_json_node_count (WeirJsonNode *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), 0);

  return visit_children (self, NULL, NULL);
}

GListModel *
weir_json_node_get_children (WeirJsonNode *self)
{
  GListStore *store = g_list_store_new (WEIR_TYPE_JSON_NODE);
  g_autoptr (GPtrArray) children = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (WEIR_IS_JSON_NODE (self), NULL);

  visit_children (self, add_child, children);
  g_list_store_splice (store, 0, 0, children->pdata, children->len);
  return G_LIST_MODEL (store);
}
