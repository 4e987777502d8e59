/* SPDX-License-Identifier: MIT */
/*
 * weir-diff: what changed from one text to another, line by line.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  WEIR_DIFF_SAME,
  WEIR_DIFF_REMOVED,
  WEIR_DIFF_ADDED,
} WeirDiffKind;

typedef void (*WeirDiffLine) (WeirDiffKind kind, const char *line, gpointer user_data);

/* Calls line for each line of both texts, in order. Where the changed parts are too long to be
 * compared line by line, they are given as removed and added whole. */
void weir_diff_lines (const char *before, const char *after, WeirDiffLine line, gpointer user_data);

G_END_DECLS
