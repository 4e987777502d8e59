/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-reader.h"

#include <gio/gio.h>
#include <string.h>

#include "core/answer/weir-records.h"
#include "core/weir-allocator.h"

#define BATCH_ITEMS 256
/* The first bytes of gzip. */
#define GZIP_MAGIC "\x1f\x8b"

struct _WeirReader
{
  WeirParser parser;
  WeirBodyFormat format;
  WeirRecords records; /* of another format than an event stream's */
  gboolean is_damaged, is_cut;
  char *type, *data; /* of the last record, where they had to be changed */
};

/* --- Formats ------------------------------------------------------------------------- */

static const struct
{
  const char *name;
  const char *content_type;
  WeirRecordsFormat records;
} formats[WEIR_N_BODY_FORMATS] = {
  [WEIR_BODY_SSE] = { "sse", "text/event-stream", WEIR_RECORDS_LINES },
  [WEIR_BODY_NDJSON] = { "ndjson", "application/x-ndjson", WEIR_RECORDS_LINES },
  [WEIR_BODY_JSON_SEQ] = { "json-seq", "application/json-seq", WEIR_RECORDS_SEQUENCE },
  [WEIR_BODY_BEDROCK] = { "bedrock", "application/vnd.amazon.eventstream", WEIR_RECORDS_FRAMES },
  [WEIR_BODY_CONNECT] = { "connect", "application/connect+json", WEIR_RECORDS_ENVELOPES },
};

const char *
weir_body_format_get_name (WeirBodyFormat format)
{
  g_return_val_if_fail ((guint) format < WEIR_N_BODY_FORMATS, "");
  return formats[format].name;
}

gboolean
weir_body_format_parse (const char *name, gsize length, WeirBodyFormat *format)
{
  for (guint i = 0; i < WEIR_N_BODY_FORMATS; i++)
    if (strlen (formats[i].name) == length && memcmp (formats[i].name, name, length) == 0)
      {
        *format = (WeirBodyFormat) i;
        return TRUE;
      }
  return FALSE;
}

const char *
weir_body_format_get_content_type (WeirBodyFormat format)
{
  g_return_val_if_fail ((guint) format < WEIR_N_BODY_FORMATS, "");
  return formats[format].content_type;
}

gboolean
weir_body_format_guess (const char *name, WeirBodyFormat *format)
{
  static const struct
  {
    const char *ending;
    WeirBodyFormat format;
  } endings[] = {
    { ".ndjson", WEIR_BODY_NDJSON },     { ".jsonl", WEIR_BODY_NDJSON },
    { ".json-seq", WEIR_BODY_JSON_SEQ }, { ".bedrock", WEIR_BODY_BEDROCK },
    { ".connect", WEIR_BODY_CONNECT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i].ending))
      {
        *format = endings[i].format;
        return TRUE;
      }
  return FALSE;
}

/* --- The reader ---------------------------------------------------------------------- */

WeirReader *
weir_reader_new (const WeirParserOptions *options)
{
  WeirReader *self = g_new0 (WeirReader, 1);

  weir_parser_init (&self->parser, options);
  return self;
}

static void
drop_records (WeirReader *self)
{
  if (self->format != WEIR_BODY_SSE)
    weir_records_clear (&self->records);
  g_clear_pointer (&self->type, g_free);
  g_clear_pointer (&self->data, g_free);
  self->is_damaged = self->is_cut = FALSE;
}

void
weir_reader_free (WeirReader *self)
{
  drop_records (self);
  weir_parser_clear (&self->parser);
  g_free (self);
}

void
weir_reader_begin (WeirReader *self, WeirBodyFormat format)
{
  const WeirAllocator allocator = weir_allocator_malloc ();

  drop_records (self);
  weir_parser_reset (&self->parser);
  self->format = format;
  if (format != WEIR_BODY_SSE)
    weir_records_init (&self->records, formats[format].records, &allocator);
}

void
weir_reader_feed (WeirReader *self, const void *bytes, gsize length)
{
  if (self->format == WEIR_BODY_SSE)
    weir_parser_feed (&self->parser, bytes, length);
  else
    weir_records_feed (&self->records, bytes, length);
}

void
weir_reader_finish (WeirReader *self, gboolean flush)
{
  if (self->format == WEIR_BODY_SSE)
    weir_parser_finish (&self->parser, flush);
  else
    weir_records_end (&self->records);
}

/* --- Records as events ----------------------------------------------------------------- */

/* Decompresses a message of at most WEIR_RECORDS_MAX_BYTES. (transfer full): NULL if it is not gzip. */
static GBytes *
decompress (WeirSpan message)
{
  g_autoptr (GInputStream) input = NULL;
  g_autoptr (GInputStream) plain = NULL;
  g_autoptr (GConverter) converter = NULL;
  g_autofree char *bytes = NULL;
  gsize length, room = MAX (message.length * 4, 4096);

  if (message.length < strlen (GZIP_MAGIC)
      || memcmp (message.text, GZIP_MAGIC, strlen (GZIP_MAGIC)) != 0)
    return NULL;
  input = g_memory_input_stream_new_from_data (message.text, (gssize) message.length, NULL);
  converter = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  plain = g_converter_input_stream_new (input, converter);
  bytes = g_malloc (room);
  for (length = 0;;)
    {
      gsize n;

      if (!g_input_stream_read_all (plain, bytes + length, room - length, &n, NULL, NULL))
        return NULL;
      length += n;
      if (length < room)
        return g_bytes_new_take (g_steal_pointer (&bytes), length);
      room *= 2;
      if (room > WEIR_RECORDS_MAX_BYTES * 2)
        return NULL;
      bytes = g_realloc (bytes, room);
    }
}

/* Returns: span, or valid UTF-8 that is kept in text. */
static WeirSpan
make_valid (WeirSpan span, char **text)
{
  if (span.length == 0)
    return (WeirSpan){ "", 0 };
  if (g_utf8_validate_len (span.text, span.length, NULL))
    return span;
  g_free (*text);
  *text = g_utf8_make_valid (span.text, (gssize) span.length);
  return (WeirSpan){ *text, strlen (*text) };
}

static void
set_data (WeirReader *self, const WeirRecord *record, WeirItem *item)
{
  g_autoptr (GBytes) plain = record->is_compressed ? decompress (record->data) : NULL;
  WeirSpan data = record->data;
  gsize length;

  if (plain != NULL)
    {
      g_free (self->data);
      length = g_bytes_get_size (plain);
      self->data = g_strndup (g_bytes_get_data (plain, NULL), length);
      data = (WeirSpan){ self->data, length };
      if (g_utf8_validate_len (data.text, data.length, NULL))
        {
          item->data = data;
          return;
        }
      data.text = g_bytes_get_data (plain, &data.length);
    }
  item->data = make_valid (data, &self->data);
}

static void
set_item (WeirReader *self, const WeirRecord *record, WeirItem *item)
{
  *item = (WeirItem){
    .kind = WEIR_ITEM_EVENT,
    .begin = record->begin,
    .end = record->end,
    .type = { "message", strlen ("message") },
    .last_event_id = { "", 0 },
  };
  if (record->type.length > 0)
    item->type = make_valid (record->type, &self->type);
  set_data (self, record, item);
}

static WeirStatus
next_record (WeirReader *self, WeirItem *item)
{
  WeirRecord record;

  switch (weir_records_next (&self->records, &record))
    {
    case WEIR_RECORDS_RECORD:
      set_item (self, &record, item);
      return WEIR_ITEM;
    case WEIR_RECORDS_UNFINISHED:
      self->is_cut = TRUE;
      return WEIR_NEED_INPUT;
    case WEIR_RECORDS_INVALID:
      self->is_damaged = TRUE;
      return WEIR_NEED_INPUT;
    case WEIR_RECORDS_NO_MEMORY:
      return WEIR_NO_MEMORY;
    case WEIR_RECORDS_NEED_INPUT:
    default:
      return WEIR_NEED_INPUT;
    }
}

WeirStatus
weir_reader_next (WeirReader *self, WeirItem *item)
{
  return self->format == WEIR_BODY_SSE ? weir_parser_next (&self->parser, item)
                                       : next_record (self, item);
}

WeirStatus
weir_reader_drain (WeirReader *self, WeirTakeItems take, gpointer data)
{
  WeirItem items[BATCH_ITEMS];
  gsize n_items = 1;
  WeirStatus status;

  do
    {
      /* The text of one record lives until the next, so that records are taken one by one. */
      status = self->format == WEIR_BODY_SSE
                   ? weir_parser_next_batch (&self->parser, items, BATCH_ITEMS, &n_items)
                   : next_record (self, items);
      if (self->format != WEIR_BODY_SSE)
        n_items = status == WEIR_ITEM;
      if (n_items > 0 && !take (data, items, n_items))
        return WEIR_ITEM;
    }
  while (status == WEIR_ITEM);
  return status;
}

gboolean
weir_reader_is_frame (const char *bytes, gsize length)
{
  return weir_records_is_frame (bytes, length);
}

gboolean
weir_reader_is_damaged (WeirReader *self)
{
  return self->is_damaged;
}

gboolean
weir_reader_is_cut (WeirReader *self)
{
  return self->is_cut;
}

WeirParser *
weir_reader_get_parser (WeirReader *self)
{
  return &self->parser;
}
