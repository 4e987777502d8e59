/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-mock-private.h"

#include <string.h>

#include "app/engine/base/weir-secrets.h"
#include "app/engine/http/weir-request-body.h"
#include "app/engine/recording/weir-replay.h"

struct _WeirMock
{
  GPtrArray *entries; /* of WeirMockEntry */
};

static void
entry_free (gpointer data)
{
  WeirMockEntry *entry = data;

  g_free (entry->method);
  g_free (entry->target);
  g_free (entry->body);
  g_free (entry);
}

/* --- Requests as they are recorded ----------------------------------------------------- */

/* Path and query of an address. (transfer full) */
static char *
dup_target (const char *url)
{
  const char *scheme_end = strstr (url, "://");
  const char *path = scheme_end != NULL ? strchr (scheme_end + 3, '/') : NULL;
  char *target;

  if (path == NULL)
    return g_strdup ("/");
  target = g_strdup (path);
  target[strcspn (target, "#")] = '\0';
  return target;
}

/* (transfer full) */
static char *
mask_target (const char *target)
{
  g_autofree char *valid = g_utf8_make_valid (target, -1);
  g_autofree char *url =
      g_str_has_prefix (valid, "/") ? g_strconcat ("http://h", valid, NULL) : g_strdup (valid);
  g_autofree char *masked = weir_secrets_mask_url (url);

  return dup_target (masked);
}

/* (transfer full) */
static char *
hash_body (const char *masked)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, masked != NULL ? masked : "", -1);
}

/* (transfer full) */
static char *
hash_unmasked_body (const char *body, gsize length)
{
  g_autofree char *masked =
      length > 0 ? weir_request_body_mask (body, MIN (length, WEIR_MAX_REQUEST_BODY), NULL) : NULL;

  return hash_body (masked);
}

/* --- Loading --------------------------------------------------------------------------- */

/* The status in the text of an answer, such as "HTTP/1.1 200 OK"; 200 if it has none. */
static guint
read_status (const char *text)
{
  const char *space = text != NULL && g_str_has_prefix (text, "HTTP/") ? strchr (text, ' ') : NULL;
  const guint64 status = space != NULL ? g_ascii_strtoull (space, NULL, 10) : 0;

  return status >= 200 && status <= 599 ? (guint) status : 200;
}

static WeirMockEntry *
entry_new (const WeirReplayStep *step)
{
  WeirMockEntry *entry = g_new0 (WeirMockEntry, 1);

  entry->method = g_strdup (step->request->method);
  entry->target = dup_target (step->request->url);
  entry->body = hash_body (step->request->request_body);
  entry->connection = step->number;
  entry->status = 200;
  entry->format = step->format;
  return entry;
}

WeirMock *
weir_mock_new (const char *path, GError **error)
{
  g_autoptr (WeirReplay) replay = weir_replay_new (path, error);
  g_autoptr (WeirMock) self = NULL;
  GError *failure = NULL;
  WeirMockEntry *entry = NULL;
  WeirReplayStep step;

  if (replay == NULL)
    return NULL;
  self = g_new0 (WeirMock, 1);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  while (weir_replay_next (replay, &step, &failure))
    {
      if (step.kind == WEIR_REPLAY_BEGAN)
        {
          entry = step.request != NULL ? entry_new (&step) : NULL;
          if (entry != NULL)
            g_ptr_array_add (self->entries, entry);
        }
      else if (step.kind == WEIR_REPLAY_OPENED && entry != NULL)
        entry->status = read_status (step.text);
    }
  if (failure == NULL)
    return g_steal_pointer (&self);
  g_propagate_error (error, failure);
  return NULL;
}

void
weir_mock_free (WeirMock *self)
{
  g_ptr_array_unref (self->entries);
  g_free (self);
}

/* --- Answering ------------------------------------------------------------------------- */

const WeirMockEntry *
weir_mock_find (WeirMock *self, const WeirMockRequest *request)
{
  g_autofree char *target = mask_target (request->target);
  g_autofree char *body =
      request->body != NULL ? hash_unmasked_body (request->body, request->length) : NULL;
  WeirMockEntry *found = NULL;

  for (guint i = 0; i < self->entries->len; i++)
    {
      WeirMockEntry *entry = g_ptr_array_index (self->entries, i);

      if (strcmp (entry->method, request->method) != 0 || strcmp (entry->target, target) != 0
          || (body != NULL && strcmp (entry->body, body) != 0))
        continue;
      found = entry;
      if (entry->n_served == 0)
        break;
    }
  if (found != NULL)
    found->n_served++;
  return found;
}

char *
weir_mock_list (WeirMock *self)
{
  g_autoptr (GHashTable) listed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->entries->len; i++)
    {
      const WeirMockEntry *entry = g_ptr_array_index (self->entries, i);
      g_autofree char *line = g_strdup_printf ("%s %s", entry->method, entry->target);

      if (g_hash_table_contains (listed, line))
        continue;
      g_string_append_printf (text, "%s\n", line);
      g_hash_table_add (listed, g_steal_pointer (&line));
    }
  return g_string_free (text, FALSE);
}
