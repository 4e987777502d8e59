/* SPDX-License-Identifier: MIT */
#include "weir-diff.h"

#include <string.h>

/* The table of common lengths has one cell for each pair of lines. */
#define MAX_CELLS ((gsize) 4 << 20)

typedef struct
{
  char **before;
  char **after;
  guint n_before;
  guint n_after;
  WeirDiffLine line;
  gpointer user_data;
} Diff;

static void
tell_all (const Diff *diff, WeirDiffKind kind, char **lines, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    diff->line (kind, lines[i], diff->user_data);
}

/* Fills table[i * width + j] with the length of the longest common run of lines of both rests. */
static guint16 *
measure (const Diff *diff, guint head, guint rows, guint columns)
{
  const gsize width = columns + 1;
  guint16 *table = g_new0 (guint16, (rows + 1) * width);

  for (guint i = rows; i-- > 0;)
    for (guint j = columns; j-- > 0;)
      table[i * width + j] = strcmp (diff->before[head + i], diff->after[head + j]) == 0
                                 ? (guint16) (table[(i + 1) * width + j + 1] + 1)
                                 : MAX (table[(i + 1) * width + j], table[i * width + j + 1]);
  return table;
}

static void
compare_middle (const Diff *diff, guint head, guint rows, guint columns)
{
  const gsize width = columns + 1;
  g_autofree guint16 *table = measure (diff, head, rows, columns);
  guint i = 0, j = 0;

  while (i < rows && j < columns)
    if (strcmp (diff->before[head + i], diff->after[head + j]) == 0)
      {
        diff->line (WEIR_DIFF_SAME, diff->after[head + j], diff->user_data);
        i++;
        j++;
      }
    else if (table[(i + 1) * width + j] >= table[i * width + j + 1])
      diff->line (WEIR_DIFF_REMOVED, diff->before[head + i++], diff->user_data);
    else
      diff->line (WEIR_DIFF_ADDED, diff->after[head + j++], diff->user_data);
  tell_all (diff, WEIR_DIFF_REMOVED, diff->before, head + i, head + rows);
  tell_all (diff, WEIR_DIFF_ADDED, diff->after, head + j, head + columns);
}

void
weir_diff_lines (const char *before, const char *after, WeirDiffLine line, gpointer user_data)
{
  g_auto (GStrv) before_lines = g_strsplit (before, "\n", -1);
  g_auto (GStrv) after_lines = g_strsplit (after, "\n", -1);
  Diff diff = {
    before_lines, after_lines, g_strv_length (before_lines), g_strv_length (after_lines),
    line,         user_data
  };
  const guint shorter = MIN (diff.n_before, diff.n_after);
  guint head = 0, tail = 0, rows, columns;

  while (head < shorter && strcmp (before_lines[head], after_lines[head]) == 0)
    head++;
  while (tail < shorter - head
         && strcmp (before_lines[diff.n_before - 1 - tail], after_lines[diff.n_after - 1 - tail])
                == 0)
    tail++;
  rows = diff.n_before - head - tail;
  columns = diff.n_after - head - tail;

  tell_all (&diff, WEIR_DIFF_SAME, after_lines, 0, head);
  if ((gsize) (rows + 1) * (columns + 1) <= MAX_CELLS && shorter < G_MAXUINT16)
    compare_middle (&diff, head, rows, columns);
  else
    {
      tell_all (&diff, WEIR_DIFF_REMOVED, before_lines, head, head + rows);
      tell_all (&diff, WEIR_DIFF_ADDED, after_lines, head, head + columns);
    }
  tell_all (&diff, WEIR_DIFF_SAME, after_lines, diff.n_after - tail, diff.n_after);
}
