/* SPDX-License-Identifier: MIT */
/* WeirSchemaNode: a path of the JSON of one event type, and when it was there. */
#pragma once

#include "weir-schema-check.h"

G_BEGIN_DECLS

/* When something was there that could have been there a number of times. */
typedef struct
{
  guint64 last;    /* which of these times it was there last, from 1 */
  guint64 longest; /* the longest stretch of times that it was away, and came again */
} WeirPresence;

/* It is there, the time that is now. Gives for how many times it was away where that is worth telling;
 * otherwise 0. */
guint64 weir_presence_come (WeirPresence *self, guint64 now);
/* The same where it is not there, and nothing more comes. */
guint64 weir_presence_end (const WeirPresence *self, guint64 now);

typedef struct WeirSchemaNode WeirSchemaNode;

struct WeirSchemaNode
{
  WeirSchemaNode *parent; /* NULL: the whole data */
  char *name;             /* of a member; NULL: the whole data, or all elements of an array */
  gsize length;

  guint64 event; /* of its type, in which it was seen last, counted from 1 */
  guint now;     /* its kinds in that event */
  guint64 n;     /* events before and with that, in which it was seen */
  guint64 last_row;
  guint64 absent_row;    /* the first event without it since; says nothing while it is there */
  guint before;          /* its kinds when it was seen the last time but one */
  guint kinds;           /* all */
  WeirPresence presence; /* in its parent, while that is an object */
  WeirPresence of_kind[WEIR_SCHEMA_N_KINDS];

  guint64 n_objects;             /* events in which it was an object */
  GPtrArray *members, *previous; /* what this event has, and what the last one had; or NULL */
  WeirSchemaNode *element;       /* of an array; or NULL */
};

WeirSchemaNode *weir_schema_node_new (WeirSchemaNode *parent, const char *name, gsize length);
void weir_schema_node_free (WeirSchemaNode *self);

/* By parent and name, for a set of nodes. */
guint weir_schema_node_hash (gconstpointer key);
gboolean weir_schema_node_equal (gconstpointer a, gconstpointer b);

/* "$.items[*].name". (transfer full) */
char *weir_schema_node_get_path (const WeirSchemaNode *self);

G_END_DECLS
