/* SPDX-License-Identifier: MIT */
/*
 * Runs the engine for a long time: soak-bench [--streams N] [--folder DIR] MINUTES
 *
 * 200 streams read mixed scenarios from weir-feed, most of them with a fault that cuts, stalls or damages
 * each connection. All but every tenth are recorded. Filters, alerts, replays, exports and checks go on
 * meanwhile. Each second it samples memory, descriptors, threads and wakeups. At the end it compares the
 * last third of the time with the second, and counts every event: each recording holds the IDs 1, 2, 3, …
 * and as many events as its log.
 *
 * WEIR_BUILD names the build folder, where weir-feed is. Exits with 1 if something is not as it should be.
 */
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/weir-file-limit.h"
#include "base/weir-memory.h"
#include "checks/weir-alert.h"
#include "checks/weir-check.h"
#include "export/weir-export.h"
#include "filter/weir-view.h"
#include "recording/weir-player.h"
#include "recording/weir-recording.h"
#include "recording/weir-replay.h"
#include "stream/weir-stream.h"
#include "tests/engine/tree.h"

#define TICK_MS 100
#define N_VIEWS 20u
#define NOT_RECORDED 10u /* every tenth stream */
#define FLOODS 50u       /* every fiftieth stream: FLOOD_RATE events a second */
#define FLOOD_RATE 500u
#define MEMORY_MARGIN ((guint64) 64 << 20) /* the goal: what the process may need over the limit */
#define MAX_DISK ((guint64) 100 << 30)

static int n_streams = 200;
static char *folder;

static const GOptionEntry entries[] = {
  { "streams", 0, 0, G_OPTION_ARG_INT, &n_streams, "How many streams", "N" },
  { "folder", 0, 0, G_OPTION_ARG_FILENAME, &folder, "Where to record", "DIR" },
  { NULL, 0, 0, 0, NULL, NULL, NULL },
};

/* NULL: a feed without a fault. */
static const char *const faults[] = {
  NULL,          "cut-mid-event=20", "cut-mid-char=20", "stall=20", "rst=20", "no-length=30",
  "slow-drip=1", "bad-gzip=20",      "bad-chunk=20",    "flap=5",   NULL,     "status=503",
};

static const char *const scenarios[] = { "demo", "metrics", "meeting", "llm" };
static const char *const filters[] = { "alarm", "the", "level", "42" };
static const char *const extensions[] = { "sse", "ndjson", "csv", "har" };

/* --- Counting events --------------------------------------------------------- */

#define COUNTER_TYPE (counter_get_type ())
G_DECLARE_FINAL_TYPE (Counter, counter, SOAK, COUNTER, GObject)

/* A sink that counts events, and those whose ID does not follow the last one. */
struct _Counter
{
  GObject parent_instance;
  guint64 n_events;
  guint64 last;
  guint64 n_wrong;
};

static gboolean
counter_items (WeirSink *sink, const WeirItem *items, gsize n_items)
{
  Counter *self = SOAK_COUNTER (sink);

  for (gsize i = 0; i < n_items; i++)
    if (items[i].kind == WEIR_ITEM_EVENT)
      {
        g_autofree char *id =
            g_strndup (items[i].last_event_id.text, items[i].last_event_id.length);
        const guint64 number = g_ascii_strtoull (id, NULL, 10);

        self->n_wrong += number != self->last + 1;
        self->last = number;
        self->n_events++;
      }
  return TRUE;
}

static void
counter_init_sink (WeirSinkInterface *iface)
{
  iface->items = counter_items;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Counter,
                               counter,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WEIR_TYPE_SINK, counter_init_sink))

static void
counter_class_init (CounterClass *klass)
{
}

static void
counter_init (Counter *self)
{
}

/* --- What runs ---------------------------------------------------------------- */

typedef struct
{
  WeirStream *stream;
  WeirLog *log;
  WeirView *view; /* NULL for most */
  WeirAlert *alert;
  char *path; /* of its recording, or NULL */
  const char *fault;
} Source;

typedef struct
{
  double seconds;
  double rss_anon; /* bytes */
  double other;    /* of that, what the engine does not count against its limit */
  double descriptors;
  double threads;
  double wakeups; /* in the last second */
} Sample;

typedef struct
{
  GMainLoop *loop;
  GPtrArray *feeds; /* of GSubprocess */
  Source *sources;
  GRand *random;
  gint64 end_us;
  guint n_ticks;
  guint64 n_matches;

  WeirPlayer *player;
  WeirExport *export;
  WeirCheck *check;
  guint n_played, n_exported, n_checked;
  guint n_failed;

  GArray *samples;
  gint64 began_us;
  glong last_wakeups;
  guint64 max_used; /* as the engine counts it */
} Soak;

static void
fail (Soak *self, const char *sentence)
{
  printf ("wrong: %s\n", sentence);
  self->n_failed++;
}

static char *
start_feed (Soak *self, const char *fault)
{
  const char *build = g_getenv ("WEIR_BUILD");
  g_autofree char *program =
      g_build_filename (build != NULL ? build : "build-release", "app/feed/weir-feed", NULL);
  g_autofree char *option = g_strconcat ("--fault=", fault, NULL);
  const char *const argv[] = { program, fault != NULL ? option : NULL, NULL };
  g_autoptr (GError) error = NULL;
  GSubprocess *feed = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_autoptr (GDataInputStream) output = NULL;
  char *line;

  if (feed == NULL)
    g_error ("%s", error->message);
  g_ptr_array_add (self->feeds, feed);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (feed));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  if (line == NULL)
    g_error ("weir-feed gave no address");
  return line;
}

static WeirRequest *
make_request (const char *feed, guint i)
{
  const gboolean is_flood = i % FLOODS == 0;
  g_autofree char *address =
      g_strdup_printf ("%s/events?scenario=%s&rate=%u", feed,
                       is_flood ? "flood" : scenarios[i / G_N_ELEMENTS (faults) % 4],
                       is_flood ? FLOOD_RATE : 1 + i % 4);
  g_autoptr (GError) error = NULL;
  WeirRequest *request = weir_request_new (address, &error);
  WeirRequestOptions *options;

  if (request == NULL)
    g_error ("%s", error->message);
  options = weir_request_get_options (request);
  options->retry_ms = 500;
  options->max_retry_ms = 1000;
  options->max_server_retry_ms = 500;
  options->idle_timeout_ms = 5000;
  return request;
}

static void
start_source (Soak *self, guint i, const char *feed)
{
  Source *source = &self->sources[i];
  g_autoptr (WeirRequest) request = make_request (feed, i);
  g_autoptr (WeirFilter) filter = weir_filter_new_text (filters[i % 4], FALSE);
  g_autoptr (GError) error = NULL;
  const WeirRecordingOptions options = { .max_bytes = MAX_DISK, .segment_bytes = 8 << 20 };

  source->log = weir_log_new ();
  source->fault = faults[i % G_N_ELEMENTS (faults)];
  if (i % NOT_RECORDED != NOT_RECORDED - 1)
    {
      g_autofree char *name = g_strdup_printf ("%03u" WEIR_RECORDING_SUFFIX, i);

      source->path = g_build_filename (folder, name, NULL);
      if (!weir_log_record (source->log, source->path, &options, &error))
        g_error ("%s", error->message);
    }
  source->alert = weir_alert_new (filter, 2 * G_USEC_PER_SEC);
  weir_alert_set_log (source->alert, source->log, 0);
  if (i % (guint) MAX (n_streams / (int) N_VIEWS, 1) == 0)
    {
      source->view = weir_view_new (source->log);
      weir_view_set_filter (source->view, filter);
    }
  source->stream = weir_stream_new (request, WEIR_SINK (source->log));
  weir_stream_open (source->stream);
}

static Source *
choose_source (Soak *self, gboolean is_recorded)
{
  Source *source;

  do
    source = &self->sources[g_rand_int_range (self->random, 0, n_streams)];
  while (is_recorded && source->path == NULL);
  return source;
}

/* --- What goes on meanwhile ---------------------------------------------------- */

static void
play_next (Soak *self)
{
  WeirPlayerState state;
  g_autoptr (WeirLog) log = NULL;
  g_autoptr (GError) error = NULL;

  if (self->player != NULL)
    {
      weir_player_get_state (self->player, &state);
      if (state.error != NULL)
        fail (self, state.error);
      self->n_played += state.ended;
      if (!state.ended && state.error == NULL)
        {
          weir_player_state_clear (&state);
          return;
        }
      weir_player_state_clear (&state);
      g_clear_object (&self->player);
    }
  log = weir_log_new ();
  self->player = weir_player_new (choose_source (self, TRUE)->path, WEIR_SINK (log), &error);
  /* A stream that never had an answer has nothing to play. */
  if (self->player == NULL)
    return;
  weir_player_set_speed (self->player, 0);
  weir_player_set_playing (self->player, TRUE);
}

static void
on_exported (GObject *object, GAsyncResult *result, gpointer data)
{
  Soak *self = data;
  g_autoptr (GError) error = NULL;

  if (!weir_export_run_finish (WEIR_EXPORT (object), result, &error))
    fail (self, error->message);
  self->n_exported++;
  g_clear_object (&self->export);
}

static void
export_next (Soak *self)
{
  const WeirExportFormat format = self->n_exported % 4;
  g_autofree char *name = g_strconcat ("export.", extensions[format], NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (self->export != NULL)
    return;
  self->export = weir_export_new (choose_source (self, FALSE)->log, NULL, format, path);
  weir_export_run_async (self->export, NULL, on_exported, self);
}

static void
on_checked (GObject *object, GAsyncResult *result, gpointer data)
{
  Soak *self = data;
  g_autoptr (GError) error = NULL;

  if (!weir_check_run_finish (WEIR_CHECK (object), result, &error))
    fail (self, error->message);
  self->n_checked++;
  g_clear_object (&self->check);
}

static void
check_next (Soak *self)
{
  if (self->check != NULL)
    return;
  self->check = weir_check_new (choose_source (self, FALSE)->log, "id", NULL);
  weir_check_run_async (self->check, NULL, on_checked, self);
}

/* --- Sampling ------------------------------------------------------------------ */

static double
read_status (const char *name)
{
  g_autofree char *text = NULL;
  const char *line;

  g_file_get_contents ("/proc/self/status", &text, NULL, NULL);
  line = strstr (text, name);
  return line != NULL ? g_ascii_strtod (line + strlen (name), NULL) : 0;
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
take_sample (Soak *self)
{
  struct rusage usage;
  Sample sample = {
    .seconds = (double) (g_get_monotonic_time () - self->began_us) / G_USEC_PER_SEC,
    .rss_anon = read_status ("RssAnon:") * 1024,
    .descriptors = count_descriptors (),
    .threads = read_status ("Threads:"),
  };

  sample.other = sample.rss_anon - (double) weir_memory_get_used ();
  getrusage (RUSAGE_SELF, &usage);
  sample.wakeups = (double) (usage.ru_nvcsw - self->last_wakeups);
  self->last_wakeups = usage.ru_nvcsw;
  self->max_used = MAX (self->max_used, weir_memory_get_used ());
  g_array_append_val (self->samples, sample);
  if (self->samples->len % 60 == 0)
    {
      printf ("%6.0f s  %6.1f MB  %4.0f descriptors  %3.0f threads  %6.0f wakeups/s\n",
              sample.seconds, sample.rss_anon / 1e6, sample.descriptors, sample.threads,
              sample.wakeups);
      fflush (stdout);
    }
}

static gboolean
on_tick (gpointer data)
{
  Soak *self = data;
  const gint64 now = g_get_monotonic_time ();
  guint64 first;

  for (int i = 0; i < n_streams; i++)
    {
      Source *source = &self->sources[i];

      if (source->view != NULL)
        weir_view_tick (source->view);
      if (source->view != NULL && self->n_ticks % 100 == (guint) i)
        {
          g_autoptr (WeirFilter) filter =
              weir_filter_new_text (filters[g_rand_int_range (self->random, 0, 4)], FALSE);

          weir_view_set_filter (source->view, filter);
        }
      if (self->n_ticks % 10 == (guint) i % 10)
        {
          weir_alert_tick (source->alert, now,
                           weir_stream_get_state (source->stream) == WEIR_STREAM_STATE_OPEN);
          self->n_matches += weir_alert_take_matches (source->alert, &first);
        }
    }
  play_next (self);
  export_next (self);
  check_next (self);
  if (self->n_ticks % (1000 / TICK_MS) == 0)
    take_sample (self);
  self->n_ticks++;
  if (now < self->end_us)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

/* --- The end ------------------------------------------------------------------- */

static double
get_value (const Sample *sample, guint which)
{
  const double values[] = { sample->rss_anon, sample->other, sample->descriptors, sample->threads,
                            sample->wakeups };

  return values[which];
}

static void
compare_thirds (Soak *self)
{
  static const struct
  {
    const char *name;
    double unit, factor, slack; /* last third <= second third * factor + slack */
  } rules[] = {
    /* Logs grow up to the limit. What else there is must not. */
    { "RssAnon, MB", 1e6, 1, G_MAXINT },  { "without logs, MB", 1e6, 1.05, 8 },
    { "descriptors", 1, 1.05, 10 },       { "threads", 1, 1.05, 4 },
    { "wakeups a second", 1, 1.25, 200 },
  };
  const guint n = self->samples->len;

  for (guint which = 0; which < G_N_ELEMENTS (rules); which++)
    {
      double sums[3] = { 0, 0, 0 }, highest = 0;
      guint counts[3] = { 0, 0, 0 };

      for (guint i = 0; i < n; i++)
        {
          const double value = get_value (&g_array_index (self->samples, Sample, i), which);

          sums[i * 3 / n] += value;
          counts[i * 3 / n]++;
          highest = MAX (highest, value);
        }
      for (guint i = 0; i < 3; i++)
        sums[i] /= MAX (counts[i], 1) * rules[which].unit;
      printf ("%-18s %9.1f %9.1f %9.1f  highest %9.1f\n", rules[which].name, sums[0], sums[1],
              sums[2], highest / rules[which].unit);
      if (sums[2] > sums[1] * rules[which].factor + rules[which].slack)
        fail (self, "that is not flat");
      if (which == 0 && highest > (double) (weir_memory_get_limit () + MEMORY_MARGIN))
        fail (self, "that is more than the memory limit and 64 MiB");
    }
}

static void
count_recording (Soak *self, guint i)
{
  Source *source = &self->sources[i];
  g_autoptr (Counter) counter = g_object_new (COUNTER_TYPE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirReplay) replay = weir_replay_new (source->path, &error);

  if (replay == NULL || !weir_replay_to_sink (replay, WEIR_SINK (counter), NULL, &error))
    return fail (self, error->message);
  if (counter->n_wrong > 0 || counter->n_events != weir_log_get_n_events (source->log))
    {
      g_autofree char *sentence =
          g_strdup_printf ("stream %u (%s): %" G_GUINT64_FORMAT
                           " events recorded, the last with ID %" G_GUINT64_FORMAT
                           ", %" G_GUINT64_FORMAT " out of order, %" G_GUINT64_FORMAT " in the log",
                           i, source->fault != NULL ? source->fault : "no fault", counter->n_events,
                           counter->last, counter->n_wrong, weir_log_get_n_events (source->log));

      fail (self, sentence);
    }
}

static void
count_events (Soak *self)
{
  guint64 n_events = 0, n_bytes = 0;

  for (int i = 0; i < n_streams; i++)
    {
      Source *source = &self->sources[i];
      const guint64 before = weir_log_get_n_events (source->log);

      n_events += before;
      n_bytes += weir_log_get_n_bytes (source->log);
      if (before == 0 && g_strcmp0 (source->fault, "status=503") != 0)
        {
          g_autofree char *sentence =
              g_strdup_printf ("stream %d (%s) has no event: %s", i, source->fault,
                               weir_stream_get_status_text (source->stream));

          fail (self, sentence);
        }
      if (source->path != NULL)
        count_recording (self, (guint) i);
    }
  printf ("%" G_GUINT64_FORMAT " events, %.1f MB, %" G_GUINT64_FORMAT
          " rows alerted, %u replays, %u exports, %u checks, memory counted %.1f of %.1f MB\n",
          n_events, (double) n_bytes / 1e6, self->n_matches, self->n_played, self->n_exported,
          self->n_checked, (double) self->max_used / 1e6, (double) weir_memory_get_limit () / 1e6);
}

static void
wait_for_ends (Soak *self)
{
  for (int i = 0; i < n_streams; i++)
    weir_stream_close (self->sources[i].stream);
  for (int i = 0; i < n_streams; i++)
    while (weir_stream_get_state (self->sources[i].stream) != WEIR_STREAM_STATE_ENDED)
      g_main_context_iteration (NULL, TRUE);
  while (self->export != NULL || self->check != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&self->player);
  /* The last unref of a recorded log finishes its recording, but its rows are published before. */
  for (int i = 0; i < n_streams; i++)
    weir_log_wait_written (self->sources[i].log);
}

static void
clear_source (Source *source)
{
  weir_alert_free (source->alert);
  g_clear_object (&source->view);
  g_clear_object (&source->stream);
  g_clear_object (&source->log);
  g_free (source->path);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("MINUTES");
  g_autoptr (GError) error = NULL;
  g_autofree char *made = NULL;
  char *addresses[G_N_ELEMENTS (faults)];
  Soak self = { 0 };
  double minutes;

  g_option_context_add_main_entries (context, entries, NULL);
  minutes = g_option_context_parse (context, &argc, &argv, &error) && argc == 2
                ? g_ascii_strtod (argv[1], NULL)
                : 0;
  if (minutes <= 0 || n_streams < 1)
    {
      g_printerr ("soak-bench: %s\n",
                  error != NULL ? error->message : "for how many minutes? for example 60");
      return 2;
    }
  if (folder == NULL)
    folder = made = g_dir_make_tmp ("weir-soak-XXXXXX", NULL);

  weir_file_limit_raise ();
  self.loop = g_main_loop_new (NULL, FALSE);
  self.feeds = g_ptr_array_new_with_free_func (g_object_unref);
  self.sources = g_new0 (Source, n_streams);
  self.random = g_rand_new_with_seed (1);
  self.samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  self.began_us = g_get_monotonic_time ();
  self.end_us = self.began_us + (gint64) (minutes * 60 * G_USEC_PER_SEC);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    addresses[i] = start_feed (&self, faults[i]);
  for (int i = 0; i < n_streams; i++)
    start_source (&self, (guint) i, addresses[i % G_N_ELEMENTS (faults)]);
  g_timeout_add (TICK_MS, on_tick, &self);
  g_main_loop_run (self.loop);

  wait_for_ends (&self);
  count_events (&self);
  compare_thirds (&self);
  for (int i = 0; i < n_streams; i++)
    clear_source (&self.sources[i]);
  for (guint i = 0; i < self.feeds->len; i++)
    g_subprocess_force_exit (g_ptr_array_index (self.feeds, i));
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    g_free (addresses[i]);
  remove_tree (folder);
  g_ptr_array_unref (self.feeds);
  g_array_unref (self.samples);
  g_rand_free (self.random);
  g_main_loop_unref (self.loop);
  g_free (self.sources);
  return self.n_failed > 0 ? 1 : 0;
}
