/* SPDX-License-Identifier: MIT */
#include "weir-json-object.h"

#include <string.h>

typedef struct
{
  WeirJsonTokenKind kind;
  gsize name; /* where the name begins */
  gsize begin;
  gsize end;
  char *string; /* NULL if it is not a string, or contains NUL */
} Member;

struct _WeirJsonObject
{
  char *text;
  GHashTable *members; /* of Member, by name */
};

static void
member_free (gpointer data)
{
  Member *member = data;

  g_free (member->string);
  g_free (member);
}

/* Returns NULL if the string contains NUL. */
static char *
read_string (const char *text, const WeirJsonToken *token)
{
  g_autofree char *string = g_malloc (token->end - token->begin);
  const gsize length = weir_json_unescape (text, token, string);

  string[length] = '\0';
  return strlen (string) == length ? g_steal_pointer (&string) : NULL;
}

/* The value's first token has been read into value. Returns FALSE if the text is not JSON. */
static gboolean
add_member (WeirJsonObject *self, char *name, WeirJson *json, WeirJsonToken *value)
{
  Member *member = g_new0 (Member, 1);

  member->kind = value->kind;
  member->begin = value->begin;
  if (value->kind == WEIR_JSON_STRING)
    member->string = read_string (self->text, value);
  g_hash_table_replace (self->members, name, member);
  if (weir_json_skip (json, value) != WEIR_JSON_TOKEN)
    return FALSE;
  member->end = value->end;
  return TRUE;
}

static Member *
get_member (WeirJsonObject *self, const char *name)
{
  return g_hash_table_lookup (self->members, name);
}

static gboolean
read_members (WeirJsonObject *self, gsize length)
{
  WeirJson json;
  WeirJsonToken token;
  WeirJsonStatus status;

  weir_json_init (&json, self->text, length, 0);
  if (weir_json_next (&json, &token) != WEIR_JSON_TOKEN || token.kind != WEIR_JSON_OBJECT_BEGIN)
    return FALSE;
  while ((status = weir_json_next (&json, &token)) == WEIR_JSON_TOKEN
         && token.kind == WEIR_JSON_KEY)
    {
      char *name = read_string (self->text, &token);
      const gsize name_begin = token.begin;

      if (weir_json_next (&json, &token) != WEIR_JSON_TOKEN)
        {
          g_free (name);
          return FALSE;
        }
      /* No caller can ask for a name that contains NUL. */
      if (name == NULL ? weir_json_skip (&json, &token) != WEIR_JSON_TOKEN
                       : !add_member (self, name, &json, &token))
        return FALSE;
      if (name != NULL)
        get_member (self, name)->name = name_begin;
    }
  return status == WEIR_JSON_TOKEN && weir_json_next (&json, &token) == WEIR_JSON_DONE;
}

WeirJsonObject *
weir_json_object_new (const char *text, gsize length)
{
  g_autoptr (WeirJsonObject) self = g_new0 (WeirJsonObject, 1);

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  self->text = g_malloc (length + 1);
  if (length > 0)
    memcpy (self->text, text, length);
  self->text[length] = '\0';
  self->members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, member_free);
  return read_members (self, length) ? g_steal_pointer (&self) : NULL;
}

void
weir_json_object_free (WeirJsonObject *self)
{
  g_free (self->text);
  g_clear_pointer (&self->members, g_hash_table_unref);
  g_free (self);
}

WeirJsonTokenKind
weir_json_object_get_kind (const WeirJsonObject *self, const char *name)
{
  const Member *member = g_hash_table_lookup (self->members, name);

  return member != NULL ? member->kind : 0;
}

const char *
weir_json_object_get_string (const WeirJsonObject *self, const char *name)
{
  const Member *member = g_hash_table_lookup (self->members, name);

  return member != NULL ? member->string : NULL;
}

gint64
weir_json_object_get_integer (const WeirJsonObject *self, const char *name, gint64 otherwise)
{
  const Member *member = g_hash_table_lookup (self->members, name);
  g_autofree char *digits = NULL;
  gint64 value;

  if (member == NULL || member->kind != WEIR_JSON_NUMBER)
    return otherwise;
  digits = g_strndup (self->text + member->begin, member->end - member->begin);
  return g_ascii_string_to_signed (digits, 10, G_MININT64, G_MAXINT64, &value, NULL) ? value
                                                                                     : otherwise;
}

gboolean
weir_json_object_get_boolean (const WeirJsonObject *self, const char *name)
{
  return weir_json_object_get_kind (self, name) == WEIR_JSON_TRUE;
}

const char *
weir_json_object_peek_value (const WeirJsonObject *self, const char *name, gsize *length)
{
  const Member *member = g_hash_table_lookup (self->members, name);

  *length = member != NULL ? member->end - member->begin : 0;
  return member != NULL ? self->text + member->begin : NULL;
}

GPtrArray *
weir_json_object_dup_objects (const WeirJsonObject *self, const char *name)
{
  g_autoptr (GPtrArray) objects = NULL;
  gsize length;
  const char *text = weir_json_object_peek_value (self, name, &length);
  WeirJson json;
  WeirJsonToken token;

  if (text == NULL || *text != '[')
    return NULL;
  objects = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_json_object_free);
  weir_json_init (&json, text, length, 0);
  weir_json_next (&json, &token);
  while (weir_json_next (&json, &token) == WEIR_JSON_TOKEN)
    {
      const gsize begin = token.begin;
      const gboolean is_object = token.kind == WEIR_JSON_OBJECT_BEGIN;
      WeirJsonObject *object;

      weir_json_skip (&json, &token);
      object = is_object ? weir_json_object_new (text + begin, token.end - begin) : NULL;
      if (object != NULL)
        g_ptr_array_add (objects, object);
    }
  return g_steal_pointer (&objects);
}

static int
compare_members (gconstpointer a, gconstpointer b)
{
  const Member *left = *(const Member *const *) a, *right = *(const Member *const *) b;

  return left->name < right->name ? -1 : left->name > right->name;
}

char *
weir_json_object_dup_others (const WeirJsonObject *self, const char *const *known)
{
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  GString *text;
  GHashTableIter iter;
  gpointer name, member;

  g_hash_table_iter_init (&iter, self->members);
  while (g_hash_table_iter_next (&iter, &name, &member))
    if (!g_strv_contains (known, name))
      g_ptr_array_add (others, member);
  if (others->len == 0)
    return NULL;
  g_ptr_array_sort (others, compare_members);
  text = g_string_new (NULL);
  for (guint i = 0; i < others->len; i++)
    {
      const Member *other = others->pdata[i];

      g_string_append_printf (text, "%s%.*s", i > 0 ? "," : "", (int) (other->end - other->name),
                              self->text + other->name);
    }
  return g_string_free (text, FALSE);
}
