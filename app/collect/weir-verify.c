/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-verify.h"

#include <glib/gi18n.h>

#define PAGE 1000

typedef struct
{
  void (*report) (const char *sentence);
  WeirVerifyResult *result;
  guint64 sequence; /* of the record before; 0: none */
  guint connection;
} Verify;

static void
check_sequence (Verify *self, const WeirCollectRecord *record)
{
  const guint64 n = record->sequence - self->sequence - 1;
  const unsigned long long sequence = record->sequence;
  g_autofree char *text = NULL;

  if (n == 0)
    return;
  self->result->n_holes++;
  self->result->n_missing += n;
  /* The first records may have been trimmed. */
  text = self->sequence == 0
             ? g_strdup_printf (ngettext ("%llu record is missing before record "
                                          "%llu, at the beginning.",
                                          "%llu records are missing before record "
                                          "%llu, at the beginning.",
                                          n),
                                (unsigned long long) n, sequence)
             : g_strdup_printf (ngettext ("%llu record is missing after record "
                                          "%llu.",
                                          "%llu records are missing after record "
                                          "%llu.",
                                          n),
                                (unsigned long long) n, (unsigned long long) self->sequence);
  self->report (text);
}

static void
check_record (Verify *self, const WeirCollectRecord *record)
{
  self->result->n_records++;
  check_sequence (self, record);
  if (record->kind == WEIR_COLLECT_RECORD_EVENT)
    self->result->n_events++;
  else
    {
      g_autofree char *text =
          g_strdup_printf (_ ("Record %llu is a gap: %.*s"), (unsigned long long) record->sequence,
                           (int) MIN (record->data.length, 1000), record->data.text);

      self->result->n_gaps++;
      self->report (text);
    }
  if (record->connection < self->connection)
    {
      g_autofree char *text = g_strdup_printf (
          _ ("Record %llu"
             " is of connection %u, although the record before it is of "
             "connection %u."),
          (unsigned long long) record->sequence, record->connection, self->connection);

      self->result->n_disordered++;
      self->report (text);
    }
  if (record->connection != self->connection)
    self->result->n_connections++;
  self->sequence = record->sequence;
  self->connection = record->connection;
}

gboolean
weir_verify (WeirTarget *target,
             const char *stream,
             void (*report) (const char *sentence),
             WeirVerifyResult *result,
             GError **error)
{
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify) weir_collect_record_free);
  Verify self = { report, result, 0, 0 };

  *result = (WeirVerifyResult){ 0 };
  if (!target->class->open (target, error))
    return FALSE;
  do
    {
      g_ptr_array_set_size (records, 0);
      if (!target->class->read (target, stream, self.sequence + 1, PAGE, records, error))
        return FALSE;
      for (guint i = 0; i < records->len; i++)
        check_record (&self, records->pdata[i]);
    }
  while (records->len > 0);
  return TRUE;
}
