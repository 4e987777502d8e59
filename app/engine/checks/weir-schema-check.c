/* SPDX-License-Identifier: MIT */
#include "weir-schema-check.h"

#include <string.h>

#include "base/weir-json-text.h"

/* --- The paths of an event type ------------------------------------------------ */

/* When something was there that could have been there a number of times. */
typedef struct
{
  guint64 last;    /* which of these times it was there last, from 1 */
  guint64 longest; /* for how many times in a row it was absent at most, and then present again */
} Presence;

typedef struct WeirSchemaNode WeirSchemaNode;

struct WeirSchemaNode
{
  WeirSchemaNode *parent; /* NULL: the whole data */
  char *name;             /* of a member; NULL: the whole data, or all elements of an array */
  gsize length;

  guint64 event; /* of its type, in which it was seen last, counted from 1 */
  guint now;     /* its kinds in that event */
  guint64 n;     /* events before and with that, in which it was seen */
  guint64 last_row;
  guint64 absent_row; /* the first event without it since; unused while it is present */
  guint before;       /* its kinds when it was seen the last time but one */
  guint kinds;        /* all */
  Presence presence;  /* in its parent, while that is an object */
  Presence of_kind[WEIR_SCHEMA_N_KINDS];

  guint64 n_objects;             /* events in which it was an object */
  GPtrArray *members, *previous; /* of this event and of the last one; or NULL */
  WeirSchemaNode *element;       /* of an array; or NULL */
};

/* An absence is reported if it is longer than any before by more than this factor. */
#define TIMES_AS_LONG 3u
/* A shorter absence that ends is not reported. */
#define LEAST_AWAY 3u

/* Returns: how long it has been absent, if that is to be reported; otherwise 0. */
static guint64
presence_get_absence (const Presence *self, guint64 now)
{
  const guint64 away = now - self->last;

  return away > TIMES_AS_LONG * self->longest ? away : 0;
}

/* It is present at the time now. Returns: how long it was absent, if that is to be reported; otherwise
 * 0. */
static guint64
presence_note (Presence *self, guint64 now)
{
  const guint64 away = now - self->last - 1;
  const guint64 reported = away >= LEAST_AWAY ? presence_get_absence (self, now - 1) : 0;

  self->last = now;
  self->longest = MAX (self->longest, away);
  return reported;
}

static WeirSchemaNode *
weir_schema_node_new (WeirSchemaNode *parent, const char *name, gsize length)
{
  WeirSchemaNode *self = g_new0 (WeirSchemaNode, 1);

  self->parent = parent;
  self->name = name != NULL ? g_memdup2 (name, length + 1) : NULL;
  self->length = length;
  return self;
}

static void
weir_schema_node_free (WeirSchemaNode *self)
{
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_clear_pointer (&self->previous, g_ptr_array_unref);
  g_free (self->name);
  g_free (self);
}

/* By parent and name, for a set of nodes. */
static guint
weir_schema_node_hash (gconstpointer key)
{
  const WeirSchemaNode *self = key;
  guint hash = g_direct_hash (self->parent) >> 4;

  for (gsize i = 0; i < self->length; i++)
    hash = hash * 33 + (guchar) self->name[i];
  return hash;
}

static gboolean
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

/* "$.items[*].name". (transfer full) */
static char *
weir_schema_node_get_path (const WeirSchemaNode *self)
{
  GString *path = g_string_new (NULL);

  append_path (path, self);
  return g_string_free (path, FALSE);
}

typedef struct
{
  char *name;
  gsize length;
  guint64 n_events;
  WeirSchemaNode *root;
  GPtrArray *nodes; /* of WeirSchemaNode, owned, a parent before its members */
} Type;

struct _WeirSchemaCheck
{
  GHashTable *types_by_name;
  GPtrArray *types;  /* of Type, owned */
  Type *last;        /* that was asked for */
  GHashTable *nodes; /* the members of all types, by their parent and name */
  guint n_paths;

  GPtrArray *touched; /* the nodes of the event in hand, a parent before its members */
  GString *name;      /* a member's, unescaped */

  GQueue drifts; /* of WeirSchemaDrift */
  WeirSchemaSummary totals;
};

void
weir_schema_drift_clear (WeirSchemaDrift *self)
{
  g_clear_pointer (&self->type, g_free);
  g_clear_pointer (&self->path, g_free);
}

static void
drift_free (gpointer data)
{
  weir_schema_drift_clear (data);
  g_free (data);
}

static void
type_free (gpointer data)
{
  Type *self = data;

  g_ptr_array_unref (self->nodes);
  g_free (self->name);
  g_free (self);
}

WeirSchemaCheck *
weir_schema_check_new (void)
{
  WeirSchemaCheck *self = g_new0 (WeirSchemaCheck, 1);

  self->types_by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->types = g_ptr_array_new_with_free_func (type_free);
  self->nodes = g_hash_table_new (weir_schema_node_hash, weir_schema_node_equal);
  self->touched = g_ptr_array_new ();
  self->name = g_string_new (NULL);
  return self;
}

void
weir_schema_check_free (WeirSchemaCheck *self)
{
  g_hash_table_unref (self->types_by_name);
  g_hash_table_unref (self->nodes);
  g_ptr_array_unref (self->types);
  g_ptr_array_unref (self->touched);
  g_string_free (self->name, TRUE);
  g_queue_clear_full (&self->drifts, drift_free);
  g_free (self);
}

/* --- What there is ------------------------------------------------------------- */

/* Returns: NULL if the check holds as many paths as it may. */
static WeirSchemaNode *
add_node (WeirSchemaCheck *self, Type *type, WeirSchemaNode *parent, const char *name, gsize length)
{
  WeirSchemaNode *node;

  if (self->n_paths == WEIR_SCHEMA_MOST_PATHS)
    return NULL;
  node = weir_schema_node_new (parent, name, length);
  g_ptr_array_add (type->nodes, node);
  self->n_paths++;
  if (name != NULL)
    g_hash_table_add (self->nodes, node);
  return node;
}

/* Returns: NULL if the check holds as many types or paths as it may, or the name is too long. */
static Type *
find_type (WeirSchemaCheck *self, WeirSpan span)
{
  char name[WEIR_SCHEMA_MOST_BYTES + 1];
  Type *type;

  if (self->last != NULL && self->last->length == span.length
      && memcmp (self->last->name, span.text, span.length) == 0)
    return self->last;
  if (span.length > WEIR_SCHEMA_MOST_BYTES)
    return NULL;
  memcpy (name, span.text, span.length);
  name[span.length] = '\0';
  type = g_hash_table_lookup (self->types_by_name, name);
  if (type == NULL)
    {
      if (self->types->len == WEIR_SCHEMA_MOST_TYPES || self->n_paths == WEIR_SCHEMA_MOST_PATHS)
        return NULL;
      type = g_new0 (Type, 1);
      type->name = g_strdup (name);
      type->length = strlen (name);
      type->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_schema_node_free);
      type->root = add_node (self, type, NULL, NULL, 0);
      g_ptr_array_add (self->types, type);
      g_hash_table_insert (self->types_by_name, type->name, type);
    }
  self->last = type;
  return type;
}

/* Members are mostly in the order of the event before. */
static WeirSchemaNode *
guess_member (const WeirSchemaNode *parent, const char *name, gsize length)
{
  const guint position = parent->members != NULL ? parent->members->len : 0;
  WeirSchemaNode *guess;

  if (parent->previous == NULL || position >= parent->previous->len)
    return NULL;
  guess = g_ptr_array_index (parent->previous, position);
  return guess->length == length && memcmp (guess->name, name, length) == 0 ? guess : NULL;
}

static WeirSchemaNode *
find_member (WeirSchemaCheck *self,
             Type *type,
             WeirSchemaNode *parent,
             const char *text,
             const WeirJsonToken *key)
{
  gsize length = key->end - key->begin - 2;
  const char *name = text + key->begin + 1;
  WeirSchemaNode wanted = { .parent = parent };
  WeirSchemaNode *node;

  if (parent == NULL)
    return NULL;
  if (length > WEIR_SCHEMA_MOST_BYTES)
    return NULL;
  if (key->escaped)
    {
      g_string_set_size (self->name, length);
      length = weir_json_unescape (text, key, self->name->str);
      name = self->name->str;
    }
  node = guess_member (parent, name, length);
  if (node != NULL)
    return node;
  wanted.name = (char *) name;
  wanted.length = length;
  node = g_hash_table_lookup (self->nodes, &wanted);
  return node != NULL ? node : add_node (self, type, parent, name, length);
}

static WeirSchemaNode *
find_element (WeirSchemaCheck *self, Type *type, WeirSchemaNode *parent)
{
  if (parent != NULL && parent->element == NULL)
    parent->element = add_node (self, type, parent, NULL, 0);
  return parent != NULL ? parent->element : NULL;
}

/* --- An event -------------------------------------------------------------------- */

static guint
get_kind (WeirJsonTokenKind kind)
{
  switch (kind)
    {
    case WEIR_JSON_OBJECT_BEGIN:
      return WEIR_SCHEMA_OBJECT;
    case WEIR_JSON_ARRAY_BEGIN:
      return WEIR_SCHEMA_ARRAY;
    case WEIR_JSON_STRING:
      return WEIR_SCHEMA_STRING;
    case WEIR_JSON_NUMBER:
      return WEIR_SCHEMA_NUMBER;
    case WEIR_JSON_TRUE:
    case WEIR_JSON_FALSE:
      return WEIR_SCHEMA_BOOLEAN;
    case WEIR_JSON_NULL:
      return WEIR_SCHEMA_NULL;
    case WEIR_JSON_OBJECT_END:
    case WEIR_JSON_ARRAY_END:
    case WEIR_JSON_KEY:
    default:
      g_assert_not_reached ();
    }
}

static void
touch (WeirSchemaCheck *self, const Type *type, WeirSchemaNode *node, guint kind)
{
  if (node->event != type->n_events)
    {
      node->event = type->n_events;
      node->before = node->now;
      node->now = 0;
      g_ptr_array_add (self->touched, node);
      if (node->name != NULL)
        {
          if (node->parent->members == NULL)
            node->parent->members = g_ptr_array_new ();
          g_ptr_array_add (node->parent->members, node);
        }
    }
  node->now |= kind;
}

/* text is JSON. */
static void
walk (WeirSchemaCheck *self, Type *type, const char *text, gsize length)
{
  WeirSchemaNode *around[WEIR_JSON_DEFAULT_MAX_DEPTH + 1];
  WeirSchemaNode *node, *member = NULL;
  gboolean is_member = FALSE;
  WeirJson json;
  WeirJsonToken token;

  weir_json_init (&json, text, length, 0);
  while (weir_json_next (&json, &token) == WEIR_JSON_TOKEN)
    {
      if (token.kind == WEIR_JSON_OBJECT_END || token.kind == WEIR_JSON_ARRAY_END)
        continue;
      if (token.kind == WEIR_JSON_KEY)
        {
          member = find_member (self, type, around[token.depth - 1], text, &token);
          is_member = TRUE;
          continue;
        }
      if (is_member)
        node = member;
      else
        node = token.depth == 0 ? type->root : find_element (self, type, around[token.depth - 1]);
      is_member = FALSE;
      if (node != NULL)
        {
          touch (self, type, node, get_kind (token.kind));
          around[token.depth] = node;
          continue;
        }
      self->totals.n_left++;
      weir_json_skip (&json, &token);
    }
}

/* --- What changed ------------------------------------------------------------------ */

static WeirSchemaDrift *
add_drift (WeirSchemaCheck *self, const Type *type, const WeirSchemaNode *node, guint64 row)
{
  WeirSchemaDrift *drift = g_new0 (WeirSchemaDrift, 1);

  drift->type = g_strdup (type->name);
  drift->path = weir_schema_node_get_path (node);
  drift->row = row;
  drift->row_before = node->last_row;
  drift->row_again = G_MAXUINT64;
  g_queue_push_tail (&self->drifts, drift);
  self->totals.n_drifts++;
  return drift;
}

static void
report_missing (
    WeirSchemaCheck *self, const Type *type, const WeirSchemaNode *node, guint64 n, guint64 again)
{
  WeirSchemaDrift *drift = add_drift (self, type, node, node->absent_row);

  drift->change = WEIR_SCHEMA_MISSING;
  drift->n = n;
  drift->row_again = again;
}

/* A member that appeared after its object did, and only once or twice, is not missed. */
static gboolean
was_there_for_good (const WeirSchemaNode *node)
{
  return node->n > 2 || node->n == node->presence.last;
}

/* Notes the kinds of the node in this event, and reports a new one. */
static void
take_kinds (WeirSchemaCheck *self, const Type *type, WeirSchemaNode *node, guint64 row)
{
  gboolean reported = FALSE;
  WeirSchemaDrift *drift;

  for (guint i = 0; i < WEIR_SCHEMA_N_KINDS; i++)
    {
      Presence *presence = &node->of_kind[i];

      if ((node->now >> i & 1) == 0)
        continue;
      if (node->kinds >> i & 1)
        reported = presence_note (presence, node->n) > 0 || reported;
      else
        {
          reported = TRUE;
          presence->last = node->n;
        }
    }
  node->kinds |= node->now;
  if (!reported || node->n == 1)
    return;
  drift = add_drift (self, type, node, row);
  drift->change = WEIR_SCHEMA_CHANGED;
  drift->from = node->before;
  drift->to = node->now;
}

static void
come (WeirSchemaCheck *self, const Type *type, WeirSchemaNode *node, guint64 row)
{
  const guint64 now = node->parent != NULL ? node->parent->n_objects : 0;
  const gboolean for_good = was_there_for_good (node);
  guint64 away;

  if (node->n++ == 0)
    {
      node->presence.last = now;
      if (node->name != NULL && now > 1)
        {
          WeirSchemaDrift *drift = add_drift (self, type, node, row);

          drift->change = WEIR_SCHEMA_NEW;
          drift->to = node->now;
        }
    }
  else if (node->name != NULL)
    {
      away = presence_note (&node->presence, now);
      if (away > 0 && for_good)
        report_missing (self, type, node, away, row);
    }
  take_kinds (self, type, node, row);
  node->last_row = row;
}

/* Of the members that the object had the last time, those that it has not now are absent from here on. */
static void
close_object (WeirSchemaNode *node, guint64 row)
{
  GPtrArray *previous = node->previous;

  for (guint i = 0; previous != NULL && i < previous->len; i++)
    ((WeirSchemaNode *) g_ptr_array_index (previous, i))->absent_row = row;
  if (previous != NULL)
    g_ptr_array_set_size (previous, 0);
  node->previous = node->members;
  node->members = previous;
}

void
weir_schema_check_event (WeirSchemaCheck *self, guint64 row, const WeirItem *event)
{
  const char *text = event->data.text;
  const gsize length = event->data.length;
  Type *type;

  g_return_if_fail (self != NULL && event != NULL);

  type = find_type (self, event->type);
  if (type == NULL)
    {
      self->totals.n_over++;
      return;
    }
  type->n_events++;
  self->totals.n_events++;
  g_ptr_array_set_size (self->touched, 0);
  if (weir_json_text_is_valid (text, length, NULL, NULL))
    walk (self, type, text, length);
  else
    touch (self, type, type->root, WEIR_SCHEMA_NOT_JSON);
  for (guint i = 0; i < self->touched->len; i++)
    {
      WeirSchemaNode *node = g_ptr_array_index (self->touched, i);

      if (node->now & WEIR_SCHEMA_OBJECT)
        node->n_objects++;
      come (self, type, node, row);
    }
  for (guint i = 0; i < self->touched->len; i++)
    {
      WeirSchemaNode *node = g_ptr_array_index (self->touched, i);

      if (node->now & WEIR_SCHEMA_OBJECT)
        close_object (node, row);
    }
}

/* --- Asking --------------------------------------------------------------------------- */

void
weir_schema_check_finish (WeirSchemaCheck *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->types->len; i++)
    {
      const Type *type = g_ptr_array_index (self->types, i);

      for (guint j = 0; j < type->nodes->len; j++)
        {
          const WeirSchemaNode *node = g_ptr_array_index (type->nodes, j);
          guint64 away;

          if (node->name == NULL || !was_there_for_good (node))
            continue;
          away = presence_get_absence (&node->presence, node->parent->n_objects);
          if (away > 0)
            report_missing (self, type, node, away, G_MAXUINT64);
        }
    }
}

gboolean
weir_schema_check_take (WeirSchemaCheck *self, WeirSchemaDrift *drift)
{
  g_autofree WeirSchemaDrift *first = NULL;

  g_return_val_if_fail (self != NULL && drift != NULL, FALSE);

  first = g_queue_pop_head (&self->drifts);
  if (first == NULL)
    return FALSE;
  *drift = *first;
  return TRUE;
}

void
weir_schema_check_get_summary (WeirSchemaCheck *self, WeirSchemaSummary *summary)
{
  g_return_if_fail (self != NULL && summary != NULL);

  *summary = self->totals;
  summary->n_types = self->types->len;
  summary->n_paths = self->n_paths;
}
