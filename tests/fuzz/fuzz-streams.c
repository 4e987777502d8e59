/* SPDX-License-Identifier: MIT */
/* The file of saved streams: writing the streams that were read and reading them again gives the same streams,
 * without secrets. */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "app/ui/streams/weir-stream-config.h"

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

static char *
write_json (const WeirStreamConfig *config)
{
  g_autoptr (JsonNode) node = weir_stream_config_to_json (config);

  return json_to_string (node, FALSE);
}

static void
check_stream (const WeirJsonObject *object)
{
  g_autoptr (WeirStreamConfig) config = weir_stream_config_from_json (object);
  g_autoptr (WeirStreamConfig) again = NULL;
  g_autoptr (WeirJsonObject) read = NULL;
  g_autoptr (WeirRequest) request = NULL;
  g_autofree char *text = NULL;
  g_autofree char *second = NULL;
  g_autofree char *secrets = NULL;
  g_autofree char *title = NULL;

  if (config == NULL)
    return;
  title = weir_stream_config_get_title (config);
  text = write_json (config);
  read = weir_json_object_new (text, strlen (text));
  g_assert_nonnull (read);
  again = weir_stream_config_from_json (read);
  g_assert_nonnull (again);
  secrets = weir_stream_config_get_secrets (config);
  if (secrets != NULL)
    {
      weir_stream_config_set_secrets (again, secrets);
      g_assert_cmpstr (again->address, ==, config->address);
    }
  second = write_json (again);
  /* Of equal length, unless "secrets" is in the file without any secret. */
  if (secrets != NULL)
    g_assert_cmpstr (second, ==, text);
  request = weir_stream_config_to_request (config, NULL);
  g_strfreev (weir_stream_config_get_recordings (config));
}

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  g_autoptr (WeirJsonObject) root = weir_json_object_new ((const char *) input, size);
  g_autoptr (GPtrArray) streams =
      root != NULL ? weir_json_object_dup_objects (root, "streams") : NULL;

  if (root != NULL)
    check_stream (root);
  for (guint i = 0; streams != NULL && i < streams->len; i++)
    check_stream (g_ptr_array_index (streams, i));
  return 0;
}
