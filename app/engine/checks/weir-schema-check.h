/* SPDX-License-Identifier: MIT */
/*
 * WeirSchemaCheck: finds changes in the shape of the JSON of a stream's events. For each event type it
 * keeps the paths and the kinds of their values. For one thread.
 *
 * A path is as in weir-json-path.h; all elements of an array count as one: "$.items[*].name". It reports:
 *
 *   new       a path that no earlier event with its object had; without the paths below it
 *   missing   a path that is absent for more than three times as long as ever before, and, if it
 *             appears again, for at least three events. A path that is often left out is therefore
 *             reported a few times at most. Without the paths below it
 *   changed   a kind that the path never had before, or not for as long as that
 *
 * Memory is bounded: what exceeds one of these limits is counted and not checked.
 */
#pragma once

#include <gio/gio.h>

#include "core/weir-parser.h"

G_BEGIN_DECLS

#define WEIR_SCHEMA_MOST_TYPES 256u
#define WEIR_SCHEMA_MOST_PATHS 20000u /* of all types together */
#define WEIR_SCHEMA_MOST_BYTES 256u   /* of a type's or a member's name */

/* The kinds of JSON values, as bits; data that is not JSON has its own kind. */
typedef enum
{
  WEIR_SCHEMA_OBJECT = 1 << 0,
  WEIR_SCHEMA_ARRAY = 1 << 1,
  WEIR_SCHEMA_STRING = 1 << 2,
  WEIR_SCHEMA_NUMBER = 1 << 3,
  WEIR_SCHEMA_BOOLEAN = 1 << 4,
  WEIR_SCHEMA_NULL = 1 << 5,
  WEIR_SCHEMA_NOT_JSON = 1 << 6,
} WeirSchemaKinds;

#define WEIR_SCHEMA_N_KINDS 7u

typedef enum
{
  WEIR_SCHEMA_NEW,
  WEIR_SCHEMA_MISSING,
  WEIR_SCHEMA_CHANGED,
} WeirSchemaChange;

typedef struct
{
  WeirSchemaChange change;
  char *type;         /* of the events */
  char *path;         /* without control characters */
  guint from, to;     /* changed: its kinds before and now; new: its kinds in to */
  guint64 n;          /* missing: in how many events */
  guint64 row;        /* the first event that shows it */
  guint64 row_before; /* missing, changed: the last event that had the path before */
  guint64 row_again;  /* missing: the event in which it appeared again, or G_MAXUINT64 */
} WeirSchemaDrift;

void weir_schema_drift_clear (WeirSchemaDrift *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WeirSchemaDrift, weir_schema_drift_clear)

typedef struct
{
  guint64 n_events; /* that were checked */
  guint64 n_over;   /* events over the limit of types, or of a type with too long a name */
  guint64 n_left;   /* members over the limit of paths, or with too long a name */
  guint n_types, n_paths;
  guint64 n_drifts;
} WeirSchemaSummary;

typedef struct _WeirSchemaCheck WeirSchemaCheck;

WeirSchemaCheck *weir_schema_check_new (void);
void weir_schema_check_free (WeirSchemaCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirSchemaCheck, weir_schema_check_free)

/* Checks the next event; row is the number that findings name it by. Linear in its data. */
void weir_schema_check_event (WeirSchemaCheck *self, guint64 row, const WeirItem *event);

/* There are no more events: reports what is missing now. */
void weir_schema_check_finish (WeirSchemaCheck *self);

/* Takes the next change that was found. Call it after each event until it returns FALSE: the queue has
 * no limit.
 * Returns: FALSE if there is none. */
gboolean weir_schema_check_take (WeirSchemaCheck *self, WeirSchemaDrift *drift);

void weir_schema_check_get_summary (WeirSchemaCheck *self, WeirSchemaSummary *summary);

G_END_DECLS
