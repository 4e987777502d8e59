/* SPDX-License-Identifier: MIT */
/* The conformance cases, read by the C parser in every chunking and in both forms. */
#include "cases.h"

#include "weir-allocator.h"
#include "weir-path.h"

#include <string.h>

#define LEAST_CASES 150
#define MOST_SPLITS 4096
#define RANDOM_CHUNKINGS 100

typedef struct
{
  const Case *expected;
  gboolean batch;
  GRand *random; /* for batches of odd sizes */
  WeirParser parser;
  GString *items;
} Reading;

/* --- Items as they are written in a case --------------------------------- */

static void
write_span (GString *to, const char *name, WeirSpan span)
{
  g_string_append_printf (to, " %s=\"", name);
  case_escape (to, span.text, span.length);
  g_string_append_c (to, '"');
}

static void
write_item (GString *to, const WeirItem *item)
{
  static const char *const kinds[] = { "", "event", "comment", "retry", "finding" };
  gboolean is_event = item->kind == WEIR_ITEM_EVENT;

  g_string_append_printf (to, "%s %" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT, kinds[item->kind],
                          item->begin, item->end);
  if (item->kind == WEIR_ITEM_RETRY)
    g_string_append_printf (to, " ms=%" G_GUINT64_FORMAT, item->retry_ms);
  if (item->kind == WEIR_ITEM_FINDING)
    g_string_append_printf (to, " code=%s", weir_finding_name (item->finding));
  if (is_event && !(item->type.length == 7 && memcmp (item->type.text, "message", 7) == 0))
    write_span (to, "type", item->type);
  if (is_event)
    write_span (to, "data", item->data);
  if (item->kind == WEIR_ITEM_COMMENT || item->text.length > 0)
    write_span (to, "text", item->text);
  if (item->last_event_id.length > 0)
    write_span (to, "id", item->last_event_id);
  g_string_append_c (to, '\n');
}

/* --- Reading ------------------------------------------------------------- */

static WeirStatus
take_items (Reading *self)
{
  WeirStatus status;
  WeirItem item;

  while ((status = weir_parser_next (&self->parser, &item)) == WEIR_ITEM)
    write_item (self->items, &item);
  return status;
}

/* The spans of all batches must live until the next feed: they are looked at last. */
static WeirStatus
take_batches (Reading *self)
{
  g_autoptr (GArray) items = g_array_new (FALSE, TRUE, sizeof (WeirItem));
  WeirStatus status;
  gsize n_items;

  do
    {
      gsize capacity = (gsize) g_rand_int_range (self->random, 1, 5);
      guint before = items->len;

      g_array_set_size (items, before + (guint) capacity);
      status = weir_parser_next_batch (&self->parser, &g_array_index (items, WeirItem, before),
                                       capacity, &n_items);
      g_array_set_size (items, before + (guint) n_items);
    }
  while (status == WEIR_ITEM);
  for (guint i = 0; i < items->len; i++)
    write_item (self->items, &g_array_index (items, WeirItem, i));
  return status;
}

static WeirStatus
take (Reading *self)
{
  return self->batch ? take_batches (self) : take_items (self);
}

/* Feeds a copy that is exactly as long as the chunk and gone afterwards, so that a sanitizer sees
 * whoever looks beside it, or at it later. */
static WeirStatus
feed (Reading *self, const char *bytes, gsize length)
{
  g_autofree char *chunk = g_memdup2 (bytes, length);
  WeirStatus status = weir_parser_feed (&self->parser, chunk, length);

  if (status == WEIR_ITEM)
    status = take (self);
  if (length > 0)
    memset (chunk, '!', length);
  return status;
}

static WeirStatus
finish (Reading *self)
{
  WeirStatus status = weir_parser_finish (&self->parser, self->expected->flush);

  return status == WEIR_ITEM ? take (self) : status;
}

static void
begin (Reading *self)
{
  WeirParserOptions options = self->expected->options;
  const char *last_event_id = self->expected->last_event_id;

  options.allocator = weir_allocator_malloc ();
  weir_parser_init (&self->parser, &options);
  g_string_truncate (self->items, 0);
  if (last_event_id != NULL)
    g_assert_cmpint (
        weir_parser_set_last_event_id (&self->parser, last_event_id, strlen (last_event_id)), ==,
        WEIR_NEED_INPUT);
}

/* --- Chunkings ----------------------------------------------------------- */

/* How long the next chunk is, of what is left; at is its place in the stream. */
typedef gsize (*Chunking) (gsize at, gsize left, gpointer data);

static gsize
whole (gsize at, gsize left, gpointer data)
{
  return left;
}

static gsize
of_one_byte (gsize at, gsize left, gpointer data)
{
  return 1;
}

static gsize
cut_once (gsize at, gsize left, gpointer data)
{
  gsize place = *(gsize *) data;

  return at < place ? place : left;
}

/* Short ones mostly, now and then a long one. */
static gsize
random_chunk (gsize at, gsize left, gpointer data)
{
  GRand *random = data;
  gint32 most = g_rand_int_range (random, 0, 8) == 0 ? 300 : 9;

  return (gsize) g_rand_int_range (random, 1, most);
}

static void
check (const Case *expected, Chunking chunking, gpointer data, const char *name, gsize number)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) number);
  Reading self = { .expected = expected, .random = random, .items = g_string_new (NULL) };
  gsize length;
  const char *bytes = g_bytes_get_data (expected->stream, &length);

  for (self.batch = FALSE; self.batch <= TRUE; self.batch++)
    {
      WeirStatus status = WEIR_NEED_INPUT;

      begin (&self);
      for (gsize at = 0; at < length && status == WEIR_NEED_INPUT;)
        {
          gsize chunk = chunking (at, length - at, data);

          chunk = MIN (chunk, length - at);
          status = feed (&self, bytes + at, chunk);
          at += chunk;
        }
      if (status == WEIR_NEED_INPUT)
        status = finish (&self);
      if (status == WEIR_LIMIT)
        g_string_append (self.items, "stop\n");
      else
        g_assert_cmpint (status, ==, WEIR_NEED_INPUT);
      weir_parser_clear (&self.parser);

      if (!g_string_equal (self.items, expected->items))
        {
          g_test_message ("chunks: %s %" G_GSIZE_FORMAT ", %s\nexpected:\n%sgot:\n%s", name, number,
                          self.batch ? "in batches" : "one by one", expected->items->str,
                          self.items->str);
          g_test_fail ();
          break;
        }
    }
  g_string_free (self.items, TRUE);
}

static void
run_case (gconstpointer data)
{
  const Case *expected = data;
  gsize length = g_bytes_get_size (expected->stream);
  g_autoptr (GRand) random = g_rand_new_with_seed (20260101);

  check (expected, whole, NULL, "whole", 0);
  check (expected, of_one_byte, NULL, "byte by byte", 1);
  for (gsize i = 1; i < MIN (length, MOST_SPLITS) && !g_test_failed (); i++)
    {
      gsize place =
          length <= MOST_SPLITS ? i : 1 + (gsize) (g_rand_double (random) * (double) (length - 1));

      check (expected, cut_once, &place, "cut at", place);
    }
  for (guint i = 0; i < RANDOM_CHUNKINGS && !g_test_failed (); i++)
    check (expected, random_chunk, random, "random", i);

  /* What this machine's other instructions make of it. */
  for (WeirPath path = WEIR_PATH_SCALAR; path < WEIR_N_PATHS && !g_test_failed (); path++)
    {
      if (!weir_force_path (path))
        continue;
      check (expected, whole, NULL, weir_path_name (path), 0);
      check (expected, of_one_byte, NULL, weir_path_name (path), 1);
      for (guint i = 0; i < RANDOM_CHUNKINGS / 10 && !g_test_failed (); i++)
        check (expected, random_chunk, random, weir_path_name (path), i);
    }
  weir_force_path (WEIR_PATH_BEST);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) cases = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  cases = cases_load (g_getenv ("WEIR_CASES"));
  g_assert_cmpuint (cases->len, >=, LEAST_CASES);
  for (guint i = 0; i < cases->len; i++)
    {
      const Case *expected = g_ptr_array_index (cases, i);
      g_autofree char *path = g_strconcat ("/", expected->path, NULL);

      g_test_add_data_func (path, expected, run_case);
    }
  status = g_test_run ();
  return status;
}
