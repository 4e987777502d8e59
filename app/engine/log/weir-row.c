/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-row-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/weir-allocator.h"
#include "base/weir-direction.h"

#define PREVIEW_BYTES 512
/* What is read of a big row for its preview. */
#define PREVIEW_READ_BYTES 65536u

struct _WeirRow
{
  GObject parent_instance;

  WeirLog *log;
  guint64 number;
  WeirRowInfo info;
  WeirLogMark *mark;

  char *type_name;
  char *id;
  char *preview;
  GBytes *data;
  GBytes *raw;
};

G_DEFINE_FINAL_TYPE (WeirRow, weir_row, G_TYPE_OBJECT)

static void
weir_row_init (WeirRow *self)
{
}

static void
weir_row_finalize (GObject *object)
{
  WeirRow *self = WEIR_ROW (object);

  g_clear_object (&self->log);
  g_clear_pointer (&self->mark, weir_log_mark_free);
  g_free (self->type_name);
  g_free (self->id);
  g_free (self->preview);
  g_clear_pointer (&self->data, g_bytes_unref);
  g_clear_pointer (&self->raw, g_bytes_unref);
  G_OBJECT_CLASS (weir_row_parent_class)->finalize (object);
}

static void
weir_row_class_init (WeirRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_row_finalize;
}

WeirRow *
weir_row_new (WeirLog *log, guint64 number)
{
  WeirRow *self;

  g_return_val_if_fail (WEIR_IS_LOG (log), NULL);
  g_return_val_if_fail (number < weir_log_get_n_rows (log), NULL);

  self = g_object_new (WEIR_TYPE_ROW, NULL);
  self->log = g_object_ref (log);
  self->number = number;
  weir_log_get_row (log, number, &self->info);
  if (self->info.kind == WEIR_ROW_MARK)
    self->mark = weir_log_get_mark (log, self->info.mark);
  return self;
}

/* --- Parsing again --------------------------------------------------------- */

WeirReader *
weir_row_reader_new (void)
{
  const WeirParserOptions options = {
    .max_line_bytes = G_MAXSSIZE,
    .max_event_bytes = G_MAXSSIZE,
    .max_id_bytes = G_MAXSSIZE,
    .allocator = weir_allocator_malloc (),
  };

  return weir_reader_new (&options);
}

/* Goes on to the next item of the row's kind; a block without data may make other findings as well. */
static gboolean
next_of_kind (WeirReader *reader, const WeirRowInfo *info, WeirItem *item)
{
  while (weir_reader_next (reader, item) == WEIR_ITEM)
    if ((int) item->kind == (int) info->kind
        && (item->kind != WEIR_ITEM_FINDING || item->finding == info->finding))
      return TRUE;
  return FALSE;
}

gboolean
weir_row_parse (
    WeirReader *reader, const WeirRowInfo *info, const guint8 *bytes, gsize length, WeirItem *item)
{
  WeirItem skipped;

  /* Of findings, only that of a block without data is parsed again. */
  if (info->kind == WEIR_ROW_FINDING && info->finding != WEIR_FINDING_NO_DATA)
    return FALSE;

  weir_reader_begin (reader, info->format);
  /* A byte order mark is one at the stream's start only. */
  if (info->format == WEIR_BODY_SSE && !info->at_start && length > 2 && bytes[0] == 0xEF)
    {
      weir_reader_feed (reader, "\n", 1);
      while (weir_reader_next (reader, &skipped) == WEIR_ITEM)
        ;
    }
  weir_reader_feed (reader, bytes, length);
  if (next_of_kind (reader, info, item))
    return TRUE;
  weir_reader_finish (reader, TRUE);
  return next_of_kind (reader, info, item);
}

static GBytes *
read_raw (WeirRow *self, gsize limit)
{
  gsize length = MIN (self->info.size, limit);
  g_autofree guint8 *bytes = NULL;

  if (length == 0)
    return g_bytes_new_static ("", 0);
  bytes = g_malloc (length);
  if (!weir_log_copy_bytes (self->log, self->info.offset, length, bytes))
    return g_bytes_new_static ("", 0);
  return g_bytes_new_take (g_steal_pointer (&bytes), length);
}

/* Calls use with the row's item, parsed from at most limit of its bytes; with NULL where there is
 * none. */
typedef void (*UseItem) (WeirRow *self, const WeirItem *item);

static void
with_item (WeirRow *self, gsize limit, UseItem use)
{
  g_autoptr (WeirReader) reader = weir_row_reader_new ();
  g_autoptr (GBytes) bytes = NULL;
  WeirItem item;
  gsize length;
  const guint8 *raw;

  /* A part of a frame cannot be read. */
  if (self->info.format == WEIR_BODY_BEDROCK || self->info.format == WEIR_BODY_CONNECT)
    limit = G_MAXSIZE;
  bytes = self->raw != NULL ? g_bytes_ref (self->raw) : read_raw (self, limit);
  raw = g_bytes_get_data (bytes, &length);
  use (self, length > 0 && weir_row_parse (reader, &self->info, raw, length, &item) ? &item : NULL);
}

/* --- Texts ----------------------------------------------------------------- */

void
weir_row_append_preview (GString *line, const char *text, gsize length, gsize limit)
{
  const char *end = text + length;

  while (text < end && line->len < limit)
    {
      /* A character that the end cuts is not shown. */
      const gunichar character = g_utf8_get_char_validated (text, end - text);
      const char *next = g_utf8_next_char (text);
      guchar c = (guchar) *text;

      if (c >= 0x80 && (character & 0x80000000) != 0)
        {
          g_string_append (line, "\uFFFD");
          text++;
          continue;
        }

      if (c >= 0x20 && c < 0x7F)
        g_string_append_c (line, *text);
      else if (c == '\n')
        g_string_append (line, "\u21B5");
      else if (c < 0x20 || c == 0x7F || (c == 0xC2 && (guchar) text[1] < 0xA0))
        g_string_append_c (line, ' ');
      else if (weir_turns_direction (character))
        g_string_append_printf (line, "[U+%04X]", character);
      else
        g_string_append_len (line, text, next - text);
      text = next;
    }
}

static void
use_preview (WeirRow *self, const WeirItem *item)
{
  g_autoptr (GString) line = g_string_new (NULL);

  /* Its bytes were deleted from the recording. */
  if (item == NULL)
    g_string_append (line, _ ("Deleted"));
  else if (item->kind == WEIR_ITEM_EVENT)
    weir_row_append_preview (line, item->data.text, item->data.length, PREVIEW_BYTES - 8);
  else if (item->kind == WEIR_ITEM_COMMENT)
    {
      /* Most write ": words"; in a line by itself, that space only looks like a mistake. */
      const gsize space = item->text.length > 0 && item->text.text[0] == ' ';

      weir_row_append_preview (line, item->text.text + space, item->text.length - space,
                               PREVIEW_BYTES - 8);
    }
  else
    g_string_append_printf (line, "%" G_GUINT64_FORMAT " ms", item->retry_ms);
  self->preview = g_strdup (line->str);
}

static void
make_finding_preview (WeirRow *self)
{
  g_autoptr (GString) line = g_string_new (_ (weir_finding_sentence (self->info.finding)));
  g_autoptr (GBytes) raw = read_raw (self, PREVIEW_BYTES);
  gsize length;
  const char *bytes = g_bytes_get_data (raw, &length);
  g_autofree char *text = g_utf8_make_valid (bytes, (gssize) length);

  if (length > 0)
    {
      g_string_append_c (line, ' ');
      weir_row_append_preview (line, text, strlen (text), PREVIEW_BYTES - 8);
    }
  self->preview = g_strdup (line->str);
}

static void
make_text_preview (WeirRow *self, const char *text)
{
  g_autoptr (GString) line = g_string_new (NULL);

  weir_row_append_preview (line, text, strlen (text), PREVIEW_BYTES - 8);
  self->preview = g_strdup (line->str);
}

const char *
weir_row_get_preview (WeirRow *self)
{
  g_return_val_if_fail (WEIR_IS_ROW (self), NULL);

  if (self->preview != NULL)
    return self->preview;
  if (self->info.kind == WEIR_ROW_GONE)
    self->preview = g_strdup (_ ("Deleted"));
  else if (self->info.kind == WEIR_ROW_MARK)
    make_text_preview (self, self->mark != NULL && self->mark->text != NULL ? self->mark->text
                                                                            : _ ("Deleted"));
  else if (self->info.kind == WEIR_ROW_FINDING)
    make_finding_preview (self);
  else
    with_item (self, PREVIEW_READ_BYTES, use_preview);
  return self->preview;
}

static void
use_data (WeirRow *self, const WeirItem *item)
{
  if (item == NULL)
    self->data = g_bytes_new_static ("", 0);
  else if (item->kind == WEIR_ITEM_EVENT)
    self->data = g_bytes_new (item->data.text, item->data.length);
  else if (item->kind == WEIR_ITEM_COMMENT)
    self->data = g_bytes_new (item->text.text, item->text.length);
  else
    {
      char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, item->retry_ms);

      self->data = g_bytes_new_take (digits, strlen (digits));
    }
}

GBytes *
weir_row_get_data (WeirRow *self)
{
  g_return_val_if_fail (WEIR_IS_ROW (self), NULL);

  if (self->data != NULL)
    return self->data;
  if (self->info.kind == WEIR_ROW_EVENT || self->info.kind == WEIR_ROW_COMMENT
      || self->info.kind == WEIR_ROW_RETRY)
    with_item (self, G_MAXSIZE, use_data);
  else
    {
      const char *text = "";

      if (self->info.kind == WEIR_ROW_FINDING)
        text = _ (weir_finding_sentence (self->info.finding));
      else if (self->mark != NULL && self->mark->text != NULL)
        text = self->mark->text;
      self->data = g_bytes_new (text, strlen (text));
    }
  return self->data;
}

GBytes *
weir_row_get_raw (WeirRow *self)
{
  g_return_val_if_fail (WEIR_IS_ROW (self), NULL);

  if (self->raw == NULL)
    self->raw = read_raw (self, G_MAXSIZE);
  return self->raw;
}

/* An empty span may have no text. (transfer full) */
static char *
dup_span (WeirSpan span)
{
  return span.length > 0 ? g_strndup (span.text, span.length) : g_strdup ("");
}

static void
use_type (WeirRow *self, const WeirItem *item)
{
  self->type_name = item != NULL ? dup_span (item->type) : g_strdup ("");
}

const char *
weir_row_get_type_name (WeirRow *self)
{
  const char *name;

  g_return_val_if_fail (WEIR_IS_ROW (self), NULL);

  switch (self->info.kind)
    {
    case WEIR_ROW_EVENT:
      name = weir_log_get_type_name (self->log, self->info.type);
      if (name != NULL)
        return name;
      if (self->type_name == NULL)
        with_item (self, G_MAXSIZE, use_type);
      return self->type_name;
    case WEIR_ROW_FINDING:
      return weir_finding_name (self->info.finding);
    case WEIR_ROW_MARK:
      if (self->mark != NULL && self->mark->note != 0)
        return weir_note_kind_get_name (self->mark->note);
      return "connection";
    case WEIR_ROW_COMMENT:
    case WEIR_ROW_RETRY:
    case WEIR_ROW_GONE:
    default:
      return weir_row_kind_get_name (self->info.kind);
    }
}

static void
use_id (WeirRow *self, const WeirItem *item)
{
  self->id = item != NULL ? dup_span (item->last_event_id) : g_strdup ("");
}

char *
weir_row_dup_own_id (WeirRow *self)
{
  g_clear_pointer (&self->id, g_free);
  with_item (self, G_MAXSIZE, use_id);
  return g_steal_pointer (&self->id);
}

const char *
weir_row_get_id (WeirRow *self)
{
  g_return_val_if_fail (WEIR_IS_ROW (self), NULL);

  if (self->info.kind != WEIR_ROW_EVENT)
    return NULL;
  if (self->id != NULL)
    return self->id;
  if (self->info.id_row == WEIR_NO_ROW)
    self->id = g_strdup ("");
  else if (self->info.id_row == self->number)
    with_item (self, G_MAXSIZE, use_id);
  else
    {
      g_autoptr (WeirRow) setter = weir_row_new (self->log, self->info.id_row);

      self->id = weir_row_dup_own_id (setter);
    }
  return self->id;
}

/* --- What needs no bytes --------------------------------------------------- */

WeirLog *
weir_row_get_log (WeirRow *self)
{
  g_return_val_if_fail (WEIR_IS_ROW (self), NULL);
  return self->log;
}

guint64
weir_row_get_number (WeirRow *self)
{
  g_return_val_if_fail (WEIR_IS_ROW (self), 0);
  return self->number;
}

WeirRowKind
weir_row_get_kind (WeirRow *self)
{
  g_return_val_if_fail (WEIR_IS_ROW (self), WEIR_ROW_GONE);
  return self->info.kind;
}

gint64
weir_row_get_time_us (WeirRow *self)
{
  g_return_val_if_fail (WEIR_IS_ROW (self), 0);
  return self->info.time_us;
}

guint64
weir_row_get_size (WeirRow *self)
{
  g_return_val_if_fail (WEIR_IS_ROW (self), 0);
  return self->info.size;
}

WeirFindingCode
weir_row_get_finding (WeirRow *self)
{
  g_return_val_if_fail (WEIR_IS_ROW (self), 0);
  return self->info.finding;
}

gboolean
weir_row_has_id (WeirRow *self)
{
  g_return_val_if_fail (WEIR_IS_ROW (self), FALSE);
  return self->info.has_id;
}

WeirConnectionInfo *
weir_row_get_connection (WeirRow *self)
{
  g_return_val_if_fail (WEIR_IS_ROW (self), NULL);
  return self->mark != NULL ? self->mark->connection : NULL;
}
