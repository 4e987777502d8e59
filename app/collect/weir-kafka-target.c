/* SPDX-License-Identifier: MIT */
/*
 * Kafka by librdkafka. A record is a message whose key is the name of the stream. The producer is idempotent,
 * so that its own retries store nothing twice; Kafka has no condition on a sequence number, so that a second
 * writer is not noticed, and a crash may store the last records twice.
 */
#include "weir-config.h"

#include "weir-target.h"

#include <glib/gi18n.h>
#include <librdkafka/rdkafka.h>
#include <string.h>

#define TIMEOUT_MS 10000
#define SEQUENCE_HEADER "sequence"

typedef struct
{
  WeirTarget parent;
  rd_kafka_t *producer;
  rd_kafka_t *consumer;

  /* Of the batch that is being sent; the delivery reports come in the writer's thread. */
  gsize n_stored;
  rd_kafka_resp_err_t failure; /* the first */
} Kafka;

static void
close_kafka (WeirTarget *target)
{
  Kafka *self = (Kafka *) target;

  if (self->producer != NULL)
    rd_kafka_purge (self->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  g_clear_pointer (&self->producer, rd_kafka_destroy);
  g_clear_pointer (&self->consumer, rd_kafka_destroy);
}

static gboolean
fail (Kafka *self, rd_kafka_resp_err_t code, GError **error)
{
  const char *display = self->parent.address->display;

  switch (code)
    {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
      g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_TOO_LARGE,
                   _ ("An event is larger than the limit of %s (message.max.bytes)."), display);
      return FALSE;
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      g_set_error (
          error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_DENIED,
          _ ("%s denied access: %s. Check --to-user and --to-password, or WEIR_COLLECT_USER and "
             "WEIR_COLLECT_PASSWORD."),
          display, rd_kafka_err2str (code));
      return FALSE;
    default:
      g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_UNREACHABLE,
                   _ ("Could not reach %s: %s."), display, rd_kafka_err2str (code));
      close_kafka (&self->parent);
      return FALSE;
    }
}

static void
on_delivered (rd_kafka_t *producer, const rd_kafka_message_t *message, void *data)
{
  Kafka *self = data;

  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && self->failure == RD_KAFKA_RESP_ERR_NO_ERROR)
    self->failure = message->err;
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && self->failure == RD_KAFKA_RESP_ERR_NO_ERROR)
    self->n_stored++;
}

/* Returns: (transfer full): NULL with error set. */
static rd_kafka_t *
make_client (Kafka *self, rd_kafka_type_t type, GError **error)
{
  const WeirTargetAddress *address = self->parent.address;
  const struct
  {
    const char *name, *value;
  } settings[] = {
    { "bootstrap.servers", address->host },
    { "log_level", "0" },
    { type == RD_KAFKA_PRODUCER ? "enable.idempotence" : "enable.auto.commit",
      type == RD_KAFKA_PRODUCER ? "true" : "false" },
    { type == RD_KAFKA_PRODUCER ? "partitioner" : "group.id",
      type == RD_KAFKA_PRODUCER ? "murmur2" : "weir-collect" },
    { "security.protocol", address->password != NULL ? "sasl_plaintext" : "plaintext" },
    { "sasl.mechanisms", address->password != NULL ? "PLAIN" : NULL },
    { "sasl.username", address->password != NULL ? address->user : NULL },
    { "sasl.password", address->password },
    { "message.timeout.ms", type == RD_KAFKA_PRODUCER ? G_STRINGIFY (TIMEOUT_MS) : NULL },
    { "linger.ms", type == RD_KAFKA_PRODUCER ? "1" : NULL },
  };
  rd_kafka_conf_t *conf = rd_kafka_conf_new ();
  char text[256] = "";
  rd_kafka_t *client;

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (settings[i].value != NULL)
      rd_kafka_conf_set (conf, settings[i].name, settings[i].value, text, sizeof text);
  rd_kafka_conf_set_opaque (conf, self);
  if (type == RD_KAFKA_PRODUCER)
    rd_kafka_conf_set_dr_msg_cb (conf, on_delivered);
  client = rd_kafka_new (type, conf, text, sizeof text);
  if (client != NULL)
    return client;
  rd_kafka_conf_destroy (conf);
  g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_ADDRESS, _ ("%s cannot be used: %s."),
               address->display, text);
  return NULL;
}

static gboolean
open_kafka (WeirTarget *target, GError **error)
{
  Kafka *self = (Kafka *) target;
  const rd_kafka_metadata_t *metadata;
  rd_kafka_resp_err_t code;

  close_kafka (target);
  self->producer = make_client (self, RD_KAFKA_PRODUCER, error);
  if (self->producer == NULL)
    return FALSE;
  self->consumer = make_client (self, RD_KAFKA_CONSUMER, error);
  if (self->consumer == NULL)
    return FALSE;
  code = rd_kafka_metadata (self->producer, 0, NULL, &metadata, TIMEOUT_MS);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return fail (self, code, error);
  rd_kafka_metadata_destroy (metadata);
  return TRUE;
}

/* --- Reading ------------------------------------------------------------------- */

/* The partition of a key. Returns: -1 with error set. */
static int
get_partition (Kafka *self, const char *stream, GError **error)
{
  const char *topic = self->parent.address->key;
  rd_kafka_topic_t *handle = rd_kafka_topic_new (self->producer, topic, NULL);
  const rd_kafka_metadata_t *metadata = NULL;
  const rd_kafka_resp_err_t code =
      rd_kafka_metadata (self->producer, 0, handle, &metadata, TIMEOUT_MS);
  int partition = -1;

  if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1
      && metadata->topics[0].partition_cnt > 0)
    partition = rd_kafka_msg_partitioner_murmur2 (handle, stream, strlen (stream),
                                                  metadata->topics[0].partition_cnt, NULL, NULL);
  else
    fail (self, code != RD_KAFKA_RESP_ERR_NO_ERROR ? code : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
          error);
  if (metadata != NULL)
    rd_kafka_metadata_destroy (metadata);
  rd_kafka_topic_destroy (handle);
  return partition;
}

/* Returns: (transfer full): NULL if another program wrote the message. */
static WeirCollectRecord *
read_message (const char *stream, const rd_kafka_message_t *message)
{
  WeirSpan fields[WEIR_N_FIELDS] = { 0 };
  g_autofree char *sequence = NULL;
  rd_kafka_headers_t *headers;
  const void *value;
  size_t length;

  if (rd_kafka_message_headers (message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return NULL;
  for (guint field = 0; field < WEIR_N_FIELDS; field++)
    if (rd_kafka_header_get_last (headers, weir_field_names[field], &value, &length)
        == RD_KAFKA_RESP_ERR_NO_ERROR)
      fields[field] = (WeirSpan){ value != NULL ? value : "", length };
  if (rd_kafka_header_get_last (headers, SEQUENCE_HEADER, &value, &length)
          != RD_KAFKA_RESP_ERR_NO_ERROR
      || value == NULL)
    return NULL;
  sequence = g_strndup (value, length);
  return weir_collect_record_new_from_fields (
      stream, g_ascii_strtoull (sequence, NULL, 10), fields,
      (WeirSpan){ message->payload != NULL ? message->payload : "", message->len });
}

static gboolean
has_key (const rd_kafka_message_t *message, const char *stream)
{
  return message->key_len == strlen (stream)
         && memcmp (message->key, stream, message->key_len) == 0;
}

/* Adds the records of stream in [from, to) of a partition, in order. */
static gboolean
read_range (Kafka *self,
            const char *stream,
            rd_kafka_topic_partition_t *place,
            gint64 to,
            GPtrArray *records,
            GError **error)
{
  rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new (1);
  gboolean done = FALSE;
  rd_kafka_resp_err_t code;

  rd_kafka_topic_partition_list_add (list, place->topic, place->partition)->offset = place->offset;
  code = rd_kafka_assign (self->consumer, list);
  rd_kafka_topic_partition_list_destroy (list);
  while (code == RD_KAFKA_RESP_ERR_NO_ERROR && !done)
    {
      rd_kafka_message_t *message = rd_kafka_consumer_poll (self->consumer, TIMEOUT_MS);

      if (message == NULL)
        code = RD_KAFKA_RESP_ERR__TIMED_OUT;
      else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        code = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF ? RD_KAFKA_RESP_ERR_NO_ERROR
                                                                : message->err;
      else
        {
          WeirCollectRecord *record =
              has_key (message, stream) ? read_message (stream, message) : NULL;

          if (record != NULL)
            g_ptr_array_add (records, record);
          done = message->offset + 1 >= to;
        }
      if (message != NULL)
        rd_kafka_message_destroy (message);
    }
  rd_kafka_assign (self->consumer, NULL);
  return code == RD_KAFKA_RESP_ERR_NO_ERROR || fail (self, code, error);
}

/* Goes back through the partition, which other streams share, until a record of stream is found. */
static gboolean
read_newest (WeirTarget *target, const char *stream, guint max, GPtrArray *records, GError **error)
{
  Kafka *self = (Kafka *) target;
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  rd_kafka_topic_partition_t place = { .topic = target->address->key };
  gint64 low, high, from;
  rd_kafka_resp_err_t code;

  place.partition = get_partition (self, stream, error);
  if (place.partition < 0)
    return FALSE;
  code = rd_kafka_query_watermark_offsets (self->consumer, place.topic, place.partition, &low,
                                           &high, TIMEOUT_MS);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return fail (self, code, error);
  for (; high > low && found->len == 0; high = from)
    {
      from = MAX (low, high - (gint64) MAX (max, 1000));
      place.offset = from;
      if (!read_range (self, stream, &place, high, found, error))
        {
          g_ptr_array_set_free_func (found, (GDestroyNotify) weir_collect_record_free);
          return FALSE;
        }
    }
  for (guint i = found->len; i-- > 0;)
    if (records->len < max)
      g_ptr_array_add (records, found->pdata[i]);
    else
      weir_collect_record_free (found->pdata[i]);
  return TRUE;
}

static gboolean
read_from (WeirTarget *target,
           const char *stream,
           guint64 from,
           guint max,
           GPtrArray *records,
           GError **error)
{
  g_set_error_literal (
      error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_UNSUPPORTED,
      _ ("--verify reads Redis and NATS only: a topic of Kafka may contain a record "
         "twice."));
  return FALSE;
}

/* --- Appending ------------------------------------------------------------------ */

static rd_kafka_resp_err_t
produce (Kafka *self, const WeirCollectRecord *record)
{
  WeirSpan fields[WEIR_N_FIELDS];
  WeirFieldNumbers numbers;
  char sequence[24];
  rd_kafka_headers_t *headers = rd_kafka_headers_new (WEIR_N_FIELDS + 1);
  rd_kafka_resp_err_t code;

  weir_collect_record_get_fields (record, &numbers, fields);
  g_snprintf (sequence, sizeof sequence, "%" G_GUINT64_FORMAT, record->sequence);
  rd_kafka_header_add (headers, SEQUENCE_HEADER, -1, sequence, -1);
  for (guint field = 0; field < WEIR_N_FIELDS; field++)
    rd_kafka_header_add (headers, weir_field_names[field], -1, fields[field].text,
                         (ssize_t) fields[field].length);
  code = rd_kafka_producev (self->producer, RD_KAFKA_V_TOPIC (self->parent.address->key),
                            RD_KAFKA_V_KEY (record->origin.stream, strlen (record->origin.stream)),
                            RD_KAFKA_V_VALUE ((void *) record->data.text, record->data.length),
                            RD_KAFKA_V_MSGFLAGS (RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADERS (headers),
                            RD_KAFKA_V_END);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    rd_kafka_headers_destroy (headers);
  return code;
}

static gboolean
append (
    WeirTarget *target, WeirCollectRecord *const *records, gsize n, gsize *n_stored, GError **error)
{
  Kafka *self = (Kafka *) target;
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;

  self->n_stored = 0;
  self->failure = RD_KAFKA_RESP_ERR_NO_ERROR;
  for (gsize i = 0; i < n && code == RD_KAFKA_RESP_ERR_NO_ERROR; i++)
    code = produce (self, records[i]);
  rd_kafka_flush (self->producer, TIMEOUT_MS + 1000);
  *n_stored = self->n_stored;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
    code = self->failure;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR && *n_stored < n)
    code = RD_KAFKA_RESP_ERR__TIMED_OUT;
  return code == RD_KAFKA_RESP_ERR_NO_ERROR || fail (self, code, error);
}

const WeirTargetClass weir_kafka_target_class = {
  .size = sizeof (Kafka),
  .open = open_kafka,
  .close = close_kafka,
  .read_newest = read_newest,
  .read = read_from,
  .append = append,
};
