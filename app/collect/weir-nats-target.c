/* SPDX-License-Identifier: MIT */
/*
 * NATS JetStream by libnats. A record is a message with headers. Each subject gets a JetStream stream of its
 * own unless a stream has the subject already; the stream's sequence numbers are then those of the records, so
 * that a batch can be sent without waiting: each message names the sequence number that must precede it
 * (Nats-Expected-Last-Subject-Sequence), and after a refused one the server refuses all that follow.
 */
#include "weir-config.h"

#include "weir-target.h"

#include "app/engine/base/weir-json-object.h"

#include <glib/gi18n.h>
#include <nats/nats.h>
#include <string.h>

#define TIMEOUT_MS 10000
#define SEQUENCE_HEADER "Weir-Sequence"
#define EXPECTED_HEADER "Nats-Expected-Last-Subject-Sequence"
/* js_PublishMsgAsync() gives no such error, so it is read from the text. */
#define WRONG_SEQUENCE "wrong last sequence"

/* A JetStream stream that has the subject of one of our streams. */
typedef struct
{
  char *name;
  gboolean is_shared; /* it has other subjects, whose messages take sequence numbers too */
  guint64 newest;     /* sequence number of the subject's newest message; 0: none */
} Place;

typedef struct
{
  WeirTarget parent;
  natsConnection *connection;
  jsCtx *context;
  GHashTable *places; /* name of our stream → Place */

  natsSubscription *reader; /* of read_from() */
  guint64 reader_next;      /* the sequence number of the record that it gives next */

  GMutex lock;
  /* Under the lock, of the batch that is being sent: */
  gsize n_stored;
  natsStatus status; /* of the first failure */
  jsErrCode code;
  char *text;
} Nats;

static void
place_free (gpointer data)
{
  Place *place = data;

  g_free (place->name);
  g_free (place);
}

static void
close_nats (WeirTarget *target)
{
  Nats *self = (Nats *) target;

  g_clear_pointer (&self->reader, natsSubscription_Destroy);
  g_clear_pointer (&self->context, jsCtx_Destroy);
  g_clear_pointer (&self->connection, natsConnection_Destroy);
  g_hash_table_remove_all (self->places);
}

/* --- Failures ---------------------------------------------------------------- */

/* Returns: FALSE. */
static gboolean
fail (Nats *self, natsStatus status, jsErrCode code, const char *text, GError **error)
{
  const char *display = self->parent.address->display;
  const char *reason = text != NULL ? text : natsStatus_GetText (status);

  if (code == JSNotEnabledErr || code == JSNotEnabledForAccountErr || status == NATS_NO_RESPONDERS)
    g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_UNSUPPORTED,
                 _ ("%s has no JetStream. Start nats-server with -js."), display);
  else if (code == JSStreamWrongLastSequenceErr || strstr (reason, WRONG_SEQUENCE) != NULL)
    g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_CONFLICT, _ ("%s responded: %s."),
                 display, reason);
  else if (code == JSInsufficientResourcesErr || code == JSMemoryResourcesExceededErr
           || code == JSStorageResourcesExceededErr || code == JSStreamStoreFailedErr)
    g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_FULL,
                 _ ("%s is full: %s. Raise the limits of JetStream or delete old messages."),
                 display, reason);
  else if (status == NATS_MAX_PAYLOAD)
    g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_TOO_LARGE,
                 _ ("An event is larger than the limit of %s (max_payload)."), display);
  else if (status == NATS_CONNECTION_AUTH_FAILED || status == NATS_NOT_PERMITTED)
    g_set_error (
        error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_DENIED,
        _ ("%s denied access: %s. Check --to-user and --to-password, or WEIR_COLLECT_USER and "
           "WEIR_COLLECT_PASSWORD."),
        display, reason);
  else
    {
      g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_UNREACHABLE,
                   _ ("Could not reach %s: %s."), display, reason);
      close_nats (&self->parent);
    }
  return FALSE;
}

/* --- The connection ------------------------------------------------------------ */

static void
on_acknowledged (jsCtx *context, natsMsg *message, jsPubAck *ack, jsPubAckErr *refusal, void *data)
{
  Nats *self = data;

  g_mutex_lock (&self->lock);
  if (ack != NULL && self->status == NATS_OK)
    self->n_stored++;
  else if (refusal != NULL && self->status == NATS_OK)
    {
      self->status = refusal->Err;
      self->code = refusal->ErrCode;
      g_free (self->text);
      self->text = g_strdup (refusal->ErrText);
    }
  g_mutex_unlock (&self->lock);
  natsMsg_Destroy (message);
}

static natsStatus
connect_nats (Nats *self)
{
  const WeirTargetAddress *address = self->parent.address;
  g_autofree char *url = g_strdup_printf ("nats://%s:%u", address->host, address->port);
  natsOptions *options = NULL;
  jsOptions js;
  natsStatus status = natsOptions_Create (&options);

  if (status == NATS_OK)
    status = natsOptions_SetURL (options, url);
  if (status == NATS_OK)
    status = natsOptions_SetTimeout (options, TIMEOUT_MS);
  /* The writer connects again, and compares what was stored. */
  if (status == NATS_OK)
    status = natsOptions_SetAllowReconnect (options, false);
  if (status == NATS_OK && address->password != NULL)
    status = natsOptions_SetUserInfo (options, address->user != NULL ? address->user : "",
                                      address->password);
  if (status == NATS_OK)
    status = natsConnection_Connect (&self->connection, options);
  natsOptions_Destroy (options);
  jsOptions_Init (&js);
  js.Wait = TIMEOUT_MS;
  js.PublishAsync.AckHandler = on_acknowledged;
  js.PublishAsync.AckHandlerClosure = self;
  if (status == NATS_OK)
    status = natsConnection_JetStream (&self->context, self->connection, &js);
  return status;
}

static gboolean
open_nats (WeirTarget *target, GError **error)
{
  Nats *self = (Nats *) target;
  natsStatus status;

  close_nats (target);
  status = connect_nats (self);
  return status == NATS_OK || fail (self, status, 0, NULL, error);
}

/* --- The JetStream stream of a subject ------------------------------------------ */

/* Sets *name to the name of the stream that has the subject, or to NULL. (transfer full) */
static gboolean
find_name (Nats *self, const char *subject, char **name, GError **error)
{
  g_autofree char *request = g_strdup_printf ("{\"subject\":\"%s\"}", subject);
  g_autoptr (WeirJsonObject) reply = NULL;
  natsMsg *message = NULL;
  const natsStatus status =
      natsConnection_Request (&message, self->connection, "$JS.API.STREAM.NAMES", request,
                              (int) strlen (request), TIMEOUT_MS);
  const char *names = NULL;
  gsize length;

  *name = NULL;
  if (status != NATS_OK)
    return fail (self, status, 0, NULL, error);
  reply = weir_json_object_new (natsMsg_GetData (message), (gsize) natsMsg_GetDataLength (message));
  natsMsg_Destroy (message);
  if (reply != NULL)
    names = weir_json_object_peek_value (reply, "streams", &length);
  /* ["NAME"]: a name has no quotation marks and no escapes. */
  if (names != NULL && *names == '[')
    {
      g_autofree char *text = g_strndup (names, length);
      g_auto (GStrv) parts = g_strsplit (text, "\"", 3);

      if (parts[0] != NULL && parts[1] != NULL)
        *name = g_strdup (parts[1]);
    }
  return TRUE;
}

static gboolean
add_stream (Nats *self, const char *subject, GError **error)
{
  g_autofree char *name = g_strdelimit (g_strdup (subject), ".", '_'); /* it has no dots */
  const char *subjects[] = { subject };
  jsStreamConfig config;
  jsStreamInfo *info = NULL;
  jsErrCode code = 0;
  natsStatus status;

  jsStreamConfig_Init (&config);
  config.Name = name;
  config.Subjects = subjects;
  config.SubjectsLen = 1;
  status = js_AddStream (&info, self->context, &config, NULL, &code);
  jsStreamInfo_Destroy (info);
  return status == NATS_OK || fail (self, status, code, NULL, error);
}

static gboolean
is_shared (const jsStreamInfo *info, const char *subject)
{
  return info->Config->SubjectsLen != 1 || strcmp (info->Config->Subjects[0], subject) != 0;
}

/* *place is NULL if no JetStream stream has the subject. Only appending creates one. */
static gboolean
get_place (Nats *self, const char *stream, Place **place, GError **error)
{
  g_autofree char *subject = weir_target_address_get_key (self->parent.address, stream);
  g_autofree char *name = NULL;
  jsStreamInfo *info = NULL;
  jsErrCode code = 0;
  natsStatus status;

  *place = g_hash_table_lookup (self->places, stream);
  if (*place != NULL)
    return TRUE;
  if (!find_name (self, subject, &name, error))
    return FALSE;
  if (name == NULL)
    return TRUE;
  status = js_GetStreamInfo (&info, self->context, name, NULL, &code);
  if (status != NATS_OK)
    return fail (self, status, code, NULL, error);
  *place = g_new0 (Place, 1);
  (*place)->name = g_steal_pointer (&name);
  (*place)->is_shared = is_shared (info, subject);
  jsStreamInfo_Destroy (info);
  g_hash_table_insert (self->places, g_strdup (stream), *place);
  return TRUE;
}

/* --- Messages ------------------------------------------------------------------- */

/* Headers have no control characters, and lose spaces at their ends. */
static char *
escape (WeirSpan text)
{
  return g_uri_escape_bytes ((const guint8 *) text.text, text.length, "/:?&=@+,;!*'()[]$");
}

static char *
get_header_name (WeirField field)
{
  char *name = g_strconcat ("Weir-", weir_field_names[field], NULL);

  name[5] = g_ascii_toupper (name[5]);
  return name;
}

static natsStatus
set_field (natsMsg *message, WeirField field, WeirSpan text)
{
  g_autofree char *name = get_header_name (field);
  g_autofree char *value = escape (text);

  /* The library does not read a header without a value. */
  return text.length > 0 ? natsMsgHeader_Set (message, name, value) : NATS_OK;
}

static natsStatus
set_headers (natsMsg *message, const WeirCollectRecord *record)
{
  WeirSpan fields[WEIR_N_FIELDS];
  WeirFieldNumbers numbers;
  char sequence[24];
  natsStatus status;

  weir_collect_record_get_fields (record, &numbers, fields);
  g_snprintf (sequence, sizeof sequence, "%" G_GUINT64_FORMAT, record->sequence);
  status = natsMsgHeader_Set (message, SEQUENCE_HEADER, sequence);
  for (guint field = 0; field < WEIR_N_FIELDS && status == NATS_OK; field++)
    status = set_field (message, (WeirField) field, fields[field]);
  return status;
}

static natsStatus
make_message (natsMsg **message,
              const char *subject,
              const WeirCollectRecord *record,
              guint64 expected)
{
  char number[24];
  natsStatus status =
      natsMsg_Create (message, subject, NULL, record->data.text, (int) record->data.length);

  g_snprintf (number, sizeof number, "%" G_GUINT64_FORMAT, expected);
  if (status == NATS_OK)
    status = set_headers (*message, record);
  if (status == NATS_OK)
    status = natsMsgHeader_Set (*message, EXPECTED_HEADER, number);
  return status;
}

/* Returns: (transfer full): NULL if another program wrote the message. */
static WeirCollectRecord *
read_message (const char *stream, natsMsg *message)
{
  WeirSpan fields[WEIR_N_FIELDS] = { 0 };
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  const char *data = natsMsg_GetData (message);
  const char *text;

  for (guint field = 0; field < WEIR_N_FIELDS; field++)
    {
      g_autofree char *name = get_header_name ((WeirField) field);
      GBytes *value;

      fields[field].text = "";
      if (natsMsgHeader_Get (message, name, &text) != NATS_OK)
        {
          if (field == WEIR_FIELD_TYPE || field == WEIR_FIELD_ID)
            continue;
          return NULL;
        }
      value = g_uri_unescape_bytes (text, -1, NULL, NULL);
      if (value == NULL)
        return NULL;
      g_ptr_array_add (values, value);
      fields[field].text = g_bytes_get_data (value, &fields[field].length);
      if (fields[field].text == NULL)
        fields[field].text = "";
    }
  if (natsMsgHeader_Get (message, SEQUENCE_HEADER, &text) != NATS_OK || !g_ascii_isdigit (*text))
    return NULL;
  return weir_collect_record_new_from_fields (
      stream, g_ascii_strtoull (text, NULL, 10), fields,
      (WeirSpan){ data != NULL ? data : "", (gsize) natsMsg_GetDataLength (message) });
}

static gboolean
fail_foreign (Nats *self, const char *stream, GError **error)
{
  g_autofree char *subject = weir_target_address_get_key (self->parent.address, stream);

  g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_FOREIGN,
               _ ("The subject “%s” in %s contains messages of another program. Choose another "
                  "subject in --to."),
               subject, self->parent.address->display);
  return FALSE;
}

/* --- Reading --------------------------------------------------------------------- */

static gboolean
read_newest (WeirTarget *target, const char *stream, guint max, GPtrArray *records, GError **error)
{
  Nats *self = (Nats *) target;
  g_autofree char *subject = weir_target_address_get_key (target->address, stream);
  Place *place;
  natsMsg *message = NULL;
  jsErrCode code = 0;
  natsStatus status;
  WeirCollectRecord *record;

  if (!get_place (self, stream, &place, error))
    return FALSE;
  if (place == NULL)
    return TRUE;
  place->newest = 0;
  status = js_GetLastMsg (&message, self->context, place->name, subject, NULL, &code);
  if (status == NATS_NOT_FOUND)
    return TRUE;
  if (status != NATS_OK)
    return fail (self, status, code, NULL, error);
  place->newest = natsMsg_GetSequence (message);
  record = read_message (stream, message);
  natsMsg_Destroy (message);
  if (record == NULL)
    return fail_foreign (self, stream, error);
  g_ptr_array_add (records, record);
  /* The others are consecutive where the stream has no other subject. */
  for (guint64 at = place->newest - 1; at > 0 && !place->is_shared && records->len < MIN (max, 100);
       at--)
    {
      if (js_GetMsg (&message, self->context, place->name, at, NULL, &code) != NATS_OK)
        break;
      record = read_message (stream, message);
      natsMsg_Destroy (message);
      if (record == NULL)
        break;
      g_ptr_array_add (records, record);
    }
  return TRUE;
}

/* A consumer that starts at the first message of the subject. */
static gboolean
begin_reading (Nats *self, const char *stream, GError **error)
{
  g_autofree char *subject = weir_target_address_get_key (self->parent.address, stream);
  Place *place;
  jsSubOptions options;
  jsErrCode code = 0;
  natsStatus status;

  /* It was there when its newest message was read. */
  if (!get_place (self, stream, &place, error))
    return FALSE;
  if (place == NULL)
    return fail (self, NATS_NOT_FOUND, 0, NULL, error);
  g_clear_pointer (&self->reader, natsSubscription_Destroy);
  jsSubOptions_Init (&options);
  options.Stream = place->name;
  options.Ordered = true;
  options.Config.DeliverPolicy = js_DeliverAll;
  status = js_SubscribeSync (&self->reader, self->context, subject, NULL, &options, &code);
  self->reader_next = 1;
  return status == NATS_OK || fail (self, status, code, NULL, error);
}

/* *is_last: no message follows this one. */
static gboolean
take_message (
    Nats *self, const char *stream, WeirCollectRecord **record, gboolean *is_last, GError **error)
{
  natsMsg *message = NULL;
  jsMsgMetaData *data = NULL;
  const natsStatus status = natsSubscription_NextMsg (&message, self->reader, TIMEOUT_MS);

  if (status != NATS_OK)
    return fail (self, status, 0, NULL, error);
  *is_last = natsMsg_GetMetaData (&data, message) == NATS_OK && data->NumPending == 0;
  jsMsgMetaData_Destroy (data);
  *record = read_message (stream, message);
  natsMsg_Destroy (message);
  return *record != NULL || fail_foreign (self, stream, error);
}

static gboolean
read_from (WeirTarget *target,
           const char *stream,
           guint64 from,
           guint max,
           GPtrArray *records,
           GError **error)
{
  Nats *self = (Nats *) target;
  g_autoptr (GPtrArray) newest =
      g_ptr_array_new_with_free_func ((GDestroyNotify) weir_collect_record_free);
  gboolean is_last = FALSE;

  /* An ordered consumer of an empty stream would wait. */
  if (!read_newest (target, stream, 1, newest, error))
    return FALSE;
  if (newest->len == 0 || ((WeirCollectRecord *) newest->pdata[0])->sequence < from)
    return TRUE;
  if ((self->reader == NULL || self->reader_next > from) && !begin_reading (self, stream, error))
    return FALSE;
  while (records->len < max && !is_last)
    {
      WeirCollectRecord *record = NULL;

      if (!take_message (self, stream, &record, &is_last, error))
        return FALSE;
      self->reader_next = record->sequence + 1;
      if (record->sequence >= from)
        g_ptr_array_add (records, record);
      else
        weir_collect_record_free (record);
    }
  return TRUE;
}

/* --- Appending -------------------------------------------------------------------- */

static natsStatus
publish (Nats *self, const char *subject, const WeirCollectRecord *record, guint64 expected)
{
  natsMsg *message = NULL;
  natsStatus status;

  if (record->data.length + 4096 > (gsize) natsConnection_GetMaxPayload (self->connection))
    return NATS_MAX_PAYLOAD;
  status = make_message (&message, subject, record, expected);
  if (status == NATS_OK)
    status = js_PublishMsgAsync (self->context, &message, NULL);
  natsMsg_Destroy (message);
  return status;
}

/* Reads the newest message, so that the sequence number of the subject is known. */
static gboolean
find_newest (Nats *self, const char *stream, GError **error)
{
  g_autoptr (GPtrArray) newest =
      g_ptr_array_new_with_free_func ((GDestroyNotify) weir_collect_record_free);

  return read_newest (&self->parent, stream, 1, newest, error);
}

static gboolean
fail_deleted (Nats *self, const char *subject, GError **error)
{
  g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_CONFLICT,
               _ ("No JetStream stream in %s has the subject “%s” any more."),
               self->parent.address->display, subject);
  g_hash_table_remove_all (self->places);
  return FALSE;
}

/* The JetStream stream to append to, which is created for the first record. NULL with error set. */
static Place *
prepare (Nats *self, const WeirCollectRecord *first, GError **error)
{
  g_autofree char *subject =
      weir_target_address_get_key (self->parent.address, first->origin.stream);
  Place *place = g_hash_table_lookup (self->places, first->origin.stream);

  if (place != NULL)
    return place;
  if (!get_place (self, first->origin.stream, &place, error))
    return NULL;
  if (place == NULL && first->sequence > 1)
    {
      fail_deleted (self, subject, error);
      return NULL;
    }
  if (place == NULL && !add_stream (self, subject, error))
    return NULL;
  return find_newest (self, first->origin.stream, error)
             ? g_hash_table_lookup (self->places, first->origin.stream)
             : NULL;
}

static void
begin_batch (Nats *self)
{
  g_mutex_lock (&self->lock);
  self->n_stored = 0;
  self->status = NATS_OK;
  self->code = 0;
  g_clear_pointer (&self->text, g_free);
  g_mutex_unlock (&self->lock);
}

/* Waits until everything is acknowledged. Returns: the status of the first failure. */
static natsStatus
finish_batch (Nats *self, natsStatus sent)
{
  jsPubOptions options;
  natsStatus status;

  jsPubOptions_Init (&options);
  options.MaxWait = TIMEOUT_MS;
  status = js_PublishAsyncComplete (self->context, &options);
  /* The library may report acknowledgements until here. */
  g_mutex_lock (&self->lock);
  if (self->status != NATS_OK)
    status = self->status;
  g_mutex_unlock (&self->lock);
  return status != NATS_OK ? status : sent;
}

static gboolean
append (
    WeirTarget *target, WeirCollectRecord *const *records, gsize n, gsize *n_stored, GError **error)
{
  Nats *self = (Nats *) target;
  const char *stream = records[0]->origin.stream;
  g_autofree char *subject = weir_target_address_get_key (target->address, stream);
  natsStatus status = NATS_OK;
  Place *place = prepare (self, records[0], error);

  *n_stored = 0;
  if (place == NULL)
    return FALSE;
  begin_batch (self);
  /* Others take sequence numbers of a shared stream meanwhile, so that only the next one is known there. */
  for (gsize i = 0; i < (place->is_shared ? 1 : n) && status == NATS_OK; i++)
    status = publish (self, subject, records[i], place->newest + i);
  status = finish_batch (self, status);
  *n_stored = self->n_stored;
  place->newest += *n_stored;
  if (status == NATS_NO_RESPONDERS)
    return fail_deleted (self, subject, error);
  if (status != NATS_OK)
    return fail (self, status, self->code, self->text, error);
  return !place->is_shared || find_newest (self, stream, error);
}

static void
init_nats (WeirTarget *target)
{
  Nats *self = (Nats *) target;

  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, place_free);
  g_mutex_init (&self->lock);
}

static void
clear_nats (WeirTarget *target)
{
  Nats *self = (Nats *) target;

  g_hash_table_unref (self->places);
  g_free (self->text);
  g_mutex_clear (&self->lock);
}

const WeirTargetClass weir_nats_target_class = {
  .size = sizeof (Nats),
  .init = init_nats,
  .clear = clear_nats,
  .open = open_nats,
  .close = close_nats,
  .read_newest = read_newest,
  .read = read_from,
  .append = append,
};
