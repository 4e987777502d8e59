/* SPDX-License-Identifier: MIT */
/*
 * WeirFinder: finds a literal text in bytes. It compares the two rarest bytes of the text with a vector
 * of positions at once, and the other bytes only if both match.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint8 *text; /* in lower case if fold is set */
  gsize length;
  gboolean fold;       /* ASCII letters match in either case */
  gsize first, second; /* offsets of the rarest bytes */
  guint8 first_byte, second_byte;
  guint8 first_fold, second_fold; /* 0x20 if the case of that byte is ignored, or 0 */
} WeirFinder;

/* length is not 0. */
void weir_finder_init (WeirFinder *self, const char *text, gsize length, gboolean fold);
void weir_finder_clear (WeirFinder *self);

/* Returns: the first occurrence of the text that lies in [begin, end), or NULL. */
const guint8 *weir_finder_find (const WeirFinder *self, const guint8 *begin, const guint8 *end);

G_END_DECLS
