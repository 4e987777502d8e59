/* SPDX-License-Identifier: MIT */
/*
 * WeirFinder: looks for a literal text in bytes. It compares the text's two rarest bytes at their
 * places in a whole vector of positions at once, and the rest only where both agree.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint8 *text; /* folded, where fold is set */
  gsize length;
  gboolean fold;       /* ASCII letters match in either case */
  gsize first, second; /* places of the rarest bytes */
  guint8 first_byte, second_byte;
  guint8 first_fold, second_fold; /* 0x20 where that byte is a letter to be folded */
} WeirFinder;

/* length is not 0. */
void weir_finder_init (WeirFinder *self, const char *text, gsize length, gboolean fold);
void weir_finder_clear (WeirFinder *self);

/* The first place in [begin, end) at which the whole text stands before end, or NULL. */
const guint8 *weir_finder_find (const WeirFinder *self, const guint8 *begin, const guint8 *end);

G_END_DECLS
