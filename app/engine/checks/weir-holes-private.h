/* SPDX-License-Identifier: MIT */
/*
 * WeirHoles: the ranges of numbers that are missing in a series and may still arrive late. Numbers are decimal
 * texts of any length. For one thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Shared by the holes of several series. */
typedef struct
{
  guint n, most;       /* how many holes there are, and the limit */
  guint64 n_forgotten; /* holes that were dropped to keep the limit */
} WeirHoleBudget;

typedef struct _WeirHoles WeirHoles;

/* budget is borrowed, and must outlive it. */
WeirHoles *weir_holes_new (WeirHoleBudget *budget);
void weir_holes_free (WeirHoles *self);
void weir_holes_clear (WeirHoles *self);

/* Adds the hole from first to last, after or before all others. Takes first and last. If there are too many
 * holes, the lowest is dropped.
 * Returns: (transfer full): how many numbers the hole has. */
char *weir_holes_append (WeirHoles *self, char *first, char *last);
char *weir_holes_prepend (WeirHoles *self, char *first, char *last);

/* Takes a number out of its hole.
 * Returns: FALSE if no hole contains it. */
gboolean weir_holes_fill (WeirHoles *self, const char *number);

G_END_DECLS
