/* SPDX-License-Identifier: MIT */
#include "weir-log-private.h"

void
weir_log_mark_free (WeirLogMark *mark)
{
  g_free (mark->text);
  g_clear_pointer (&mark->connection, weir_connection_info_unref);
  g_free (mark);
}

WeirLogMark *
weir_log_get_mark (WeirLog *self, guint number)
{
  WeirLogMark *copy = NULL;

  g_return_val_if_fail (WEIR_IS_LOG (self), NULL);

  g_mutex_lock (&self->marks_lock);
  if (number < self->marks->len)
    {
      const WeirLogMark *mark = g_ptr_array_index (self->marks, number);

      copy = g_memdup2 (mark, sizeof *mark);
      copy->text = g_strdup (mark->text);
      if (mark->connection != NULL)
        weir_connection_info_ref (mark->connection);
    }
  g_mutex_unlock (&self->marks_lock);
  return copy;
}

guint
weir_log_count_marks (WeirLog *self, guint64 row)
{
  guint low = 0, high = self->marks->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;

      if (((WeirLogMark *) g_ptr_array_index (self->marks, middle))->row < row)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

guint64
weir_log_find_connection (WeirLog *self, guint64 row)
{
  const WeirConnectionInfo *found = NULL;
  guint64 found_row = WEIR_NO_ROW;
  guint i;

  g_return_val_if_fail (WEIR_IS_LOG (self), WEIR_NO_ROW);

  g_mutex_lock (&self->marks_lock);
  for (i = weir_log_count_marks (self, row + 1); i > 0 && found == NULL; i--)
    found = ((const WeirLogMark *) g_ptr_array_index (self->marks, i - 1))->connection;
  for (; found != NULL && i < self->marks->len; i++)
    {
      const WeirLogMark *mark = g_ptr_array_index (self->marks, i);

      if (mark->connection == NULL)
        continue;
      if (mark->connection->number != found->number)
        break;
      found_row = mark->row;
    }
  g_mutex_unlock (&self->marks_lock);
  return found_row;
}
