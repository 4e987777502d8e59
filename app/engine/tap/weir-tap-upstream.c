/* SPDX-License-Identifier: MIT */
#include "weir-tap-upstream-private.h"

#include "http/weir-content-decoder-private.h"

#include <string.h>

/* The codings of an Accept-Encoding that can be decoded here. (transfer full) */
static char *
filter_codings (const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, ",", -1);
  GString *kept = g_string_new (NULL);

  for (char **part = parts; *part; part++)
    {
      g_autofree char *name = NULL;

      g_strstrip (*part);
      name = g_ascii_strdown (*part, (gssize) strcspn (*part, "; \t"));
      if (weir_content_decoder_knows (name) || strcmp (name, "identity") == 0)
        g_string_append_printf (kept, "%s%s", kept->len > 0 ? ", " : "", *part);
    }
  if (kept->len == 0)
    g_string_append (kept, "identity");
  return g_string_free (kept, FALSE);
}

/* The path to ask the upstream for. */
static char *
map_target (const WeirTapUpstream *self, const char *target)
{
  gsize length = strlen (self->prefix);

  if (length == 0 || target[0] != '/'
      || (g_str_has_prefix (target, self->prefix)
          && (target[length] == '/' || target[length] == '?' || target[length] == '\0')))
    return g_strdup (target);
  if (strcmp (target, "/") == 0)
    return g_strdup (self->prefix);
  return g_strconcat (self->prefix, target, NULL);
}

static void
set_field (WeirHttpField *field, char *value)
{
  g_free (field->value);
  field->value = value;
}

void
weir_tap_upstream_rewrite (const WeirTapUpstream *self, WeirHttpHead *head)
{
  char *target = map_target (self, head->target);

  g_free (head->target);
  head->target = target;
  for (guint i = 0; i < head->fields->len; i++)
    {
      WeirHttpField *field = &g_array_index (head->fields, WeirHttpField, i);

      if (g_ascii_strcasecmp (field->name, "Host") == 0)
        set_field (field, g_strdup (self->authority));
      else if (g_ascii_strcasecmp (field->name, "Accept-Encoding") == 0)
        set_field (field, filter_codings (field->value));
    }
}
