/* SPDX-License-Identifier: MIT */
#include "weir-holes-private.h"

#include "base/weir-decimal-private.h"

typedef struct
{
  char *first, *last;
} Hole;

struct _WeirHoles
{
  WeirHoleBudget *budget;
  GArray *holes;
  guint begin; /* before it are places of holes that went, so that dropping one moves nothing */
};

static void
clear_hole (gpointer data)
{
  Hole *hole = data;

  g_free (hole->first);
  g_free (hole->last);
}

WeirHoles *
weir_holes_new (WeirHoleBudget *budget)
{
  WeirHoles *self = g_new0 (WeirHoles, 1);

  self->budget = budget;
  self->holes = g_array_new (FALSE, FALSE, sizeof (Hole));
  g_array_set_clear_func (self->holes, clear_hole);
  return self;
}

void
weir_holes_free (WeirHoles *self)
{
  g_array_unref (self->holes);
  g_free (self);
}

void
weir_holes_clear (WeirHoles *self)
{
  self->budget->n -= self->holes->len - self->begin;
  g_array_set_size (self->holes, 0);
  self->begin = 0;
}

static void
drop_lowest (WeirHoles *self)
{
  Hole *hole = &g_array_index (self->holes, Hole, self->begin++);

  g_clear_pointer (&hole->first, g_free);
  g_clear_pointer (&hole->last, g_free);
  self->budget->n--;
}

/* Takes in the places before begin, once they are as many as holes can be. */
static void
tidy (WeirHoles *self)
{
  if (self->begin < self->budget->most)
    return;
  g_array_remove_range (self->holes, 0, self->begin);
  self->begin = 0;
}

static void
insert (WeirHoles *self, guint position, Hole hole)
{
  if (self->budget->n == self->budget->most)
    {
      self->budget->n_forgotten++;
      if (position == self->begin)
        {
          clear_hole (&hole);
          return;
        }
      drop_lowest (self);
    }
  g_array_insert_val (self->holes, position, hole);
  self->budget->n++;
  tidy (self);
}

static char *
add (WeirHoles *self, guint position, char *first, char *last)
{
  g_autofree char *difference = weir_decimal_subtract (last, first);

  insert (self, position, (Hole){ first, last });
  return weir_decimal_add (difference, "1");
}

char *
weir_holes_append (WeirHoles *self, char *first, char *last)
{
  return add (self, self->holes->len, first, last);
}

char *
weir_holes_prepend (WeirHoles *self, char *first, char *last)
{
  return add (self, self->begin, first, last);
}

static Hole *
find (WeirHoles *self, const char *number, guint *position)
{
  guint low = self->begin, high = self->holes->len;

  while (low < high)
    {
      const guint middle = (low + high) / 2;
      Hole *hole = &g_array_index (self->holes, Hole, middle);

      *position = middle;
      if (weir_decimal_compare (number, hole->first) < 0)
        high = middle;
      else if (weir_decimal_compare (number, hole->last) > 0)
        low = middle + 1;
      else
        return hole;
    }
  return NULL;
}

gboolean
weir_holes_fill (WeirHoles *self, const char *number)
{
  guint position;
  Hole *hole = find (self, number, &position);
  char *last;

  if (hole == NULL)
    return FALSE;
  if (g_str_equal (hole->first, hole->last))
    {
      g_array_remove_index (self->holes, position);
      self->budget->n--;
      return TRUE;
    }
  if (g_str_equal (hole->first, number))
    {
      g_free (hole->first);
      hole->first = weir_decimal_add (number, "1");
      return TRUE;
    }
  last = hole->last;
  hole->last = weir_decimal_subtract (number, "1");
  if (g_str_equal (last, number))
    g_free (last);
  else
    insert (self, position + 1, (Hole){ weir_decimal_add (number, "1"), last });
  return TRUE;
}
