/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-content-decoder-private.h"

#include <brotli/decode.h>
#include <glib/gi18n-lib.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

/* Each coding of a hostile response multiplies its size. */
#define MAX_CODINGS 3

typedef enum
{
  CODING_GZIP,
  CODING_DEFLATE,
  CODING_BROTLI,
#ifdef HAVE_ZSTD
  CODING_ZSTD,
#endif
} Coding;

static const struct
{
  const char *name;
  Coding coding;
} known[] = {
  { "gzip", CODING_GZIP },       { "x-gzip", CODING_GZIP },
  { "deflate", CODING_DEFLATE }, { "br", CODING_BROTLI },
#ifdef HAVE_ZSTD
  { "zstd", CODING_ZSTD },
#endif
};

struct _WeirContentDecoder
{
  GObject parent_instance;

  Coding coding;
  GConverter *zlib;           /* gzip and deflate */
  BrotliDecoderState *brotli; /* br */
#ifdef HAVE_ZSTD
  ZSTD_DStream *zstd;
#endif
  gboolean begun; /* some of it was valid */
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

#ifdef HAVE_ZSTD
static GConverterResult
decode_zstd (WeirContentDecoder *self, ZSTD_inBuffer *from, ZSTD_outBuffer *to, GError **error)
{
  const gsize result = ZSTD_decompressStream (self->zstd, to, from);

  if (ZSTD_isError (result))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("Invalid compressed data"));
      return G_CONVERTER_ERROR;
    }
  /* The end of a frame is no end of the body: servers flush by ending frames. */
  if (to->pos > 0 || from->pos > 0)
    return G_CONVERTER_CONVERTED;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _ ("Need more input"));
  return G_CONVERTER_ERROR;
}
#endif

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

  /* "deflate" is zlib's format, but many servers send raw deflate under that name. */
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
#ifdef HAVE_ZSTD
  else if (self->coding == CODING_ZSTD)
    {
      ZSTD_inBuffer input = { from, length, 0 };
      ZSTD_outBuffer output = { to, room, 0 };

      result = decode_zstd (self, &input, &output, &problem);
      *read = input.pos;
      *written = output.pos;
    }
#endif
  else
    result = decode_zlib (self, from, length, to, room, flags, read, written, &problem);

  /* The connection decides what a cut means, not the decoder. */
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
#ifdef HAVE_ZSTD
  if (self->zstd)
    ZSTD_initDStream (self->zstd);
#endif
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
#ifdef HAVE_ZSTD
  g_clear_pointer (&self->zstd, ZSTD_freeDStream);
#endif
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
#ifdef HAVE_ZSTD
  else if (coding == CODING_ZSTD)
    self->zstd = ZSTD_createDStream ();
#endif
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

static gsize
find_coding (const char *name)
{
  gsize i = 0;

  while (i < G_N_ELEMENTS (known) && g_ascii_strcasecmp (name, known[i].name) != 0)
    i++;
  return i;
}

gboolean
weir_content_decoder_knows (const char *coding)
{
  return find_coding (coding) < G_N_ELEMENTS (known);
}

GConverter *
weir_content_decoder_new (const char *coding, GError **error)
{
  g_autofree char *shown = NULL;

  if (weir_content_decoder_knows (coding))
    return decoder_for (known[find_coding (coding)].coding);
  shown = g_utf8_make_valid (coding, -1);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
#ifdef HAVE_ZSTD
               _ ("The content coding “%s” is unknown; gzip, deflate, br and zstd are known"),
#else
               _ ("The content coding “%s” is unknown; gzip, deflate and br are known"),
#endif
               shown);
  return NULL;
}

GInputStream *
weir_content_decoder_wrap (GInputStream *body, const char *codings, GError **error)
{
  g_auto (GStrv) names = g_strsplit (codings ? codings : "", ",", -1);
  g_autoptr (GInputStream) stream = g_object_ref (body);
  guint n_codings = 0;

  /* Listed in the order in which they were applied. */
  for (guint i = g_strv_length (names); i-- > 0;)
    {
      const char *name = g_strstrip (names[i]);
      g_autoptr (GConverter) decoder = NULL;
      GInputStream *decoded;

      if (*name == '\0' || g_ascii_strcasecmp (name, "identity") == 0)
        continue;
      if (++n_codings > MAX_CODINGS)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("It is compressed more than %d times"), MAX_CODINGS);
          return NULL;
        }
      decoder = weir_content_decoder_new (name, error);
      if (decoder == NULL)
        return NULL;
      decoded = g_converter_input_stream_new (stream, decoder);
      g_object_unref (stream);
      stream = decoded;
    }
  return g_steal_pointer (&stream);
}
