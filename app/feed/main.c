/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-feed.h"
#include "app/engine/base/weir-arguments.h"
#include "app/engine/base/weir-file-limit.h"
#include "app/engine/base/weir-home.h"
#include "app/engine/base/weir-interrupt.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_USAGE 2

typedef struct
{
  gboolean version, match_body;
  char *port, *count, *backlog, *fault_times;
  char *host, *scenario, *rate, *framing, *fault, *www, *bearer, *replay, *speed;
  GStrv cors;
} Arguments;

static void
arguments_clear (Arguments *arguments)
{
  g_free (arguments->port);
  g_free (arguments->count);
  g_free (arguments->backlog);
  g_free (arguments->fault_times);
  g_free (arguments->host);
  g_free (arguments->scenario);
  g_free (arguments->rate);
  g_free (arguments->framing);
  g_free (arguments->fault);
  g_free (arguments->replay);
  g_free (arguments->speed);
  g_free (arguments->www);
  g_free (arguments->bearer);
  g_strfreev (arguments->cors);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

static int
fail (int status, const char *sentence)
{
  fprintf (stderr, "weir-feed: %s\n", sentence);
  return status;
}

/* A token, or the first line of FILE with "@FILE", because process lists show arguments. */
static char *
read_secret (const char *text, GError **error)
{
  char *token = text ? weir_arguments_load_line ("--require-bearer", text, error) : NULL;

  if (token != NULL && text[0] == '@')
    token[strcspn (token, "\r\n")] = '\0';
  return token;
}

/* Breaks lines at the width of a terminal. */
static void
append_wrapped (GString *text, GStrv words)
{
  gsize column = 0;

  for (gsize i = 0; words[i]; i++)
    {
      const gsize width = strlen (words[i]) + 2;

      if (column > 0 && column + width > 78)
        {
          g_string_append_c (text, '\n');
          column = 0;
        }
      g_string_append_printf (text, "  %s", words[i]);
      column += width;
    }
  g_string_append_c (text, '\n');
}

static char *
make_description (void)
{
  GString *text = g_string_new (_ ("Scenarios:"));
  g_auto (GStrv) faults = weir_feed_list_faults ();

  g_string_append_c (text, '\n');
  for (const WeirFeedScenarioInfo *info = weir_feed_list_scenarios (); info->name; info++)
    g_string_append_printf (text, "  %-8s  %s\n", info->name, _ (info->summary));
  g_string_append_printf (text, "\n%s\n", _ ("Faults:"));
  append_wrapped (text, faults);
  return g_string_free (text, FALSE);
}

static gboolean
parse_arguments (Arguments *arguments, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "port", 0, 0, G_OPTION_ARG_STRING, &arguments->port,
      N_ ("Listen on this port; 0, the default, is any free port"), "N" },
    { "host", 0, 0, G_OPTION_ARG_STRING, &arguments->host,
      N_ ("Listen on this address instead of 127.0.0.1"), N_ ("ADDRESS") },
    { "scenario", 0, 0, G_OPTION_ARG_STRING, &arguments->scenario,
      N_ ("Which events to send (see below); the default is demo"), N_ ("NAME") },
    { "rate", 0, 0, G_OPTION_ARG_STRING, &arguments->rate,
      N_ ("Events per second; 0 is as fast as the client reads"), "N" },
    { "count", 0, 0, G_OPTION_ARG_STRING, &arguments->count,
      N_ ("End the stream after N events; 0, the default, is never"), "N" },
    { "backlog", 0, 0, G_OPTION_ARG_STRING, &arguments->backlog,
      N_ ("Send the first N events at once, then continue at the rate"), "N" },
    { "framing", 0, 0, G_OPTION_ARG_STRING, &arguments->framing,
      N_ ("Send an HTTP chunk for each event, for each block of events, or no chunks"),
      "event|block|close" },
    { "fault", 0, 0, G_OPTION_ARG_STRING, &arguments->fault,
      N_ ("Damage the streams in this way (see below)"), N_ ("FAULT") },
    { "fault-times", 0, 0, G_OPTION_ARG_STRING, &arguments->fault_times,
      N_ ("Damage only the first N streams; 0, the default, is all"), "N" },
    { "replay", 0, 0, G_OPTION_ARG_FILENAME, &arguments->replay,
      N_ ("Send a recording, or an event stream from a file"), N_ ("NAME.weir|FILE") },
    { "speed", 0, 0, G_OPTION_ARG_STRING, &arguments->speed,
      N_ ("Replay N times as fast; 1 is the default, 0 is without delays; step: one event for each "
          "Enter, or POST to /step"),
      "N|step" },
    { "match-body", 0, 0, G_OPTION_ARG_NONE, &arguments->match_body,
      N_ ("Answer a recorded request only if its body is the same"), NULL },
    { "www", 0, 0, G_OPTION_ARG_FILENAME, &arguments->www,
      N_ ("Serve the files in this folder at /"), N_ ("DIR") },
    { "require-bearer", 0, 0, G_OPTION_ARG_STRING, &arguments->bearer,
      N_ ("Require this token; @FILE reads it from a file"), N_ ("TOKEN") },
    { "cors", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments->cors,
      N_ ("Let pages of this origin read the stream; can be repeated; * is all origins"),
      N_ ("ORIGIN") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &arguments->version, N_ ("Print the version"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("- serve sample event streams"));
  g_autofree char *description = make_description ();

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_description (context, description);
  return weir_arguments_parse (context, argc, argv, error);
}

static gboolean
parse_speed (const char *text, WeirFeedOptions *options)
{
  char *end;

  options->by_steps = strcmp (text, "step") == 0;
  if (options->by_steps)
    return TRUE;
  options->speed = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && options->speed >= 0 && options->speed < 1e9;
}

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, sentence);
  return FALSE;
}

/* format contains one %s, for value. */
static gboolean
refuse_value (GError **error, const char *format, const char *value)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, value);
#pragma GCC diagnostic pop
  return FALSE;
}

static gboolean
read_numbers (const Arguments *arguments, WeirFeedOptions *options, GError **error)
{
  static const WeirNumberOption port_option = { "--port", 0, G_MAXUINT16 };
  static const WeirNumberOption count_option = { "--count", 0, G_MAXINT64 };
  static const WeirNumberOption backlog_option = { "--backlog", 0, G_MAXINT64 };
  static const WeirNumberOption times_option = { "--fault-times", 0, G_MAXINT32 };
  gint64 port = 0, count = 0, backlog = 0, fault_times = 0;

  if (!weir_arguments_read_number (&port_option, arguments->port, &port, error)
      || !weir_arguments_read_number (&count_option, arguments->count, &count, error)
      || !weir_arguments_read_number (&backlog_option, arguments->backlog, &backlog, error)
      || !weir_arguments_read_number (&times_option, arguments->fault_times, &fault_times, error))
    return FALSE;
  options->port = (guint16) port;
  options->count = (guint64) count;
  options->backlog = (guint64) backlog;
  options->fault_times = (guint) fault_times;
  return TRUE;
}

/* In the form that browsers send: without a path, not even a slash. Pages without an origin send "null". */
static gboolean
is_origin (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);

  if (strcmp (text, "*") == 0 || strcmp (text, "null") == 0)
    return TRUE;
  return uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0'
         && *g_uri_get_path (uri) == '\0' && g_uri_get_query (uri) == NULL
         && g_uri_get_fragment (uri) == NULL && g_uri_get_userinfo (uri) == NULL;
}

static gboolean
check_origins (const char *const *origins, GError **error)
{
  for (gsize i = 0; origins && origins[i]; i++)
    if (!is_origin (origins[i]))
      return refuse_value (error,
                           _ ("“%s” is not an origin for --cors. Write it like "
                              "https://example.com, or use * for all origins."),
                           origins[i]);
  return TRUE;
}

/* rest: the first argument that is not an option, or NULL. */
static gboolean
check_arguments (const Arguments *arguments,
                 const char *rest,
                 WeirFeedOptions *options,
                 GError **error)
{
  if (rest != NULL)
    return refuse_value (error, _ ("The argument “%s” is not an option; --help lists the options."),
                         rest);
  if (!read_numbers (arguments, options, error))
    return FALSE;
  if (arguments->framing && !weir_feed_framing_parse (arguments->framing, &options->framing))
    return refuse_value (error, _ ("--framing must be event, block or close, not “%s”."),
                         arguments->framing);
  options->speed = 1;
  if (arguments->speed && !arguments->replay)
    return refuse (error, _ ("--speed needs --replay, which names the recording or file to send."));
  if (arguments->match_body && !arguments->replay)
    return refuse (error, _ ("--match-body needs --replay, which names the recording to send."));
  if (arguments->speed && !parse_speed (arguments->speed, options))
    return refuse_value (error, _ ("--speed must be a number from 0 up, or step, not “%s”."),
                         arguments->speed);
  if (!check_origins ((const char *const *) arguments->cors, error))
    return FALSE;
  options->replay = arguments->replay;
  options->match_body = arguments->match_body;
  options->host = arguments->host;
  options->scenario = arguments->scenario;
  options->rate = arguments->rate;
  options->fault = arguments->fault;
  options->www = arguments->www;
  options->cors = (const char *const *) arguments->cors;
  return TRUE;
}

/* Enter sends the next event. */
static gboolean
on_line (GIOChannel *terminal, GIOCondition condition, gpointer feed)
{
  g_autofree char *line = NULL;

  if (g_io_channel_read_line (terminal, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    return G_SOURCE_REMOVE;
  weir_feed_step (feed, 1);
  return G_SOURCE_CONTINUE;
}

static void
step_by_terminal (WeirFeed *feed)
{
  g_autoptr (GIOChannel) terminal = g_io_channel_unix_new (STDIN_FILENO);

  /* Input need not be UTF-8. */
  g_io_channel_set_encoding (terminal, NULL, NULL);
  g_io_add_watch (terminal, G_IO_IN | G_IO_HUP, on_line, feed);
  fputs (_ ("Press Enter for each event.\n"), stderr);
}

static void
on_interrupted (gpointer loop)
{
  g_main_loop_quit (loop);
}

/* The reader may close the pipe after this line; the server continues. */
static gboolean
print_address (WeirFeed *feed)
{
  return (puts (weir_feed_get_address (feed)) >= 0 && fflush (stdout) == 0) || errno == EPIPE;
}

int
main (int argc, char **argv)
{
  g_auto (Arguments) arguments = { 0 };
  WeirFeedOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (WeirFeed) feed = NULL;
  g_autofree char *bearer = NULL;

  weir_locale_init ();
  weir_file_limit_raise ();
  signal (SIGPIPE, SIG_IGN);

  if (!parse_arguments (&arguments, &argc, &argv, &error))
    return fail (EXIT_USAGE, error->message);
  if (arguments.version)
    {
      g_print ("weir-feed %s\n", WEIR_VERSION);
      return EXIT_SUCCESS;
    }
  if (!check_arguments (&arguments, argc > 1 ? argv[1] : NULL, &options, &error))
    return fail (EXIT_USAGE, error->message);
  bearer = read_secret (arguments.bearer, &error);
  if (error != NULL)
    return fail (EXIT_USAGE, error->message);
  options.bearer = bearer;

  weir_interrupt_watch (WEIR_INTERRUPT_SIGNALS, on_interrupted, loop);
  feed = weir_feed_new (&options, &error);
  if (feed == NULL)
    return fail (EXIT_USAGE, error->message);
  if (!weir_feed_start (feed, &error))
    return fail (EXIT_FAILURE, error->message);
  if (!print_address (feed))
    {
      g_autofree char *sentence =
          g_strdup_printf (_ ("The output cannot be written: %s."), g_strerror (errno));

      return fail (EXIT_FAILURE, sentence);
    }
  if (options.by_steps && isatty (STDIN_FILENO))
    step_by_terminal (feed);
  g_main_loop_run (loop);
  return EXIT_SUCCESS;
}
