/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-content-decoder-private.h"

#include <brotli/decode.h>
#include <glib/gi18n-lib.h>
#include <zlib.h>
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
  z_stream zlib;              /* gzip and deflate */
  BrotliDecoderState *brotli; /* br */
#ifdef HAVE_ZSTD
  ZSTD_DStream *zstd;
#endif
  gboolean begun;   /* some of it was valid */
  gboolean damaged; /* what was decoded before the damage is returned; the next call fails */
};

/* The input and output of a decoder, and how many bytes of each it has used. */
typedef struct
{
  const guint8 *from;
  gsize length;
  guint8 *to;
  gsize room;
  gsize read;
  gsize written;
} Buffers;

typedef enum
{
  STEP_MORE, /* it needs more input or room */
  STEP_END,
  STEP_DAMAGED,
} Step;

static void converter_init (GConverterIface *iface);

#define WEIR_TYPE_CONTENT_DECODER (weir_content_decoder_get_type ())
G_DECLARE_FINAL_TYPE (WeirContentDecoder, weir_content_decoder, WEIR, CONTENT_DECODER, GObject)
G_DEFINE_FINAL_TYPE_WITH_CODE (WeirContentDecoder,
                               weir_content_decoder,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_CONVERTER, converter_init))

static int
get_window_bits (Coding coding)
{
  return coding == CODING_GZIP ? MAX_WBITS + 16 : MAX_WBITS;
}

static int
inflate_some (WeirContentDecoder *self, Buffers *buffers)
{
  z_stream *zlib = &self->zlib;
  int result;

  zlib->next_in = (Bytef *) buffers->from + buffers->read;
  zlib->avail_in = (uInt) MIN (buffers->length - buffers->read, G_MAXUINT);
  zlib->next_out = buffers->to + buffers->written;
  zlib->avail_out = (uInt) MIN (buffers->room - buffers->written, G_MAXUINT);
  result = inflate (zlib, Z_NO_FLUSH);
  buffers->read = (gsize) (zlib->next_in - buffers->from);
  buffers->written = (gsize) (zlib->next_out - buffers->to);
  return result;
}

static Step
decode_zlib (WeirContentDecoder *self, Buffers *buffers)
{
  int result = inflate_some (self, buffers);

  /* "deflate" is zlib's format, but many servers send raw deflate under that name. */
  if (result == Z_DATA_ERROR && self->coding == CODING_DEFLATE && !self->begun
      && buffers->written == 0)
    {
      inflateReset2 (&self->zlib, -MAX_WBITS);
      buffers->read = 0;
      result = inflate_some (self, buffers);
    }
  if (result == Z_STREAM_END)
    return STEP_END;
  return result == Z_OK || result == Z_BUF_ERROR ? STEP_MORE : STEP_DAMAGED;
}

/* On invalid data these two lose the output of the same call, so they get one byte per call. */

static Step
decode_brotli (WeirContentDecoder *self, Buffers *buffers)
{
  BrotliDecoderResult result;

  do
    {
      const guint8 *from = buffers->from + buffers->read;
      guint8 *to = buffers->to + buffers->written;
      /* Its remaining output is taken first. */
      const gsize piece =
          BrotliDecoderHasMoreOutput (self->brotli) ? 0 : MIN (buffers->length - buffers->read, 1);
      gsize left = piece, room = buffers->room - buffers->written;

      result = BrotliDecoderDecompressStream (self->brotli, &left, &from, &room, &to, NULL);
      buffers->read += piece - left;
      buffers->written = buffers->room - room;
    }
  while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT && buffers->read < buffers->length
         && buffers->written < buffers->room);
  if (result == BROTLI_DECODER_RESULT_SUCCESS)
    return STEP_END;
  return result == BROTLI_DECODER_RESULT_ERROR ? STEP_DAMAGED : STEP_MORE;
}

#ifdef HAVE_ZSTD
static Step
decode_zstd (WeirContentDecoder *self, Buffers *buffers)
{
  ZSTD_outBuffer output = { buffers->to, buffers->room, 0 };
  gsize used;

  do
    {
      ZSTD_inBuffer input = { buffers->from + buffers->read,
                              MIN (buffers->length - buffers->read, 1), 0 };
      const gsize written = output.pos;
      const gsize result = ZSTD_decompressStream (self->zstd, &output, &input);

      if (ZSTD_isError (result))
        return STEP_DAMAGED;
      buffers->read += input.pos;
      buffers->written = output.pos;
      used = input.pos + (output.pos - written);
    }
  while (used > 0 && buffers->read < buffers->length && output.pos < output.size);
  /* The end of a frame is no end of the body: servers flush by ending frames. */
  return STEP_MORE;
}
#endif

static Step
decode (WeirContentDecoder *self, Buffers *buffers)
{
  switch (self->coding)
    {
    case CODING_BROTLI:
      return decode_brotli (self, buffers);
#ifdef HAVE_ZSTD
    case CODING_ZSTD:
      return decode_zstd (self, buffers);
#endif
    case CODING_GZIP:
    case CODING_DEFLATE:
    default:
      return decode_zlib (self, buffers);
    }
}

static GConverterResult
fail_as_damaged (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("Invalid compressed data"));
  return G_CONVERTER_ERROR;
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
  Buffers buffers = { .from = from, .length = length, .to = to, .room = room };
  Step step;

  *read = *written = 0;
  if (self->damaged)
    return fail_as_damaged (error);
  step = decode (self, &buffers);
  self->begun = self->begun || buffers.read > 0;
  self->damaged = step == STEP_DAMAGED;
  if (self->damaged && buffers.written == 0)
    return fail_as_damaged (error);
  /* Leaves a byte, so that the caller calls again and gets the error. */
  *read = self->damaged ? MIN (buffers.read, length - MIN (length, 1)) : buffers.read;
  *written = buffers.written;
  if (step == STEP_END)
    return G_CONVERTER_FINISHED;
  if (*read > 0 || *written > 0)
    return G_CONVERTER_CONVERTED;
  /* The connection, not the decoder, judges a truncated body. */
  if ((flags & G_CONVERTER_INPUT_AT_END) != 0)
    return G_CONVERTER_FINISHED;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _ ("Need more input"));
  return G_CONVERTER_ERROR;
}

static void
reset (GConverter *converter)
{
  WeirContentDecoder *self = (WeirContentDecoder *) converter;

  if (self->coding == CODING_GZIP || self->coding == CODING_DEFLATE)
    inflateReset2 (&self->zlib, get_window_bits (self->coding));
  if (self->brotli)
    {
      BrotliDecoderDestroyInstance (self->brotli);
      self->brotli = BrotliDecoderCreateInstance (NULL, NULL, NULL);
    }
#ifdef HAVE_ZSTD
  if (self->zstd)
    ZSTD_initDStream (self->zstd);
#endif
  self->begun = self->damaged = FALSE;
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

  if (self->coding == CODING_GZIP || self->coding == CODING_DEFLATE)
    inflateEnd (&self->zlib);
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
  else if (inflateInit2 (&self->zlib, get_window_bits (coding)) != Z_OK)
    g_error ("Out of memory");
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
