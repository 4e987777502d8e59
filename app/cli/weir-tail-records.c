/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-tail-records.h"

#include <glib/gi18n.h>
#include <string.h>

#include "core/weir-allocator.h"
#include "core/weir-json.h"

#define FIRST_BYTES 4096
#define BUFFER_BYTES (256 * 1024)

/* Whether text is a JSON object, or, where it was cut, the beginning of one. */
static gboolean
is_object (const char *text, gsize length, gboolean is_cut)
{
  WeirJson json;
  WeirJsonToken token;
  WeirJsonStatus status;

  weir_json_init (&json, text, length, 0);
  status = weir_json_next (&json, &token);
  if (status != WEIR_JSON_TOKEN || token.kind != WEIR_JSON_OBJECT_BEGIN)
    return FALSE;
  while (status == WEIR_JSON_TOKEN)
    status = weir_json_next (&json, &token);
  return status == WEIR_JSON_DONE || (is_cut && json.error == WEIR_JSON_ERROR_END);
}

gboolean
weir_tail_records_find_format (const char *path, WeirRecordsFormat *format)
{
  char bytes[FIRST_BYTES];
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = NULL;
  const char *line_end;
  gsize length;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return FALSE;
  stream = g_file_read (file, NULL, NULL);
  if (stream == NULL
      || !g_input_stream_read_all (G_INPUT_STREAM (stream), bytes, sizeof bytes, &length, NULL,
                                   NULL))
    return FALSE;
  *format = WEIR_RECORDS_FRAMES;
  if (weir_records_is_frame (bytes, length))
    return TRUE;
  *format = WEIR_RECORDS_LINES;
  line_end = memchr (bytes, '\n', length);
  return is_object (bytes, line_end != NULL ? (gsize) (line_end - bytes) : length,
                    line_end == NULL && length == sizeof bytes);
}

/* Returns: FALSE if the sink wants no more. */
static gboolean
hand_over (WeirRecords *records, WeirSink *sink, WeirRecordsStatus *status)
{
  WeirRecord record;

  while ((*status = weir_records_next (records, &record)) == WEIR_RECORDS_RECORD)
    {
      const WeirItem item = {
        .kind = WEIR_ITEM_EVENT,
        .begin = record.begin,
        .end = record.end,
        .type = record.type.length > 0 ? record.type : (WeirSpan){ "message", strlen ("message") },
        .data = record.data,
      };

      if (!g_utf8_validate_len (record.data.text, record.data.length, NULL)
          || !g_utf8_validate_len (record.type.text, record.type.length, NULL))
        {
          *status = WEIR_RECORDS_INVALID;
          return FALSE;
        }
      if (!weir_sink_items (sink, &item, 1))
        return FALSE;
    }
  return TRUE;
}

static WeirRecordsStatus
read_stream (GInputStream *stream, WeirRecords *records, WeirSink *sink, GError **error)
{
  g_autofree char *buffer = g_malloc (BUFFER_BYTES);
  WeirRecordsStatus status = WEIR_RECORDS_NEED_INPUT;
  gssize n;

  while ((n = g_input_stream_read (stream, buffer, BUFFER_BYTES, NULL, error)) > 0)
    {
      weir_sink_bytes_read (sink, g_get_real_time (), (const guint8 *) buffer, (gsize) n);
      weir_records_feed (records, buffer, (gsize) n);
      if (!hand_over (records, sink, &status) || status != WEIR_RECORDS_NEED_INPUT)
        return status;
      weir_sink_drained (sink);
    }
  weir_records_end (records);
  hand_over (records, sink, &status);
  return status;
}

gboolean
weir_tail_records_read (const char *path, WeirRecordsFormat format, WeirSink *sink, GError **error)
{
  const WeirAllocator allocator = weir_allocator_malloc ();
  g_autoptr (WeirConnectionInfo) info = weir_connection_info_new (1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autoptr (GError) problem = NULL;
  WeirRecordsStatus status;
  WeirRecords records;

  if (stream == NULL)
    return FALSE;
  weir_records_init (&records, format, &allocator);
  weir_sink_connection_opened (sink, info);
  status = read_stream (G_INPUT_STREAM (stream), &records, sink, &problem);
  info->end = status == WEIR_RECORDS_RECORD ? WEIR_END_CANCELLED : WEIR_END_SERVER;
  weir_sink_connection_ended (sink, info);
  weir_sink_drained (sink);
  weir_records_clear (&records);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (status == WEIR_RECORDS_NEED_INPUT || status == WEIR_RECORDS_RECORD)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       status == WEIR_RECORDS_UNFINISHED
                           ? _ ("The file ends in the middle of a frame.")
                           : _ ("The file is damaged: a record in it cannot be read."));
  return FALSE;
}
