/* SPDX-License-Identifier: MIT */
/* Why a body has no events: any bytes have a cause, and a quote of them is one line of UTF-8 without
 * secrets. */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "http/weir-refusal-private.h"

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  static WeirRequest *request = NULL;
  g_autofree char *bytes = g_memdup2 (input, size);
  const gsize length = MIN (size, WEIR_DIAGNOSIS_BYTES);
  g_autofree char *quoted = NULL;
  WeirDiagnosis diagnosis;

  if (bytes == NULL)
    return 0;
  if (request == NULL)
    request = weir_request_new ("http://me:geheim@h/?token=gEHEIM7", NULL);
  diagnosis = weir_diagnosis_find (bytes, length);
  g_assert_nonnull (weir_diagnosis_get_cause (diagnosis));
  quoted = weir_refusal_quote (diagnosis, bytes, length, request);
  weir_diagnosis_is_amazon (bytes, length);
  if (quoted == NULL)
    return 0;
  g_assert_true (g_utf8_validate (quoted, -1, NULL));
  g_assert_null (strpbrk (quoted, "\r\n\033"));
  g_assert_null (strstr (quoted, "gEHEIM7"));
  return 0;
}
