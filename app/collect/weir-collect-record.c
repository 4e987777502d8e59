/* SPDX-License-Identifier: MIT */
#include "weir-collect-record.h"

#include <string.h>

const char *const weir_field_names[WEIR_N_FIELDS] = { "kind",       "type", "id",    "url",
                                                      "connection", "time", "writer" };

static const char *const kinds[] = { "event", "gap" };

const char *
weir_collect_record_kind_get_name (WeirCollectRecordKind kind)
{
  return kinds[kind];
}

gboolean
weir_collect_record_kind_parse (const char *name, WeirCollectRecordKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (name, kinds[i]) == 0)
      {
        *kind = (WeirCollectRecordKind) i;
        return TRUE;
      }
  return FALSE;
}

static char *
copy_text (char *at, WeirSpan *text)
{
  if (text->length > 0)
    memcpy (at, text->text, text->length);
  text->text = at;
  return at + text->length;
}

WeirCollectRecord *
weir_collect_record_new (const WeirCollectRecord *model)
{
  WeirCollectRecord *self = g_malloc (weir_collect_record_get_size (model));
  char *at = (char *) (self + 1);

  *self = *model;
  at = copy_text (at, &self->type);
  at = copy_text (at, &self->id);
  copy_text (at, &self->data);
  return self;
}

void
weir_collect_record_free (WeirCollectRecord *self)
{
  g_free (self);
}

gsize
weir_collect_record_get_size (const WeirCollectRecord *self)
{
  return sizeof *self + self->type.length + self->id.length + self->data.length;
}

void
weir_collect_record_get_fields (const WeirCollectRecord *self,
                                WeirFieldNumbers *numbers,
                                WeirSpan fields[WEIR_N_FIELDS])
{
  const int n =
      g_snprintf (numbers->connection, sizeof numbers->connection, "%u", self->connection);
  const int m =
      g_snprintf (numbers->time, sizeof numbers->time, "%" G_GINT64_FORMAT, self->time_us);

  fields[WEIR_FIELD_KIND] = weir_span (kinds[self->kind]);
  fields[WEIR_FIELD_TYPE] = self->type;
  fields[WEIR_FIELD_ID] = self->id;
  fields[WEIR_FIELD_URL] = weir_span (self->origin.url);
  fields[WEIR_FIELD_CONNECTION] = (WeirSpan){ numbers->connection, (gsize) n };
  fields[WEIR_FIELD_TIME] = (WeirSpan){ numbers->time, (gsize) m };
  fields[WEIR_FIELD_WRITER] = weir_span (self->origin.writer);
}

/* At most 19 digits, so that it fits into a gint64. */
static gboolean
read_number (WeirSpan text, gint64 *number)
{
  *number = 0;
  if (text.text == NULL || text.length == 0 || text.length > 18)
    return FALSE;
  for (gsize i = 0; i < text.length; i++)
    {
      if (!g_ascii_isdigit (text.text[i]))
        return FALSE;
      *number = *number * 10 + (text.text[i] - '0');
    }
  return TRUE;
}

static const char *
intern (WeirSpan text)
{
  g_autofree char *string = g_strndup (text.text, text.length);

  return g_intern_string (string);
}

WeirCollectRecord *
weir_collect_record_new_from_fields (const char *stream,
                                     guint64 sequence,
                                     const WeirSpan fields[WEIR_N_FIELDS],
                                     WeirSpan data)
{
  g_autofree char *kind = NULL;
  WeirCollectRecord model = { .sequence = sequence, .data = data };
  gint64 connection;

  for (guint i = 0; i < WEIR_N_FIELDS; i++)
    if (fields[i].text == NULL)
      return NULL;
  kind = g_strndup (fields[WEIR_FIELD_KIND].text, fields[WEIR_FIELD_KIND].length);
  if (!weir_collect_record_kind_parse (kind, &model.kind)
      || !read_number (fields[WEIR_FIELD_CONNECTION], &connection) || connection > G_MAXUINT32
      || !read_number (fields[WEIR_FIELD_TIME], &model.time_us) || data.text == NULL)
    return NULL;
  model.connection = (guint) connection;
  model.type = fields[WEIR_FIELD_TYPE];
  model.id = fields[WEIR_FIELD_ID];
  model.origin.stream = g_intern_string (stream);
  model.origin.url = intern (fields[WEIR_FIELD_URL]);
  model.origin.writer = intern (fields[WEIR_FIELD_WRITER]);
  return weir_collect_record_new (&model);
}
