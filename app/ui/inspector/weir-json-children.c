/* SPDX-License-Identifier: MIT */
#include "weir-json-children.h"

#include "app/engine/base/weir-bisect.h"

struct _WeirJsonChildren
{
  GObject parent_instance;

  WeirJsonNode *parent;
  GArray *children; /* of WeirJsonPlace, all of parent's; NULL: not read yet */
  guint first, n;   /* which of them are listed */
  guint step;       /* how many make an item */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirJsonChildren,
                               weir_json_children,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static gboolean
is_end (const WeirJsonToken *token)
{
  return token->kind == WEIR_JSON_OBJECT_END || token->kind == WEIR_JSON_ARRAY_END;
}

static GArray *
read_children (WeirJsonNode *parent)
{
  const guint32 begin = (guint32) weir_json_node_get_begin (parent);
  GArray *children = g_array_new (FALSE, FALSE, sizeof (WeirJsonPlace));
  guint32 key = 0;
  gsize length;
  const char *text = weir_json_node_peek_text (parent, &length);
  WeirJson json;
  WeirJsonToken token;

  weir_json_init (&json, text, length, 0);
  weir_json_next (&json, &token);
  while (weir_json_next (&json, &token) == WEIR_JSON_TOKEN)
    {
      WeirJsonPlace *last =
          children->len > 0 ? &g_array_index (children, WeirJsonPlace, children->len - 1) : NULL;

      if (token.depth == 2 && token.kind != WEIR_JSON_KEY && !is_end (&token))
        last->count++;
      else if (token.depth == 1 && is_end (&token))
        last->end = begin + (guint32) token.end;
      else if (token.depth == 1 && token.kind == WEIR_JSON_KEY)
        key = begin + (guint32) token.begin;
      else if (token.depth == 1)
        {
          const WeirJsonPlace child = { key, begin + (guint32) token.begin,
                                        begin + (guint32) token.end, 0 };

          g_array_append_val (children, child);
        }
    }
  return children;
}

static void
set_range (WeirJsonChildren *self, guint first, guint n)
{
  self->first = first;
  self->n = n;
  self->step = 1;
  while ((n - 1) / self->step >= WEIR_JSON_CHILDREN_MOST && n > 0)
    self->step *= WEIR_JSON_CHILDREN_MOST;
}

static const WeirJsonPlace *
get_child (WeirJsonChildren *self, guint i)
{
  if (self->children == NULL)
    {
      self->children = read_children (self->parent);
      set_range (self, 0, self->children->len);
    }
  return &g_array_index (self->children, WeirJsonPlace, i);
}

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_JSON_NODE;
}

static guint
get_n_items (GListModel *model)
{
  WeirJsonChildren *self = WEIR_JSON_CHILDREN (model);

  get_child (self, 0);
  return (self->n + self->step - 1) / self->step;
}

static WeirJsonNode *
make_range (WeirJsonChildren *self, guint first, guint n)
{
  g_autoptr (WeirJsonChildren) range = g_object_new (WEIR_TYPE_JSON_CHILDREN, NULL);
  WeirJsonPlace place;

  range->parent = g_object_ref (self->parent);
  range->children = g_array_ref (self->children);
  set_range (range, first, n);
  place =
      (WeirJsonPlace){ 0, get_child (self, first)->begin, get_child (self, first + n - 1)->end, n };
  return weir_json_node_new_range (self->parent, first, &place, G_LIST_MODEL (range));
}

static gpointer
get_item (GListModel *model, guint position)
{
  WeirJsonChildren *self = WEIR_JSON_CHILDREN (model);
  guint i;

  if (position >= get_n_items (model))
    return NULL;
  i = self->first + position * self->step;
  if (self->step > 1)
    return make_range (self, i, MIN (self->step, self->first + self->n - i));
  return weir_json_node_new_child (self->parent, i, get_child (self, i));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
weir_json_children_finalize (GObject *object)
{
  WeirJsonChildren *self = WEIR_JSON_CHILDREN (object);

  g_clear_object (&self->parent);
  g_clear_pointer (&self->children, g_array_unref);
  G_OBJECT_CLASS (weir_json_children_parent_class)->finalize (object);
}

static void
weir_json_children_class_init (WeirJsonChildrenClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_json_children_finalize;
}

static void
weir_json_children_init (WeirJsonChildren *self)
{
}

WeirJsonChildren *
weir_json_children_new (WeirJsonNode *parent)
{
  WeirJsonChildren *self;

  g_return_val_if_fail (WEIR_IS_JSON_NODE (parent), NULL);
  g_return_val_if_fail (weir_json_node_is_container (parent), NULL);

  if (weir_json_node_get_range (parent) != NULL)
    return WEIR_JSON_CHILDREN (g_object_ref (weir_json_node_get_range (parent)));
  self = g_object_new (WEIR_TYPE_JSON_CHILDREN, NULL);
  self->parent = g_object_ref (parent);
  return self;
}

typedef struct
{
  WeirJsonChildren *children;
  gsize offset;
} Sought;

static gboolean
child_ends_before (gconstpointer data, guint64 place)
{
  const Sought *sought = data;

  return get_child (sought->children, (guint) place)->end <= sought->offset;
}

gboolean
weir_json_children_find (WeirJsonChildren *self, gsize offset, guint *position)
{
  const Sought sought = { self, offset };
  guint end, place;

  g_return_val_if_fail (WEIR_IS_JSON_CHILDREN (self), FALSE);

  get_child (self, 0);
  end = self->first + self->n;
  place = (guint) weir_bisect (self->first, end, child_ends_before, &sought);
  *position = (place - self->first) / self->step;
  return place < end && get_child (self, place)->begin <= offset;
}
