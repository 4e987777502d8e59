/* SPDX-License-Identifier: MIT */
/*
 * WeirSchemaCheck: whether the JSON of a stream's events keeps its shape: for each event type, which
 * paths there are and of which kinds, and what of it changed where. For one thread.
 *
 * A path is as in weir-json-path.h; all elements of an array are one: "$.items[*].name". What is told:
 *
 *   new       a path that was in no event before whose object could have had it; not those below it
 *   missing   a path that was there and is not any more, for more than three times as long as it ever
 *             was away before; for at least three events, where it came again. One that is often left
 *             out is therefore told a few times at most. Not those below it
 *   changed   a kind that the path did not have before, or had not for so long
 *
 * Memory is bounded: what is over one of these limits is counted and left alone.
 */
#pragma once

#include <gio/gio.h>

#include "core/weir-parser.h"

G_BEGIN_DECLS

#define WEIR_SCHEMA_MOST_TYPES 256u
#define WEIR_SCHEMA_MOST_PATHS 20000u /* of all types together */
#define WEIR_SCHEMA_MOST_BYTES 256u   /* of a type's or a member's name */

/* The kinds of JSON values, as bits; data that are no JSON are of a kind of their own. */
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
  guint from, to;     /* changed: of which kinds it was before, and is; new: to */
  guint64 n;          /* missing: in how many events */
  guint64 row;        /* the first event that shows it */
  guint64 row_before; /* missing, changed: the last event that had the path before */
  guint64 row_again;  /* missing: the event in which it came again, or G_MAXUINT64 */
} WeirSchemaDrift;

void weir_schema_drift_clear (WeirSchemaDrift *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WeirSchemaDrift, weir_schema_drift_clear)

typedef struct
{
  guint64 n_events; /* that were looked at */
  guint64 n_over;   /* events of types too many, or with a name too long */
  guint64 n_left;   /* members that were left alone: of paths too many, or with a name too long */
  guint n_types, n_paths;
  guint64 n_drifts;
} WeirSchemaSummary;

typedef struct _WeirSchemaCheck WeirSchemaCheck;

WeirSchemaCheck *weir_schema_check_new (void);
void weir_schema_check_free (WeirSchemaCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirSchemaCheck, weir_schema_check_free)

/* The next event came: row is whatever number it is to be told by. Linear in its data. */
void weir_schema_check_event (WeirSchemaCheck *self, guint64 row, const WeirItem *event);

/* No more comes: what is missing now is told. */
void weir_schema_check_finish (WeirSchemaCheck *self);

/* Takes the next drift, in the order in which they came out; FALSE: there is none. To be asked until
 * then after each event: nothing limits those that wait. */
gboolean weir_schema_check_take (WeirSchemaCheck *self, WeirSchemaDrift *drift);

void weir_schema_check_get_summary (WeirSchemaCheck *self, WeirSchemaSummary *summary);

G_END_DECLS
