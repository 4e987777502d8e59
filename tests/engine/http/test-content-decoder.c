/* SPDX-License-Identifier: MIT */
/* Content codings undone: each of them, two of them, none, broken ones and unknown ones. */
#include "http/weir-content-decoder-private.h"

#include <string.h>

#define TEXT "data: \xe4\xbd\xa0\xe5\xa5\xbd\n\n"

static const guint8 brotli[] = { 0x8b, 0x06, 0x80, 0x64, 0x61, 0x74, 0x61, 0x3a, 0x20,
                                 0xe4, 0xbd, 0xa0, 0xe5, 0xa5, 0xbd, 0x0a, 0x0a, 0x03 };

static GBytes *
compress (GBytes *bytes, GZlibCompressorFormat format)
{
  g_autoptr (GConverter) compressor = G_CONVERTER (g_zlib_compressor_new (format, -1));
  char out[512];
  gsize read, written;

  g_assert_cmpint (g_converter_convert (compressor, g_bytes_get_data (bytes, NULL),
                                        g_bytes_get_size (bytes), out, sizeof out,
                                        G_CONVERTER_INPUT_AT_END, &read, &written, NULL),
                   ==, G_CONVERTER_FINISHED);
  return g_bytes_new (out, written);
}

/* What comes out, read a byte at a time; NULL with the error. */
static char *
decode (GBytes *bytes, const char *codings, GError **error)
{
  g_autoptr (GInputStream) body = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GInputStream) stream = weir_content_decoder_wrap (body, codings, error);
  g_autoptr (GString) text = g_string_new (NULL);
  char byte;
  gssize n = -1;

  while (stream != NULL && (n = g_input_stream_read (stream, &byte, 1, NULL, error)) > 0)
    g_string_append_c (text, byte);
  return n == 0 ? g_strdup (text->str) : NULL;
}

static void
expect_text (GBytes *bytes, const char *codings)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = decode (bytes, codings, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, TEXT);
}

static void
test_codings (void)
{
  g_autoptr (GBytes) plain = g_bytes_new_static (TEXT, strlen (TEXT));
  g_autoptr (GBytes) gzip = compress (plain, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GBytes) zlib = compress (plain, G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autoptr (GBytes) raw = compress (plain, G_ZLIB_COMPRESSOR_FORMAT_RAW);
  g_autoptr (GBytes) br = g_bytes_new_static (brotli, sizeof brotli);
  g_autoptr (GBytes) both = compress (br, G_ZLIB_COMPRESSOR_FORMAT_GZIP);

  expect_text (plain, NULL);
  expect_text (plain, "identity");
  expect_text (gzip, "gzip");
  expect_text (gzip, "X-Gzip");
  expect_text (zlib, "deflate");
  expect_text (raw, "deflate");
  expect_text (br, "br");
  expect_text (both, "br, gzip");
}

static void
test_broken (void)
{
  static const char *const codings[] = { "gzip", "deflate", "br" };
  g_autoptr (GBytes) garbage = g_bytes_new_static ("\xff\xff\xff\xff data: x\n\n", 14);

  for (gsize i = 0; i < G_N_ELEMENTS (codings); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (decode (garbage, codings[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

/* A body that is cut gives what came, and ends. */
static void
test_cut (void)
{
  g_autoptr (GBytes) plain = g_bytes_new_static (TEXT, strlen (TEXT));
  g_autoptr (GBytes) gzip = compress (plain, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GBytes) br = g_bytes_new_static (brotli, sizeof brotli);

  for (gsize n = 0; n < g_bytes_get_size (gzip); n++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (gzip, 0, n);
      g_autoptr (GError) error = NULL;
      g_autofree char *text = decode (cut, "gzip", &error);

      g_assert_no_error (error);
      g_assert_true (g_str_has_prefix (TEXT, text));
    }
  for (gsize n = 0; n < sizeof brotli; n++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (br, 0, n);
      g_autoptr (GError) error = NULL;
      g_autofree char *text = decode (cut, "br", &error);

      g_assert_no_error (error);
      g_assert_true (g_str_has_prefix (TEXT, text));
    }
}

#define MANY 200

/* What was sent before the damage, which ends the text, is decoded, however large the reads are. */
static void
expect_undamaged (GBytes *bytes, const char *codings, const char *text)
{
  static const gsize sizes[] = { 1, 7, 65536 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GInputStream) body = g_memory_input_stream_new_from_bytes (bytes);
      g_autoptr (GInputStream) stream = weir_content_decoder_wrap (body, codings, NULL);
      g_autoptr (GString) out = g_string_new (NULL);
      g_autofree char *buffer = g_malloc (sizes[i]);
      g_autoptr (GError) error = NULL;
      gssize n;

      while ((n = g_input_stream_read (stream, buffer, sizes[i], NULL, &error)) > 0)
        g_string_append_len (out, buffer, n);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_cmpstr (out->str, ==, text);
    }
}

/* Compresses text so that all of it can be read, and appends what is not valid. (transfer full) */
static GBytes *
compress_and_damage (const char *text, GZlibCompressorFormat format)
{
  g_autoptr (GConverter) compressor = G_CONVERTER (g_zlib_compressor_new (format, -1));
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint8 buffer[65536];
  gsize read = 0, written;
  GConverterResult result;

  do
    {
      text += read;
      result = g_converter_convert (compressor, text, strlen (text), buffer, sizeof buffer,
                                    G_CONVERTER_FLUSH, &read, &written, NULL);
      g_assert_cmpint (result, !=, G_CONVERTER_ERROR);
      g_byte_array_append (out, buffer, (guint) written);
    }
  while (result != G_CONVERTER_FLUSHED);
  g_byte_array_append (out, (const guint8 *) "\xff\xff\xff\xff", 4);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static void
test_damaged (void)
{
  static const guint8 damage[] = { 0xff, 0xff, 0xff, 0xff };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GByteArray) br = g_byte_array_new ();
  g_autoptr (GBytes) gzip = NULL, zlib = NULL, br_bytes = NULL;

  for (guint i = 0; i < MANY; i++)
    g_string_append_printf (text, "data: %u\n\n", i);
  gzip = compress_and_damage (text->str, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  zlib = compress_and_damage (text->str, G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  /* Without its last byte, which ends it. */
  g_byte_array_append (br, brotli, sizeof brotli - 1);
  g_byte_array_append (br, damage, sizeof damage);
  br_bytes = g_byte_array_free_to_bytes (g_steal_pointer (&br));

  expect_undamaged (gzip, "gzip", text->str);
  expect_undamaged (zlib, "deflate", text->str);
  expect_undamaged (br_bytes, "br", TEXT);
}

static void
test_unknown (void)
{
  g_autoptr (GBytes) plain = g_bytes_new_static (TEXT, strlen (TEXT));
  g_autoptr (GError) error = NULL;

  g_assert_null (decode (plain, "gzip, zzz", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "zzz"));
}

/* Each coding may expand what the one before it expanded. */
static void
test_too_many (void)
{
  g_autoptr (GBytes) plain = g_bytes_new_static (TEXT, strlen (TEXT));
  g_autoptr (GBytes) once = compress (plain, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GBytes) twice = compress (once, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GBytes) thrice = compress (twice, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GBytes) four_times = compress (thrice, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GError) error = NULL;

  expect_text (thrice, "gzip, identity, gzip, gzip");
  g_assert_null (decode (four_times, "gzip, gzip, gzip, gzip", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "more than 3 times"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/content-decoder/codings", test_codings);
  g_test_add_func ("/content-decoder/broken", test_broken);
  g_test_add_func ("/content-decoder/cut", test_cut);
  g_test_add_func ("/content-decoder/damaged", test_damaged);
  g_test_add_func ("/content-decoder/unknown", test_unknown);
  g_test_add_func ("/content-decoder/too-many", test_too_many);
  return g_test_run ();
}
