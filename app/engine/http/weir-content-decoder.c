/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-content-decoder-private.h"

#include <brotli/decode.h>
#include <glib/gi18n-lib.h>

/* Each one may expand the data a thousand times. */
#define MAX_CODINGS 3u

typedef enum
{
  CODING_GZIP,
  CODING_DEFLATE,
  CODING_BROTLI,
} Coding;

struct _WeirContentDecoder
{
  GObject parent_instance;

  Coding coding;
  GConverter *zlib;           /* gzip and deflate */
  BrotliDecoderState *brotli; /* br */
  gboolean begun;             /* some of it was good */
};

static void converter_init (GConverterIface *iface);

#define WEIR_TYPE_CONTENT_DECODER (weir_content_decoder_get_type ())
G_DECLARE_FINAL_TYPE (WeirContentDecoder, weir_content_decoder, WEIR, CONTENT_DECODER, GObject)
G_DEFINE_FINAL_TYPE_WITH_CODE (WeirContentDecoder,
                               weir_content_decoder,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_CONVERTER, converter_init))

static GConverterResult
decode_brotli (WeirContentDecoder *self,
               const guint8 *from,
               gsize length,
               guint8 *to,
               gsize room,
               gsize *read,
               gsize *written,
               GError **error)
{
  gsize left = length, free = room;
  BrotliDecoderResult result =
      BrotliDecoderDecompressStream (self->brotli, &left, &from, &free, &to, NULL);

  *read = length - left;
  *written = room - free;
  if (result == BROTLI_DECODER_RESULT_ERROR)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("Invalid compressed data"));
      return G_CONVERTER_ERROR;
    }
  if (result == BROTLI_DECODER_RESULT_SUCCESS)
    return G_CONVERTER_FINISHED;
  if (*written > 0 || *read > 0)
    return G_CONVERTER_CONVERTED;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _ ("Need more input"));
  return G_CONVERTER_ERROR;
}

static GConverterResult
decode_zlib (WeirContentDecoder *self,
             const guint8 *from,
             gsize length,
             guint8 *to,
             gsize room,
             GConverterFlags flags,
             gsize *read,
             gsize *written,
             GError **error)
{
  g_autoptr (GError) problem = NULL;
  GConverterResult result =
      g_converter_convert (self->zlib, from, length, to, room, flags, read, written, &problem);

  /* "deflate" is zlib's format, and what many servers send under that name is not. */
  if (self->coding == CODING_DEFLATE && !self->begun
      && g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    {
      g_clear_error (&problem);
      g_object_unref (self->zlib);
      self->zlib = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW));
      result =
          g_converter_convert (self->zlib, from, length, to, room, flags, read, written, &problem);
    }
  if (problem)
    g_propagate_error (error, g_steal_pointer (&problem));
  return result;
}

static GConverterResult
convert (GConverter *converter,
         const void *from,
         gsize length,
         void *to,
         gsize room,
         GConverterFlags flags,
         gsize *read,
         gsize *written,
         GError **error)
{
  WeirContentDecoder *self = (WeirContentDecoder *) converter;
  g_autoptr (GError) problem = NULL;
  GConverterResult result;

  *read = *written = 0;
  if (self->coding == CODING_BROTLI)
    result = decode_brotli (self, from, length, to, room, read, written, &problem);
  else
    result = decode_zlib (self, from, length, to, room, flags, read, written, &problem);

  /* The connection knows better than a decoder what a cut means. */
  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT)
      && (flags & G_CONVERTER_INPUT_AT_END) != 0)
    return G_CONVERTER_FINISHED;
  self->begun = self->begun || *read > 0;
  if (problem)
    g_propagate_error (error, g_steal_pointer (&problem));
  return result;
}

static void
reset (GConverter *converter)
{
  WeirContentDecoder *self = (WeirContentDecoder *) converter;

  if (self->zlib)
    g_converter_reset (self->zlib);
  if (self->brotli)
    {
      BrotliDecoderDestroyInstance (self->brotli);
      self->brotli = BrotliDecoderCreateInstance (NULL, NULL, NULL);
    }
  self->begun = FALSE;
}

static void
converter_init (GConverterIface *iface)
{
  iface->convert = convert;
  iface->reset = reset;
}

static void
weir_content_decoder_finalize (GObject *object)
{
  WeirContentDecoder *self = WEIR_CONTENT_DECODER (object);

  g_clear_object (&self->zlib);
  g_clear_pointer (&self->brotli, BrotliDecoderDestroyInstance);
  G_OBJECT_CLASS (weir_content_decoder_parent_class)->finalize (object);
}

static void
weir_content_decoder_class_init (WeirContentDecoderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_content_decoder_finalize;
}

static void
weir_content_decoder_init (WeirContentDecoder *self)
{
}

static GConverter *
decoder_for (Coding coding)
{
  WeirContentDecoder *self = g_object_new (WEIR_TYPE_CONTENT_DECODER, NULL);

  self->coding = coding;
  if (coding == CODING_BROTLI)
    self->brotli = BrotliDecoderCreateInstance (NULL, NULL, NULL);
  else
    self->zlib = G_CONVERTER (g_zlib_decompressor_new (
        coding == CODING_GZIP ? G_ZLIB_COMPRESSOR_FORMAT_GZIP : G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  return G_CONVERTER (self);
}

const char *
weir_content_decoder_get_codings (gboolean tls)
{
  return tls ? "gzip, deflate, br" : "gzip, deflate";
}

GInputStream *
weir_content_decoder_wrap (GInputStream *body, const char *codings, GError **error)
{
  static const struct
  {
    const char *name;
    Coding coding;
  } known[] = { { "gzip", CODING_GZIP },
                { "x-gzip", CODING_GZIP },
                { "deflate", CODING_DEFLATE },
                { "br", CODING_BROTLI } };
  g_auto (GStrv) names = g_strsplit (codings ? codings : "", ",", -1);
  g_autoptr (GInputStream) stream = g_object_ref (body);
  guint n_codings = 0;

  /* Written in the order in which they were applied. */
  for (guint i = g_strv_length (names); i-- > 0;)
    {
      const char *name = g_strstrip (names[i]);
      gsize k = 0;

      if (*name == '\0' || g_ascii_strcasecmp (name, "identity") == 0)
        continue;
      while (k < G_N_ELEMENTS (known) && g_ascii_strcasecmp (name, known[k].name) != 0)
        k++;
      if (k == G_N_ELEMENTS (known))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("its content coding “%s” is not known; gzip, deflate and br are"), name);
          return NULL;
        }
      if (++n_codings > MAX_CODINGS)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("it is compressed more than %u times"), MAX_CODINGS);
          return NULL;
        }
      g_autoptr (GConverter) decoder = decoder_for (known[k].coding);
      GInputStream *decoded = g_converter_input_stream_new (stream, decoder);

      g_object_unref (stream);
      stream = decoded;
    }
  return g_steal_pointer (&stream);
}
