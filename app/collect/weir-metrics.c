/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-metrics.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <string.h>

struct _WeirMetrics
{
  SoupServer *server;
  GPtrArray *collectors;
  WeirWriter *writer;
};

/* --- The text: Prometheus' exposition format 0.0.4 ----------------------------- */

typedef enum
{
  EVENTS,
  BYTES,
  CONNECTIONS,
  GAPS,
  REPEATED,
  OPEN,
  LAG,
  N_METRICS,
} Metric;

static const struct
{
  const char *name, *type, *help;
} metrics[N_METRICS] = {
  { "weir_collect_events_total", "counter", "Events received." },
  { "weir_collect_bytes_total", "counter", "Bytes of data of the events received." },
  { "weir_collect_connections_total", "counter", "Connections opened." },
  { "weir_collect_gaps_total", "counter", "Gaps recorded." },
  { "weir_collect_repeated_events_total", "counter", "Events that the server repeated; dropped." },
  { "weir_collect_stream_open", "gauge", "1 while a connection is open." },
  { "weir_collect_last_event_age_seconds", "gauge", "Time since the newest event arrived." },
};

static double
get_value (Metric metric, const WeirCollectorCounts *counts)
{
  switch (metric)
    {
    case EVENTS:
      return (double) counts->n_events;
    case BYTES:
      return (double) counts->n_bytes;
    case CONNECTIONS:
      return (double) counts->n_connections;
    case GAPS:
      return (double) counts->n_gaps;
    case REPEATED:
      return (double) counts->n_repeated;
    case OPEN:
      return counts->is_open;
    case LAG:
      return (double) (g_get_real_time () - counts->last_us) / G_USEC_PER_SEC;
    case N_METRICS:
    default:
      g_assert_not_reached ();
    }
}

static void
add_stream_metric (GString *text, Metric metric, GPtrArray *collectors)
{
  g_string_append_printf (text, "# HELP %s %s\n# TYPE %s %s\n", metrics[metric].name,
                          metrics[metric].help, metrics[metric].name, metrics[metric].type);
  for (guint i = 0; i < collectors->len; i++)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      WeirCollectorCounts counts;

      weir_collector_get_counts (collectors->pdata[i], &counts);
      if (metric == LAG && counts.last_us == 0)
        continue;
      /* A name has only letters, digits, '-' and '_'. */
      g_string_append_printf (
          text, "%s{stream=\"%s\"} %s\n", metrics[metric].name,
          weir_collector_get_name (collectors->pdata[i]),
          g_ascii_formatd (number, sizeof number, "%.15g", get_value (metric, &counts)));
    }
}

static void
add_writer_metric (
    GString *text, const char *name, const char *type, const char *help, guint64 value)
{
  g_string_append_printf (text, "# HELP %s %s\n# TYPE %s %s\n%s %" G_GUINT64_FORMAT "\n", name,
                          help, name, type, name, value);
}

char *
weir_metrics_describe (GPtrArray *collectors, WeirWriter *writer)
{
  GString *text = g_string_new (NULL);
  WeirWriterCounts counts;

  for (guint metric = 0; metric < N_METRICS; metric++)
    add_stream_metric (text, (Metric) metric, collectors);
  weir_writer_get_counts (writer, &counts);
  add_writer_metric (text, "weir_collect_stored_records_total", "counter",
                     "Records that the target acknowledged.", counts.n_stored);
  add_writer_metric (text, "weir_collect_stored_bytes_total", "counter",
                     "Bytes of data in these records.", counts.n_bytes);
  add_writer_metric (text, "weir_collect_in_flight_records", "gauge",
                     "Records that wait for the target.", counts.n_waiting);
  add_writer_metric (text, "weir_collect_target_failures_total", "counter",
                     "Failed attempts to use the target.", counts.n_failures);
  add_writer_metric (text, "weir_collect_dead_letters_total", "counter",
                     "Events written to the dead letter file.", counts.n_dead);
  return g_string_free (text, FALSE);
}

/* --- The server ---------------------------------------------------------------- */

static void
on_request (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  WeirMetrics *self = data;
  const char *method = soup_server_message_get_method (message);
  char *text;

  if (strcmp (path, "/metrics") != 0)
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD)
    {
      soup_server_message_set_status (message, SOUP_STATUS_METHOD_NOT_ALLOWED, NULL);
      return;
    }
  text = weir_metrics_describe (self->collectors, self->writer);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain; version=0.0.4; charset=utf-8",
                                    SOUP_MEMORY_TAKE, text, strlen (text));
}

WeirMetrics *
weir_metrics_new (const char *address, GPtrArray *collectors, WeirWriter *writer, GError **error)
{
  WeirMetrics *self;
  g_autoptr (GSocketConnectable) connectable = g_network_address_parse (address, 9464, error);
  g_autoptr (GSocketAddressEnumerator) enumerator = NULL;
  g_autoptr (GSocketAddress) socket_address = NULL;

  if (connectable == NULL)
    return NULL;
  enumerator = g_socket_connectable_enumerate (connectable);
  socket_address = g_socket_address_enumerator_next (enumerator, NULL, error);
  if (socket_address == NULL)
    return NULL;
  self = g_new0 (WeirMetrics, 1);
  self->collectors = collectors;
  self->writer = writer;
  self->server = soup_server_new ("server-header", "weir-collect", NULL);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  if (soup_server_listen (self->server, socket_address, 0, error))
    return self;
  weir_metrics_free (self);
  return NULL;
}

void
weir_metrics_free (WeirMetrics *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_free (self);
}

char *
weir_metrics_get_url (WeirMetrics *self)
{
  GSList *uris = soup_server_get_uris (self->server);
  g_autoptr (GUri) uri = g_uri_parse_relative (uris->data, "/metrics", G_URI_FLAGS_NONE, NULL);

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return g_uri_to_string (uri);
}
