/* SPDX-License-Identifier: MIT */
#include "weir-log-private.h"

/* The number of the last read up to last that began at offset or before it; FALSE where there is
 * none, or it is not kept. */
static gboolean
find_read (WeirLog *self, guint64 last, guint64 offset, guint64 *found)
{
  guint64 low = 0, high = last + 1;
  WeirRead read;

  while (low < high)
    {
      const guint64 middle = low + (high - low) / 2;

      if (!weir_log_get_read (self, middle, &read))
        return FALSE;
      if (read.offset <= offset)
        low = middle + 1;
      else
        high = middle;
    }
  *found = low - 1;
  return low > 0;
}

guint
weir_log_get_reads (WeirLog *self, guint64 row, guint n, WeirRead *reads)
{
  WeirRecord record;
  guint64 number;
  guint i = 0;

  g_return_val_if_fail (WEIR_IS_LOG (self), 0);
  g_return_val_if_fail (reads != NULL || n == 0, 0);

  if (row >= weir_log_get_n_rows (self) || !weir_log_get_record (self, row, &record)
      || record.kind == WEIR_ROW_MARK || !find_read (self, record.read, record.offset, &number))
    return 0;
  for (; i < n && number + i <= record.read; i++)
    if (!weir_log_get_read (self, number + i, &reads[i])
        || (i > 0 && reads[i].offset >= record.offset + record.size))
      break;
  return i;
}
