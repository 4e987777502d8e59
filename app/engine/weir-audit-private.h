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

typedef struct
{
  guint32 recent[WEIR_AUDIT_RECENT]; /* hashes of the last ids, a ring */
  guint64 n_ids;
  GHashTable *before; /* what was in the ring at the reconnect; NULL: nothing is being judged */
  guint64 number;     /* the last id's number */
  gboolean has_number;
  guint n_sequential; /* steps of one until now */
  guint n_after;      /* ids since the reconnect */
  guint n_repeated;   /* of them, had before */
  guint64 gap_from;   /* the numbers around the gap at the reconnect; 0, 0: none */
  guint64 gap_to;
} WeirAudit;

void weir_audit_clear (WeirAudit *self);

/* The connection was cut, and another one goes on. */
void weir_audit_reconnected (WeirAudit *self);

typedef enum
{
  WEIR_AUDIT_NOTHING = 0,
  WEIR_AUDIT_RESUMED,  /* the first new id follows the last one before */
  WEIR_AUDIT_REPEATED, /* n_repeated events came again before the first new one */
  WEIR_AUDIT_GAP,      /* numbers between gap_from and gap_to did not come */
} WeirAuditVerdict;

/* An event with an id came. A verdict is given once an event decides it. */
WeirAuditVerdict weir_audit_event (WeirAudit *self, WeirSpan id);

/* The same for a counter read from the data. */
WeirAuditVerdict weir_audit_number (WeirAudit *self, guint64 number);

G_END_DECLS
