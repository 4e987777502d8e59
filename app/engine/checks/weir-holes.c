/* SPDX-License-Identifier: MIT */
#include "weir-holes-private.h"

#include "base/weir-bisect.h"
#include "base/weir-decimal-private.h"

typedef struct
{
  char *first, *last;
} Hole;

struct _WeirHoles
{
  WeirHoleBudget *budget;
  GArray *holes;
  guint
      begin; /* of the holes; places before it are empty, so that dropping the lowest moves nothing */
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
drop_lowest_hole (WeirHoles *self)
{
  Hole *hole = &g_array_index (self->holes, Hole, self->begin++);

  g_clear_pointer (&hole->first, g_free);
  g_clear_pointer (&hole->last, g_free);
  self->budget->n--;
}

/* Takes in the places before begin, once they are as many as holes can be. */
static void
tidy_holes (WeirHoles *self)
{
  if (self->begin < self->budget->most)
    return;
  g_array_remove_range (self->holes, 0, self->begin);
  self->begin = 0;
}

static void
insert_hole (WeirHoles *self, guint position, Hole hole)
{
  if (self->budget->n == self->budget->most)
    {
      self->budget->n_forgotten++;
      if (position == self->begin)
        {
          clear_hole (&hole);
          return;
        }
      drop_lowest_hole (self);
    }
  g_array_insert_val (self->holes, position, hole);
  self->budget->n++;
  tidy_holes (self);
}

static char *
add_hole (WeirHoles *self, guint position, char *first, char *last)
{
  g_autofree char *difference = weir_decimal_subtract (last, first);

  insert_hole (self, position, (Hole){ first, last });
  return weir_decimal_add (difference, "1");
}

char *
weir_holes_append (WeirHoles *self, char *first, char *last)
{
  return add_hole (self, self->holes->len, first, last);
}

char *
weir_holes_prepend (WeirHoles *self, char *first, char *last)
{
  return add_hole (self, self->begin, first, last);
}

typedef struct
{
  const WeirHoles *holes;
  const char *number;
} SoughtHole;

static gboolean
hole_ends_before (gconstpointer data, guint64 position)
{
  const SoughtHole *sought = data;
  const Hole *hole = &g_array_index (sought->holes->holes, Hole, position);

  return weir_decimal_compare (hole->last, sought->number) < 0;
}

/* Returns: the hole that number is in, or NULL. */
static Hole *
find_hole (WeirHoles *self, const char *number, guint *position)
{
  const SoughtHole sought = { self, number };
  Hole *hole;

  *position = (guint) weir_bisect (self->begin, self->holes->len, hole_ends_before, &sought);
  if (*position == self->holes->len)
    return NULL;
  hole = &g_array_index (self->holes, Hole, *position);
  return weir_decimal_compare (hole->first, number) <= 0 ? hole : NULL;
}

gboolean
weir_holes_fill (WeirHoles *self, const char *number)
{
  guint position;
  Hole *hole = find_hole (self, number, &position);
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
    insert_hole (self, position + 1, (Hole){ weir_decimal_add (number, "1"), last });
  return TRUE;
}
