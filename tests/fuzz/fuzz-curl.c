/* SPDX-License-Identifier: MIT */
/* A pasted curl command gives a request or an error message, and the command of that request gives the same
 * request again. */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "app/ui/streams/weir-curl.h"

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

static void
assert_same (const char *a, const char *b)
{
  g_assert_cmpstr (a != NULL ? a : "", ==, b != NULL ? b : "");
}

static void
check_again (const WeirStreamConfig *config)
{
  g_autoptr (WeirRequest) request = weir_stream_config_to_request (config, NULL);
  g_autoptr (WeirRequest) again_request = NULL;
  g_autoptr (WeirStreamConfig) again = NULL;
  g_autofree char *command = NULL;
  g_autofree char *masked = NULL;

  if (request == NULL || weir_request_get_url (request) == NULL)
    return;
  command = weir_request_to_curl (request, TRUE);
  masked = weir_request_to_curl (request, FALSE);
  g_assert_true (weir_curl_is_command (command));
  again = weir_curl_parse (command, NULL);
  again_request = again != NULL ? weir_stream_config_to_request (again, NULL) : NULL;
  g_assert_nonnull (again_request);
  assert_same (weir_request_get_url (again_request), weir_request_get_url (request));
  assert_same (weir_request_get_method (again_request), weir_request_get_method (request));
}

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) input, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirStreamConfig) config = NULL;

  /* The text of a widget is valid UTF-8. */
  if (!g_utf8_validate (text, -1, NULL))
    return 0;
  weir_curl_is_command (text);
  config = weir_curl_parse (text, &error);
  g_assert_true ((config == NULL) == (error != NULL));
  if (config != NULL)
    check_again (config);
  else
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  return 0;
}
