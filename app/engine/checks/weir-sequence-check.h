/* SPDX-License-Identifier: MIT */
/*
 * WeirSequenceCheck: whether the events of a stream, which number themselves, are all there, once and
 * in order. For one thread.
 *
 * The number is the event's own ID, or a value of its JSON data. An ID, or a JSON string, is numbered
 * by the digits at its end: what stands before them ("evt-" of "evt-0041") names a series, and each
 * series is counted by itself. A JSON number is one where it is an integer as written ("7", not "7.0").
 * Numbers are compared as decimal text, whatever their size.
 *
 * Memory is bounded: what is over one of these limits is counted and left alone.
 */
#pragma once

#include <gio/gio.h>

#include "core/weir-parser.h"

G_BEGIN_DECLS

#define WEIR_SEQUENCE_MOST_SERIES 256u /* series */
#define WEIR_SEQUENCE_MOST_BYTES 256u  /* digits of a number, and bytes before them */
#define WEIR_SEQUENCE_MOST_HOLES 4096u /* stretches of missing numbers that may still come late */

typedef enum
{
  WEIR_SEQUENCE_GAP,       /* numbers were left out */
  WEIR_SEQUENCE_LATE,      /* numbers that had been left out came after all */
  WEIR_SEQUENCE_REPEATED,  /* numbers that had come came again */
  WEIR_SEQUENCE_RESTARTED, /* the numbering began anew, with 0 or 1 */
} WeirSequenceKind;

/* Numbers as text, with what stands before them. Consecutive numbers of one kind are one finding. */
typedef struct
{
  WeirSequenceKind kind;
  char *first, *last;   /* the numbers that it is about */
  char *n;              /* how many these are */
  char *before;         /* the highest number until then */
  char *after;          /* gap: the number that came instead; otherwise NULL */
  guint64 row_before;   /* the row of the number that came before it in its series */
  guint64 row;          /* and the one that shows it: of a gap, of after; otherwise, of first */
  guint64 last_row;     /* of the last of the events that it is about; of a gap, row */
  gboolean reconnected; /* another connection began between row_before and row */
} WeirSequenceFinding;

void weir_sequence_finding_clear (WeirSequenceFinding *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WeirSequenceFinding, weir_sequence_finding_clear)

/* What came of all events until now. */
typedef struct
{
  guint64 n_numbered;   /* events that were counted along */
  guint64 n_without;    /* those that have no ID of their own, or no such value */
  guint64 n_not_number; /* those whose ID or value is no whole number and ends in none */
  guint64 n_over;       /* those over a limit: of a series too many, or too long */
  guint64 n_gaps, n_late, n_repeated, n_restarts; /* late, repeated: events */
  guint64 n_forgotten;                            /* holes over the limit */
  const char *missing; /* how many numbers did not come, late ones taken off */
  guint n_series;
  const char *lowest,
      *highest; /* of the only series, since its last restart; NULL: there are several */
} WeirSequenceSummary;

typedef struct _WeirSequenceCheck WeirSequenceCheck;

/* by: "id", or a JSON path (weir-json-path.h), whose first value counts. NULL with one sentence where
 * it is neither (G_IO_ERROR_INVALID_ARGUMENT). */
WeirSequenceCheck *weir_sequence_check_new (const char *by, GError **error);
void weir_sequence_check_free (WeirSequenceCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirSequenceCheck, weir_sequence_check_free)

/* The next event came: row is whatever number it is to be told by. */
void weir_sequence_check_event (WeirSequenceCheck *self, guint64 row, const WeirItem *event);

/* Another connection goes on. */
void weir_sequence_check_reconnected (WeirSequenceCheck *self);
/* Events are not known here that did come: what comes next is not held against what came before. */
void weir_sequence_check_skipped (WeirSequenceCheck *self);
/* No more comes. */
void weir_sequence_check_finish (WeirSequenceCheck *self);

/* Takes the next finding that is complete, in the order of the events; FALSE: there is none. To be
 * asked until then after each event: nothing limits those that wait. */
gboolean weir_sequence_check_take (WeirSequenceCheck *self, WeirSequenceFinding *finding);

/* Its texts live until the next event, or the next summary. */
void weir_sequence_check_get_summary (WeirSequenceCheck *self, WeirSequenceSummary *summary);

G_END_DECLS
