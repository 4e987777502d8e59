/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-flood-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* One write sends one block: as many framed events as fit into 64 KiB. */
#define EVENTS_IN_BLOCK 240
#define CHUNK_HEAD "104\r\n" /* WEIR_FLOOD_EVENT_BYTES in hexadecimal */

G_STATIC_ASSERT (WEIR_FLOOD_EVENT_BYTES == 0x104);

static const char padding[] =
    "{\"source\":\"flood\",\"unit\":\"m3/s\",\"note\":\"each event of the flood "
    "is two hundred and sixty bytes long, whatever its number\",\"values\":["
    "17,42,58,23,91,64,35,77,12,86,49,5,68,31,94,27,53,80,16,72]}"
    "                                                                      ";

static void
append_flood (GString *out, guint64 number)
{
  gsize before = out->len;

  g_string_append_printf (out, "id: %" G_GUINT64_FORMAT "\ndata: ", number);
  g_string_append_len (out, padding, WEIR_FLOOD_EVENT_BYTES - 2 - (out->len - before));
  g_string_append (out, "\n\n");
}

const WeirScenario weir_scenario_flood = {
  .name = "flood",
  .summary = N_ ("events of 260 bytes, as fast as the client reads"),
  .append = append_flood,
};

struct WeirFlood
{
  GString *block;
  WeirFeedFraming framing;
  guint64 first;      /* the number of the first event in the block; 0: not built */
  guint in_block;     /* how many events are in it */
  gsize first_id_end; /* where the last digit of the first id is */
  gsize stride;       /* from one id to the next */
};

static guint
count_digits (guint64 number)
{
  guint digits = 1;

  while (number >= 10)
    {
      number /= 10;
      digits++;
    }
  return digits;
}

static void
build (WeirFlood *self, guint64 first, guint n_events)
{
  gboolean chunk_each = self->framing == WEIR_FEED_FRAMING_EVENT;

  g_string_truncate (self->block, 0);
  if (self->framing == WEIR_FEED_FRAMING_BLOCK)
    g_string_append_printf (self->block, "%x\r\n", n_events * WEIR_FLOOD_EVENT_BYTES);
  self->first_id_end = self->block->len + (chunk_each ? strlen (CHUNK_HEAD) : 0) + strlen ("id: ")
                       + count_digits (first) - 1;
  self->stride = WEIR_FLOOD_EVENT_BYTES + (chunk_each ? strlen (CHUNK_HEAD "\r\n") : 0);
  for (guint i = 0; i < n_events; i++)
    {
      if (chunk_each)
        g_string_append (self->block, CHUNK_HEAD);
      append_flood (self->block, first + i);
      if (chunk_each)
        g_string_append (self->block, "\r\n");
    }
  if (self->framing == WEIR_FEED_FRAMING_BLOCK)
    g_string_append (self->block, "\r\n");
  self->first = first;
  self->in_block = n_events;
}

/* Adds n to the decimal number whose last digit is at last. The sum has as many digits. */
static inline void
add_decimal (char *last, guint n)
{
  while (n > 0)
    {
      guint digit = (guint) (*last - '0') + n % 10;

      n /= 10;
      if (digit >= 10)
        {
          digit -= 10;
          n++;
        }
      *last-- = (char) ('0' + digit);
    }
}

WeirFlood *
weir_flood_new (WeirFeedFraming framing)
{
  WeirFlood *self = g_new0 (WeirFlood, 1);

  self->block = g_string_sized_new (64 << 10);
  self->framing = framing;
  return self;
}

void
weir_flood_free (WeirFlood *self)
{
  g_string_free (self->block, TRUE);
  g_free (self);
}

const char *
weir_flood_next (WeirFlood *self, guint64 first, guint64 last, gsize *length, guint *n_events)
{
  guint n = (guint) MIN (EVENTS_IN_BLOCK, last - first + 1);
  guint64 step = first - self->first;

  if (self->first != 0 && n == self->in_block && step == n
      && count_digits (self->first) == count_digits (first + n - 1))
    {
      char *id = self->block->str + self->first_id_end;

      for (guint i = 0; i < n; i++, id += self->stride)
        add_decimal (id, n);
      self->first = first;
    }
  else
    build (self, first, n);
  *length = self->block->len;
  *n_events = n;
  return self->block->str;
}
