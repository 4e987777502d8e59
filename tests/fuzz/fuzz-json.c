/* SPDX-License-Identifier: MIT */
/* The JSON tokenizer: it ends, its tokens are in order inside the text, and unescaped strings are UTF-8. */
#include <glib.h>
#include <stdint.h>

#include "weir-json.h"

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  g_autofree char *text = g_memdup2 (input, size);
  WeirJsonStatus status;
  WeirJsonToken token;
  size_t n = 0, end = 0;
  WeirJson json;

  weir_json_init (&json, text, size, 0);
  while ((status = weir_json_next (&json, &token)) == WEIR_JSON_TOKEN)
    {
      g_assert_cmpuint (token.begin, >=, end);
      g_assert_cmpuint (token.end, >, token.begin);
      g_assert_cmpuint (token.end, <=, size);
      g_assert_cmpuint (++n, <=, size);
      end = token.end;
    }
  if (status == WEIR_JSON_ERROR)
    g_assert_cmpuint (json.error_position, <=, size);
  else
    g_assert_true (g_utf8_validate_len (text, size, NULL));
  g_assert_cmpint (weir_json_next (&json, &token), ==, status);
  return 0;
}
