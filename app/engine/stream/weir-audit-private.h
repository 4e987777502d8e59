/* SPDX-License-Identifier: MIT */
/*
 * WeirAudit: what a reconnect lost or doubled, judged by the ids of the events around it. Ids that
 * end in a decimal number ("42", "1700000000000-7", "room-42") are counted along.
 */
#pragma once

#include "core/weir-parser.h"

#include <glib.h>

G_BEGIN_DECLS

#define WEIR_AUDIT_RECENT 4096

/* Numbers that go up by one. */
typedef struct
{
  guint64 number;
  gboolean has_number;
  guint n_steps;    /* of one, until now */
  guint64 gap_from; /* the numbers around the latest gap */
  guint64 gap_to;
} WeirSequence;

/* Takes the next number. Returns: TRUE if the sequence has a gap, from gap_from to gap_to. */
gboolean weir_sequence_follow (WeirSequence *self, guint64 number);

typedef struct
{
  guint32 recent[WEIR_AUDIT_RECENT]; /* hashes of the last ids, a ring */
  guint64 n_ids;
  GHashTable *before; /* what was in the ring at the reconnect; NULL: nothing is being judged */
  WeirSequence ids;
  guint n_repeated; /* events since the reconnect that had arrived before */
} WeirAudit;

void weir_audit_clear (WeirAudit *self);

/* The connection broke, and the next one begins. */
void weir_audit_reconnected (WeirAudit *self);

typedef enum
{
  WEIR_AUDIT_NOTHING = 0,
  WEIR_AUDIT_RESUMED,  /* the first new id follows the last one before */
  WEIR_AUDIT_REPEATED, /* n_repeated events were repeated before the first new one */
  WEIR_AUDIT_GAP,      /* the numbers from ids.gap_from to ids.gap_to are missing */
} WeirAuditVerdict;

/* Takes the id of an event. Returns a verdict once the events decide it. */
WeirAuditVerdict weir_audit_event (WeirAudit *self, WeirSpan id);

G_END_DECLS
