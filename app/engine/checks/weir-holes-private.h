/* SPDX-License-Identifier: MIT */
/* WeirHoles: stretches of numbers that did not come, as decimal text, in ascending order. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What several of them share. */
typedef struct
{
  guint n, most;       /* holes that there are, and may be */
  guint64 n_forgotten; /* those that went to keep to that */
} WeirHoleBudget;

typedef struct _WeirHoles WeirHoles;

/* budget is lent, and outlives it. */
WeirHoles *weir_holes_new (WeirHoleBudget *budget);
void weir_holes_free (WeirHoles *self);
void weir_holes_clear (WeirHoles *self);

/* Adds first to last, behind all others or before them, and gives how many numbers these are; first
 * and last are taken over. Where there are too many, the lowest goes. (transfer full) */
char *weir_holes_append (WeirHoles *self, char *first, char *last);
char *weir_holes_prepend (WeirHoles *self, char *first, char *last);

/* Takes a number out of the hole that it is in; FALSE: it is in none. */
gboolean weir_holes_fill (WeirHoles *self, const char *number);

G_END_DECLS
