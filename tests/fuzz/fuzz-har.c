/* SPDX-License-Identifier: MIT */
/* HTTP archives: reading one gives entries with texts in UTF-8, or an error message. */
#include <glib/gstdio.h>
#include <stdint.h>

#include "stream/weir-har-private.h"

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

static const char *
get_path (void)
{
  static char *path = NULL;

  if (path == NULL)
    {
      g_autofree char *folder = g_dir_make_tmp ("weir-fuzz-XXXXXX", NULL);

      path = g_build_filename (folder, "x.har", NULL);
    }
  return path;
}

static void
assert_text (const char *text)
{
  if (text != NULL)
    g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
check_entry (const WeirHarEntry *entry)
{
  g_assert_nonnull (entry->body);
  assert_text (entry->info->url);
  assert_text (entry->info->method);
  assert_text (entry->info->last_event_id);
  assert_text (entry->info->request_body);
  assert_text (entry->info->reason_phrase);
  assert_text (entry->info->content_type);
  assert_text (entry->info->request_headers);
  assert_text (entry->info->response_headers);
}

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  g_autofree char *evidence = NULL;
  g_autoptr (GPtrArray) entries = NULL;

  g_assert_true (g_file_set_contents_full (get_path (), (const char *) input, (gssize) size,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  weir_har_is (get_path ());
  entries = weir_har_load (get_path (), &evidence);
  /* With entries there may be a sentence as well, about those without a body. */
  g_assert_true (entries != NULL ? entries->len > 0 : evidence != NULL);
  assert_text (evidence);
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    check_entry (g_ptr_array_index (entries, i));
  return 0;
}
