/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-check-printer.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "app/engine/checks/weir-check-text.h"

struct _WeirCheckPrinter
{
  WeirOutput *output, *errors;
  WeirSequenceCheck *sequence; /* or NULL */
  WeirSchemaCheck *schema;     /* or NULL */
  guint64 n_events;
};

WeirCheckPrinter *
weir_check_printer_new (WeirOutput *output, const char *sequence, gboolean schema)
{
  WeirCheckPrinter *self = g_new0 (WeirCheckPrinter, 1);

  self->output = output;
  self->errors = g_new0 (WeirOutput, 1);
  self->errors->fd = STDERR_FILENO;
  self->sequence = sequence != NULL ? weir_sequence_check_new (sequence, NULL) : NULL;
  self->schema = schema ? weir_schema_check_new () : NULL;
  return self;
}

void
weir_check_printer_free (WeirCheckPrinter *self)
{
  g_clear_pointer (&self->sequence, weir_sequence_check_free);
  g_clear_pointer (&self->schema, weir_schema_check_free);
  g_free (self->errors);
  g_free (self);
}

/* Flushes the output first, so that the line follows its event on a terminal. Takes text. */
static void
report (WeirCheckPrinter *self, char *text)
{
  weir_output_flush (self->output);
  weir_output_message (self->errors, text);
  g_free (text);
}

static void
report_events (WeirCheckPrinter *self, guint64 first, guint64 last, const char *text)
{
  if (first == last)
    report (self, g_strdup_printf (_ ("event %llu: %s"), (unsigned long long) first, text));
  else
    report (self, g_strdup_printf (_ ("events %llu to %llu: %s"), (unsigned long long) first,
                                   (unsigned long long) last, text));
}

static void
report_sequence (WeirCheckPrinter *self)
{
  WeirSequenceFinding finding;

  while (weir_sequence_check_take (self->sequence, &finding))
    {
      g_autofree char *text = weir_sequence_finding_describe (&finding);

      report_events (self, finding.row, finding.last_row, text);
      weir_sequence_finding_clear (&finding);
    }
}

static void
report_schema (WeirCheckPrinter *self)
{
  WeirSchemaDrift drift;

  while (weir_schema_check_take (self->schema, &drift))
    {
      g_autofree char *text = weir_schema_drift_describe (&drift);

      report_events (self, drift.row, drift.row, text);
      weir_schema_drift_clear (&drift);
    }
}

void
weir_check_printer_begin (WeirCheckPrinter *self)
{
  if (self->sequence != NULL)
    weir_sequence_check_reconnected (self->sequence);
}

void
weir_check_printer_take (WeirCheckPrinter *self, const WeirItem *event)
{
  self->n_events++;
  if (self->sequence != NULL)
    {
      weir_sequence_check_event (self->sequence, self->n_events, event);
      report_sequence (self);
    }
  if (self->schema != NULL)
    {
      weir_schema_check_event (self->schema, self->n_events, event);
      report_schema (self);
    }
}

static gboolean
finish_sequence (WeirCheckPrinter *self)
{
  WeirSequenceSummary summary;

  weir_sequence_check_finish (self->sequence);
  report_sequence (self);
  weir_sequence_check_get_summary (self->sequence, &summary);
  report (self, weir_sequence_summary_describe (&summary));
  return !weir_sequence_summary_is_clean (&summary);
}

static gboolean
finish_schema (WeirCheckPrinter *self)
{
  WeirSchemaSummary summary;

  weir_schema_check_finish (self->schema);
  report_schema (self);
  weir_schema_check_get_summary (self->schema, &summary);
  report (self, weir_schema_summary_describe (&summary));
  return summary.n_drifts > 0;
}

gboolean
weir_check_printer_finish (WeirCheckPrinter *self)
{
  const gboolean numbering = self->sequence != NULL && finish_sequence (self);
  const gboolean shape = self->schema != NULL && finish_schema (self);

  return numbering || shape;
}
