/* SPDX-License-Identifier: MIT */
/* Alerts: what counts as a match, what as a repeat, and when a stream is silent. */
#include <string.h>

#include "log-writer.h"
#include "checks/weir-alert.h"

#define SECOND G_USEC_PER_SEC

/* A log with a connection, and an alert on it. */
typedef struct
{
  WeirLog *log;
  LogWriter writer;
  WeirAlert *alert;
} Setting;

static void
begin (Setting *self)
{
  self->log = weir_log_new ();
  log_writer_init (&self->writer, self->log);
  log_writer_begin (&self->writer);
}

static void
end (Setting *self)
{
  g_clear_pointer (&self->alert, weir_alert_free);
  log_writer_clear (&self->writer);
  g_object_unref (self->log);
}

static void
write_text (Setting *self, const char *text)
{
  log_writer_write (&self->writer, text, strlen (text), 0);
  weir_sink_drained (WEIR_SINK (self->log));
}

static void
reconnect (Setting *self)
{
  log_writer_end (&self->writer);
  log_writer_begin (&self->writer);
}

/* Has all looked at that is there; gives the number of matches, and the first of them. */
static guint64
look (Setting *self, guint64 *first)
{
  guint64 unused;

  weir_alert_tick (self->alert, SECOND, TRUE);
  while (!weir_alert_is_up_to_date (self->alert))
    {
      g_thread_yield ();
      weir_alert_tick (self->alert, SECOND, TRUE);
    }
  return weir_alert_take_matches (self->alert, first != NULL ? first : &unused);
}

static void
watch (Setting *self, WeirFilter *filter, guint64 first)
{
  self->alert = weir_alert_new (filter, 0);
  weir_alert_set_log (self->alert, self->log, first);
}

/* Each row from the first on matches once, and what came before does not. */
static void
test_new_rows (void)
{
  g_autoptr (WeirFilter) filter = weir_filter_new_type ("alarm");
  Setting setting = { 0 };
  guint64 first;

  begin (&setting);
  write_text (&setting, "event: alarm\ndata: old\n\nevent: alarm\ndata: old\n\n");
  watch (&setting, filter, weir_log_get_n_rows (setting.log));
  g_assert_cmpuint (look (&setting, &first), ==, 0);
  g_assert_cmpuint (first, ==, WEIR_NO_ROW);
  write_text (&setting, "data: usual\n\nevent: alarm\ndata: 1\n\nevent: alarm\ndata: 2\n\n");
  g_assert_cmpuint (look (&setting, &first), ==, 2);
  g_assert_cmpuint (first, ==, 4);
  g_assert_cmpuint (look (&setting, &first), ==, 0);
  g_assert_cmpuint (first, ==, WEIR_NO_ROW);

  /* What is not taken yet adds up. */
  write_text (&setting, "event: alarm\ndata: 3\n\n");
  for (guint i = 0; i == 0 || !weir_alert_is_up_to_date (setting.alert); i++)
    weir_alert_tick (setting.alert, SECOND, TRUE);
  write_text (&setting, "event: alarm\ndata: 4\n\n");
  g_assert_cmpuint (look (&setting, &first), ==, 2);
  g_assert_cmpuint (first, ==, 6);
  end (&setting);
}

/* The same log anew changes nothing; another one is looked at from where it is said. */
static void
test_another_log (void)
{
  g_autoptr (WeirFilter) filter = weir_filter_new_type ("alarm");
  Setting setting = { 0 }, other = { 0 };
  guint64 first;

  begin (&setting);
  begin (&other);
  watch (&setting, filter, 0);
  write_text (&setting, "event: alarm\ndata: 1\n\n");
  g_assert_cmpuint (look (&setting, NULL), ==, 1);
  weir_alert_set_log (setting.alert, setting.log, 0);
  g_assert_cmpuint (look (&setting, NULL), ==, 0);

  write_text (&setting, "event: alarm\ndata: 2\n\n");
  write_text (&other, "event: alarm\ndata: 1\n\n");
  while (weir_alert_tick (setting.alert, SECOND, TRUE), !weir_alert_is_up_to_date (setting.alert))
    ;
  weir_alert_set_log (setting.alert, other.log, 0);
  g_assert_true (weir_alert_get_log (setting.alert) == other.log);
  g_assert_cmpuint (look (&setting, &first), ==, 1);
  g_assert_cmpuint (first, ==, 1);

  weir_alert_set_log (setting.alert, NULL, 0);
  write_text (&other, "event: alarm\ndata: 3\n\n");
  g_assert_cmpuint (look (&setting, NULL), ==, 0);
  end (&setting);
  end (&other);
}

/* A text stands in comments and marks as well, but alerts are of events, unless kinds are named. */
static void
test_kinds (void)
{
  g_autoptr (WeirFilter) text = weir_filter_new_text ("http", FALSE);
  g_autoptr (WeirFilter) marks = weir_filter_new_kinds (1u << WEIR_ROW_MARK);
  g_autoptr (WeirFilter) comments = weir_filter_new_kinds (1u << WEIR_ROW_COMMENT);
  g_autoptr (WeirFilter) no_comments = weir_filter_new_not (comments);
  g_autoptr (WeirFilter) kinds = weir_filter_new_or (text, comments);
  g_autoptr (WeirFilter) both = weir_filter_new_and (text, no_comments);
  const struct
  {
    WeirFilter *filter;
    gboolean of_events;
    guint n;
  } cases[] = {
    { text, TRUE, 1 },   { marks, FALSE, 1 }, { comments, FALSE, 2 },
    { kinds, FALSE, 4 }, { both, FALSE, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Setting setting = { 0 };

      begin (&setting);
      watch (&setting, cases[i].filter, 0);
      g_assert_cmpint (weir_alert_is_of_events (setting.alert), ==, cases[i].of_events);
      write_text (&setting, ": http\n: other\ndata: http\n\ndata: other\n\n");
      g_assert_cmpuint (look (&setting, NULL), ==, cases[i].n);
      end (&setting);
    }
}

/* What comes again after a reconnect does not match anew, up to the first that is new. */
static void
test_repeats (void)
{
  g_autoptr (WeirFilter) filter = weir_filter_new_type ("alarm");
  Setting setting = { 0 };
  guint64 first;

  begin (&setting);
  watch (&setting, filter, 0);
  write_text (&setting, "event: alarm\nid: 1\ndata: a\n\nid: 2\ndata: usual\n\n"
                        "event: alarm\nid: 3\ndata: b\n\nevent: alarm\nid: 4\ndata: c\n\n");
  g_assert_cmpuint (look (&setting, NULL), ==, 3);

  /* From the middle on, in two looks, the fields in another order, and then a new one. */
  reconnect (&setting);
  write_text (&setting, "retry: 10\nid: 3\nevent: alarm\ndata: b\n\n");
  g_assert_cmpuint (look (&setting, NULL), ==, 0);
  write_text (&setting, "event: alarm\nid: 4\ndata: c\n\nevent: alarm\nid: 5\ndata: d\n\n");
  g_assert_cmpuint (look (&setting, &first), ==, 1);
  g_assert_cmpuint (first, ==, weir_log_get_n_rows (setting.log) - 1);

  /* Another connection that repeats the same, and sends it again of itself: that is new. */
  reconnect (&setting);
  write_text (&setting, "event: alarm\nid: 4\ndata: c\n\nevent: alarm\nid: 5\ndata: d\n\n"
                        "event: alarm\nid: 5\ndata: d\n\n");
  g_assert_cmpuint (look (&setting, NULL), ==, 1);

  /* The same in one connection is new, too. */
  write_text (&setting, "event: alarm\nid: 1\ndata: a\n\n");
  g_assert_cmpuint (look (&setting, NULL), ==, 1);

  /* A new one ends the repeats, although there would be more of them. */
  reconnect (&setting);
  write_text (&setting, "event: alarm\nid: 5\ndata: d\n\nevent: alarm\nid: 6\ndata: e\n\n"
                        "event: alarm\nid: 1\ndata: a\n\n");
  g_assert_cmpuint (look (&setting, NULL), ==, 2);
  end (&setting);
}

/* An event is no repeat where it has no ID, or says something else under the same one. */
static void
test_no_repeats (void)
{
  g_autoptr (WeirFilter) filter = weir_filter_new_kinds (1u << WEIR_ROW_EVENT);
  const char *const cases[][2] = {
    { "data: a\n\n", "data: a\n\n" },
    { "id: 1\ndata: a\n\n", "id: 1\ndata: b\n\n" },
    { "id: 1\ndata: a\n\n", "id: 1\nevent: x\ndata: a\n\n" },
    { "id: 1\ndata: a\n\n", "id: 2\ndata: a\n\n" },
    { "id: 1\ndata: a\n\n", "data: a\n\n" },
    { "id: 1\ndata: a\n\nid: 2\ndata: a\n\n", "id: 3\ndata: a\n\nid: 2\ndata: a\n\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Setting setting = { 0 };
      guint64 n;

      begin (&setting);
      watch (&setting, filter, 0);
      write_text (&setting, cases[i][0]);
      n = look (&setting, NULL);
      reconnect (&setting);
      write_text (&setting, cases[i][1]);
      g_assert_cmpuint (look (&setting, NULL), ==, n);
      end (&setting);
    }
}

/* Where all events are alike, one of them is taken for a repeat, and no more. */
static void
test_alike (void)
{
  g_autoptr (WeirFilter) filter = weir_filter_new_text ("on", FALSE);
  Setting setting = { 0 };

  begin (&setting);
  watch (&setting, filter, 0);
  for (guint i = 0; i < 5; i++)
    write_text (&setting, "id: same\ndata: on\n\n");
  g_assert_cmpuint (look (&setting, NULL), ==, 5);
  reconnect (&setting);
  for (guint i = 0; i < 5; i++)
    write_text (&setting, "id: same\ndata: on\n\n");
  g_assert_cmpuint (look (&setting, NULL), ==, 4);
  end (&setting);
}

static void
write_flood (Setting *self, guint from, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = from; i < from + n; i++)
    g_string_append_printf (text, "id: %u\ndata: flood\n\n", i);
  write_text (self, text->str);
}

/* Many matches at once are counted, and their end is known when it comes again. */
static void
test_flood (void)
{
  g_autoptr (WeirFilter) filter = weir_filter_new_text ("flood", FALSE);
  Setting setting = { 0 };
  guint64 first, before;

  begin (&setting);
  watch (&setting, filter, 0);
  write_flood (&setting, 0, 70000);
  g_assert_cmpuint (look (&setting, &first), ==, 70000);
  g_assert_cmpuint (first, ==, 1);
  reconnect (&setting);
  before = weir_log_get_n_rows (setting.log);
  write_flood (&setting, 69000, 41000);
  g_assert_cmpuint (look (&setting, &first), ==, 40000);
  g_assert_cmpuint (first, ==, before + 1000);
  end (&setting);
}

/* An alert that goes while it is looked at, and one that looks for nothing. */
static void
test_end_early (void)
{
  g_autoptr (WeirFilter) filter = weir_filter_new_text ("flood", FALSE);
  Setting setting = { 0 };

  begin (&setting);
  watch (&setting, filter, 0);
  write_flood (&setting, 0, 200000);
  weir_alert_tick (setting.alert, SECOND, TRUE);
  weir_alert_free (setting.alert);
  watch (&setting, NULL, 0);
  g_assert_cmpuint (look (&setting, NULL), ==, 0);
  end (&setting);
}

static void
assert_silent (Setting *self, gint64 now_s, gboolean live, gboolean silent)
{
  weir_alert_tick (self->alert, now_s * SECOND, live);
  g_assert_cmpint (weir_alert_is_silent (self->alert), ==, silent);
}

/* Silence is the time without an event; comments do not end it, and what is not live is not silent. */
static void
test_silence (void)
{
  Setting setting = { 0 };

  begin (&setting);
  setting.alert = weir_alert_new (NULL, 10 * SECOND);
  assert_silent (&setting, 100, TRUE, FALSE);
  assert_silent (&setting, 200, TRUE, FALSE);

  weir_alert_set_log (setting.alert, setting.log, 0);
  assert_silent (&setting, 300, TRUE, FALSE);
  assert_silent (&setting, 309, TRUE, FALSE);
  assert_silent (&setting, 310, TRUE, TRUE);
  write_text (&setting, ": still here\n");
  assert_silent (&setting, 311, TRUE, TRUE);
  write_text (&setting, "data: a\n\n");
  assert_silent (&setting, 312, TRUE, FALSE);
  assert_silent (&setting, 321, TRUE, FALSE);
  assert_silent (&setting, 322, TRUE, TRUE);

  assert_silent (&setting, 323, FALSE, FALSE);
  assert_silent (&setting, 400, TRUE, FALSE);
  assert_silent (&setting, 409, TRUE, FALSE);
  assert_silent (&setting, 410, TRUE, TRUE);
  weir_alert_set_log (setting.alert, NULL, 0);
  assert_silent (&setting, 411, TRUE, FALSE);
  weir_alert_free (setting.alert);

  setting.alert = weir_alert_new (NULL, 0);
  weir_alert_set_log (setting.alert, setting.log, 0);
  assert_silent (&setting, 500, TRUE, FALSE);
  assert_silent (&setting, 5000, TRUE, FALSE);
  end (&setting);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alert/new-rows", test_new_rows);
  g_test_add_func ("/alert/another-log", test_another_log);
  g_test_add_func ("/alert/kinds", test_kinds);
  g_test_add_func ("/alert/repeats", test_repeats);
  g_test_add_func ("/alert/no-repeats", test_no_repeats);
  g_test_add_func ("/alert/alike", test_alike);
  g_test_add_func ("/alert/flood", test_flood);
  g_test_add_func ("/alert/end-early", test_end_early);
  g_test_add_func ("/alert/silence", test_silence);
  return g_test_run ();
}
