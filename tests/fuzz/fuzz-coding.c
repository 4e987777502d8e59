/* SPDX-License-Identifier: MIT */
/*
 * The content decoder: reads of any size return the same bytes and the same end. The input is a byte that
 * selects the codings, a byte for the size of the reads, and the coded body.
 */
#include <gio/gio.h>
#include <stdint.h>

#include "http/weir-content-decoder-private.h"

/* A few bytes may decode to gigabytes. */
#define MOST_BYTES (1u << 18)

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

static GByteArray *
decode (const uint8_t *bytes, gsize length, const char *codings, gsize n, gboolean *failed)
{
  g_autoptr (GInputStream) body =
      g_memory_input_stream_new_from_data (bytes, (gssize) length, NULL);
  g_autoptr (GInputStream) stream = weir_content_decoder_wrap (body, codings, NULL);
  GByteArray *out = g_byte_array_new ();
  guint8 buffer[4096];
  gssize got = 1;

  while (stream != NULL && got > 0 && out->len < MOST_BYTES)
    {
      got = g_input_stream_read (stream, buffer, MIN (n, sizeof buffer), NULL, NULL);
      g_assert_cmpint (got, <=, (gssize) MIN (n, sizeof buffer));
      if (got > 0)
        g_byte_array_append (out, buffer, (guint) got);
    }
  *failed = stream == NULL || got < 0;
  return out;
}

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  static const char *const codings[] = { "gzip",     "deflate",  "br",       "x-gzip",
                                         "identity", "gzip, br", "br, gzip", "gzip, gzip, gzip" };
  g_autoptr (GByteArray) whole = NULL;
  g_autoptr (GByteArray) cut = NULL;
  const char *coding;
  gboolean whole_failed, cut_failed;

  if (size < 2)
    return 0;
  coding = codings[input[0] % G_N_ELEMENTS (codings)];
  whole = decode (input + 2, size - 2, coding, 4096, &whole_failed);
  cut = decode (input + 2, size - 2, coding, (gsize) input[1] + 1, &cut_failed);
  if (whole->len >= MOST_BYTES || cut->len >= MOST_BYTES)
    return 0;
  g_assert_cmpint (whole_failed, ==, cut_failed);
  /* A large read loses the bytes that it decoded before damaged data. */
  if (whole_failed)
    g_assert_cmpmem (whole->data, MIN (whole->len, cut->len), cut->data,
                     MIN (whole->len, cut->len));
  else
    g_assert_cmpmem (whole->data, whole->len, cut->data, cut->len);
  return 0;
}
