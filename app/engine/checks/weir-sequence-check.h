/* SPDX-License-Identifier: MIT */
/*
 * WeirSequenceCheck: checks that the numbered events of a stream are complete, unique and in order. For
 * one thread.
 *
 * The number is the event's own ID, or a value of its JSON data. An ID, or a JSON string, is numbered
 * by the digits at its end. The text before them ("evt-" of "evt-0041") names a series, and each series
 * is checked separately. A JSON number counts if it is written as an integer ("7", not "7.0").
 * Numbers are compared as decimal text, whatever their size.
 *
 * Two numbers with "-" or ":" between them are a pair if the first one is a time (Redis streams, Nchan),
 * or if both grow by one (NATS): of times, the second numbers are checked within each, and the order of
 * all. Otherwise the first one names a series, such as a partition. UUIDs, hashes and CouchDB's IDs have
 * no order and are counted.
 *
 * Memory is bounded: what exceeds one of these limits is counted and not checked.
 */
#pragma once

#include <gio/gio.h>

#include "core/weir-parser.h"

G_BEGIN_DECLS

#define WEIR_SEQUENCE_MOST_SERIES 256u /* series */
#define WEIR_SEQUENCE_MOST_BYTES 256u  /* digits of a number, and bytes before them */
#define WEIR_SEQUENCE_MOST_HOLES 4096u /* ranges of missing numbers that may still arrive */

typedef enum
{
  WEIR_SEQUENCE_GAP,       /* numbers are missing */
  WEIR_SEQUENCE_LATE,      /* missing numbers arrived after all */
  WEIR_SEQUENCE_REPEATED,  /* numbers arrived again */
  WEIR_SEQUENCE_RESTARTED, /* the numbering restarted at 0 or 1 */
} WeirSequenceKind;

/* Numbers are text and include the name of their series. Consecutive numbers are one finding. */
typedef struct
{
  WeirSequenceKind kind;
  char *first, *last; /* the numbers that it is about */
  char *n;            /* how many they are */
  char *before;       /* the highest number until then */
  char *after;        /* gap: the number that arrived instead; otherwise NULL */
  guint64 row_before; /* the row of the previous number of the series */
  guint64 row;        /* the row that shows it: of a gap, that of after; otherwise, that of first */
  guint64 last_row;   /* of the last event that it is about; of a gap, row */
  gboolean reconnected; /* another connection began between row_before and row */
} WeirSequenceFinding;

void weir_sequence_finding_clear (WeirSequenceFinding *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WeirSequenceFinding, weir_sequence_finding_clear)

/* The result for all events so far. */
typedef struct
{
  guint64 n_numbered;   /* events that were checked */
  guint64 n_without;    /* events without their own ID, or without the value */
  guint64 n_not_number; /* events whose ID or value does not end in a whole number */
  guint64 n_opaque;     /* events whose ID is a UUID or otherwise without an order */
  guint64 n_jumps;      /* pairs of numbers: changes of the first, at which gaps cannot be seen */
  guint64 n_over;       /* events over the limit of series, or with too long a number */
  guint64 n_gaps, n_late, n_repeated, n_restarts; /* late, repeated: events */
  guint64 n_forgotten; /* gaps over the limit, whose numbers are no longer known */
  const char *missing; /* how many numbers did not arrive, not counting late ones */
  guint n_series;
  const char *lowest,
      *highest; /* of the only series, since its last restart; NULL with several series */
} WeirSequenceSummary;

typedef struct _WeirSequenceCheck WeirSequenceCheck;

/* by: "id", or a JSON path (weir-json-path.h), whose first value counts.
 * Returns: NULL with G_IO_ERROR_INVALID_ARGUMENT if it is neither. */
WeirSequenceCheck *weir_sequence_check_new (const char *by, GError **error);
void weir_sequence_check_free (WeirSequenceCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirSequenceCheck, weir_sequence_check_free)

/* Checks the next event; row is the number that findings name it by. */
void weir_sequence_check_event (WeirSequenceCheck *self, guint64 row, const WeirItem *event);

/* The next events are of another connection. */
void weir_sequence_check_reconnected (WeirSequenceCheck *self);
/* Some events are not known here: the next one is not compared with those before. */
void weir_sequence_check_skipped (WeirSequenceCheck *self);
/* There are no more events. */
void weir_sequence_check_finish (WeirSequenceCheck *self);

/* Takes the next complete finding, in the order of the events. Call it after each event until it returns
 * FALSE: the queue has no limit.
 * Returns: FALSE if there is none. */
gboolean weir_sequence_check_take (WeirSequenceCheck *self, WeirSequenceFinding *finding);

/* Its texts are valid until the next event or summary. */
void weir_sequence_check_get_summary (WeirSequenceCheck *self, WeirSequenceSummary *summary);

G_END_DECLS
