/* SPDX-License-Identifier: MIT */
/*
 * Masking: an address and a header remain valid text, and a secret in the usual places is removed from any context.
 * The input is the name of a header, a line feed, and an address or a value.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "base/weir-secrets.h"

#define SECRET "gEHEIM7"

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

/* address contains no secret before one is appended. */
static void
check_hidden (const char *prefix, const char *text)
{
  g_autofree char *address = g_strconcat (prefix, text, NULL);
  g_autofree char *masked = weir_secrets_mask_url (address);

  g_assert_null (strstr (masked, SECRET));
}

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) input, size);
  char *value = strchr (text, '\n');
  g_autofree char *masked = NULL;
  g_autofree char *header = NULL;
  g_auto (GStrv) secrets = NULL;
  g_auto (GStrv) of_header = NULL;

  if (value == NULL || strstr (text, SECRET) != NULL)
    return 0;
  *value++ = '\0';
  masked = weir_secrets_mask_url (value);
  header = weir_secrets_mask_header (text, value);
  secrets = weir_secrets_of_url (value);
  of_header = weir_secrets_of_header (text, value);
  if (g_utf8_validate (value, -1, NULL))
    g_assert_true (g_utf8_validate (masked, -1, NULL));
  for (guint i = 0; secrets[i] != NULL; i++)
    g_free (weir_secrets_hide (value, secrets[i]));
  check_hidden ("http://h/?token=" SECRET "&", value);
  check_hidden ("http://me:" SECRET "@h/", value);
  if (weir_secrets_is_secret_name (text) && strpbrk (text, "&;#=?%+") == NULL)
    {
      g_autofree char *address = g_strconcat ("http://h/?", text, "=" SECRET, NULL);

      check_hidden (address, "");
    }
  return 0;
}
