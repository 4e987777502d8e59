/* SPDX-License-Identifier: MIT */
/*
 * Redis Streams by hiredis. A record is an entry with the ID SEQUENCE-0, which Redis refuses if it is not
 * higher than the newest one. A batch is appended by a script, which runs as a whole or not at all, so that
 * two writers cannot interleave and a full server leaves no hole.
 */
#include "weir-config.h"

#include "weir-target.h"

#include <glib/gi18n.h>
#include <hiredis/hiredis.h>
#ifdef HAVE_HIREDIS_SSL
#include <hiredis/hiredis_ssl.h>
#endif
#include <string.h>

#define TIMEOUT_S 10
/* Arguments of one entry: its ID, the fields with their names, and the data. */
#define N_ENTRY (1 + 2 * (WEIR_N_FIELDS + 1))

/* KEYS[1]: the stream. ARGV[1]: the ID that must be the newest one, or "". The others are entries. An empty
 * stream is accepted, since its entries may have been trimmed or deleted. */
static const char script[] =
    "local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)\n"
    "if newest[1] and newest[1][1] ~= ARGV[1] then return newest[1][1] end\n"
    "for i = 2, #ARGV, " G_STRINGIFY (
        17) " do\n"
            "  redis.call('XADD', KEYS[1], unpack(ARGV, i, i + " G_STRINGIFY (16) "))\n"
                                                                                  "end\n"
                                                                                  "return 1\n";

G_STATIC_ASSERT (N_ENTRY == 17);

typedef struct
{
  WeirTarget parent;
  redisContext *context;
  GArray *arguments; /* const char * */
  GArray *lengths;   /* size_t */
} Redis;

static void
close_redis (WeirTarget *target)
{
  Redis *self = (Redis *) target;

  g_clear_pointer (&self->context, redisFree);
}

static gboolean
fail_unreachable (Redis *self, const char *reason, GError **error)
{
  g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_UNREACHABLE,
               _ ("Could not reach %s: %s."), self->parent.address->display, reason);
  close_redis (&self->parent);
  return FALSE;
}

/* The sentence for an error reply. */
static gboolean
fail_by_reply (Redis *self, const char *reply, GError **error)
{
  const char *display = self->parent.address->display;

  if (g_str_has_prefix (reply, "NOAUTH") || g_str_has_prefix (reply, "WRONGPASS")
      || g_str_has_prefix (reply, "NOPERM") || g_str_has_prefix (reply, "ERR AUTH")
      || g_str_has_prefix (reply, "ERR invalid password")
      || g_str_has_prefix (reply, "ERR Client sent AUTH"))
    g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_DENIED,
                 _ ("%s denied access: %s. Check --to-user and --to-password, or "
                    "WEIR_COLLECT_USER and WEIR_COLLECT_PASSWORD."),
                 display, reply);
  else if (g_str_has_prefix (reply, "OOM") || g_str_has_prefix (reply, "MISCONF"))
    g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_FULL,
                 _ ("%s is full: %s. Raise maxmemory of the server or delete old entries."),
                 display, reply);
  else if (g_str_has_prefix (reply, "WRONGTYPE"))
    g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_FOREIGN,
                 _ ("The key in %s is not a stream. Choose another key in --to."), display);
  else if (g_str_has_prefix (reply, "LOADING") || g_str_has_prefix (reply, "READONLY")
           || g_str_has_prefix (reply, "MASTERDOWN") || g_str_has_prefix (reply, "CLUSTERDOWN"))
    return fail_unreachable (self, reply, error);
  else
    g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_UNSUPPORTED, _ ("%s responded: %s."),
                 display, reply);
  return FALSE;
}

/* Returns: (transfer full): NULL with error set for no reply or an error. */
static redisReply *
check_reply (Redis *self, redisReply *reply, GError **error)
{
  if (reply == NULL)
    {
      fail_unreachable (self, self->context->errstr, error);
      return NULL;
    }
  if (reply->type != REDIS_REPLY_ERROR)
    return reply;
  fail_by_reply (self, reply->str, error);
  freeReplyObject (reply);
  return NULL;
}

static gboolean
authenticate (Redis *self, GError **error)
{
  const WeirTargetAddress *address = self->parent.address;
  redisReply *reply;

  if (address->password == NULL)
    return TRUE;
  reply = address->user != NULL
              ? redisCommand (self->context, "AUTH %s %s", address->user, address->password)
              : redisCommand (self->context, "AUTH %s", address->password);
  reply = check_reply (self, reply, error);
  if (reply == NULL)
    return FALSE;
  freeReplyObject (reply);
  return TRUE;
}

#ifdef HAVE_HIREDIS_SSL
static gboolean
begin_tls (Redis *self, GError **error)
{
  redisSSLContextError problem = REDIS_SSL_CTX_NONE;
  redisSSLContext *tls;
  gboolean done;

  if (strcmp (self->parent.address->scheme, "rediss") != 0)
    return TRUE;
  redisInitOpenSSL ();
  tls = redisCreateSSLContext (NULL, "/etc/ssl/certs", NULL, NULL, self->parent.address->host,
                               &problem);
  done = tls != NULL && redisInitiateSSLWithContext (self->context, tls) == REDIS_OK;
  if (!done)
    fail_unreachable (self, tls != NULL ? self->context->errstr : redisSSLContextGetError (problem),
                      error);
  if (tls != NULL)
    redisFreeSSLContext (tls);
  return done;
}
#endif

static gboolean
open_redis (WeirTarget *target, GError **error)
{
  Redis *self = (Redis *) target;
  const struct timeval timeout = { .tv_sec = TIMEOUT_S };
  redisReply *reply;

  close_redis (target);
  self->context =
      redisConnectWithTimeout (target->address->host, (int) target->address->port, timeout);
  if (self->context == NULL)
    return fail_unreachable (self, g_strerror (ENOMEM), error);
  if (self->context->err != 0)
    return fail_unreachable (self, self->context->errstr, error);
  redisSetTimeout (self->context, timeout);
  redisEnableKeepAlive (self->context);
#ifdef HAVE_HIREDIS_SSL
  if (!begin_tls (self, error))
    return FALSE;
#endif
  if (!authenticate (self, error))
    return FALSE;
  /* Fails without a password where one is needed. */
  reply = check_reply (self, redisCommand (self->context, "PING"), error);
  if (reply == NULL)
    return FALSE;
  freeReplyObject (reply);
  return TRUE;
}

/* --- Reading ---------------------------------------------------------------- */

static WeirSpan
get_text (const redisReply *reply)
{
  return reply->type == REDIS_REPLY_STRING ? (WeirSpan){ reply->str, reply->len }
                                           : (WeirSpan){ NULL, 0 };
}

/* SEQUENCE-0. */
static gboolean
parse_id (const redisReply *reply, guint64 *sequence)
{
  char *end;

  if (reply->type != REDIS_REPLY_STRING || !g_ascii_isdigit (*reply->str))
    return FALSE;
  *sequence = g_ascii_strtoull (reply->str, &end, 10);
  return strcmp (end, "-0") == 0;
}

/* Returns: (transfer full): NULL if another program wrote the entry. */
static WeirCollectRecord *
read_entry (const char *stream, const redisReply *entry)
{
  WeirSpan fields[WEIR_N_FIELDS] = { 0 };
  WeirSpan data = { 0 };
  guint64 sequence;
  const redisReply *pairs;

  if (entry->type != REDIS_REPLY_ARRAY || entry->elements != 2
      || !parse_id (entry->element[0], &sequence) || entry->element[1]->type != REDIS_REPLY_ARRAY)
    return NULL;
  pairs = entry->element[1];
  for (gsize i = 0; i + 1 < pairs->elements; i += 2)
    {
      const WeirSpan name = get_text (pairs->element[i]);

      if (name.text != NULL && strcmp (name.text, "data") == 0)
        data = get_text (pairs->element[i + 1]);
      for (guint field = 0; field < WEIR_N_FIELDS; field++)
        if (name.text != NULL && strcmp (name.text, weir_field_names[field]) == 0)
          fields[field] = get_text (pairs->element[i + 1]);
    }
  return weir_collect_record_new_from_fields (stream, sequence, fields, data);
}

static gboolean
read_entries (
    Redis *self, const char *stream, redisReply *reply, GPtrArray *records, GError **error)
{
  reply = check_reply (self, reply, error);
  if (reply == NULL)
    return FALSE;
  for (gsize i = 0; i < reply->elements; i++)
    {
      WeirCollectRecord *record = read_entry (stream, reply->element[i]);

      if (record == NULL)
        {
          g_autofree char *key = weir_target_address_get_key (self->parent.address, stream);

          g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_FOREIGN,
                       _ ("The key “%s” in %s contains entries of another program. Choose another "
                          "key in --to."),
                       key, self->parent.address->display);
          freeReplyObject (reply);
          return FALSE;
        }
      g_ptr_array_add (records, record);
    }
  freeReplyObject (reply);
  return TRUE;
}

static gboolean
read_newest (WeirTarget *target, const char *stream, guint max, GPtrArray *records, GError **error)
{
  Redis *self = (Redis *) target;
  g_autofree char *key = weir_target_address_get_key (target->address, stream);

  return read_entries (self, stream,
                       redisCommand (self->context, "XREVRANGE %s + - COUNT %u", key, max), records,
                       error);
}

static gboolean
read_from (WeirTarget *target,
           const char *stream,
           guint64 from,
           guint max,
           GPtrArray *records,
           GError **error)
{
  Redis *self = (Redis *) target;
  g_autofree char *key = weir_target_address_get_key (target->address, stream);

  return read_entries (self, stream,
                       redisCommand (self->context, "XRANGE %s %llu-0 + COUNT %u", key,
                                     (unsigned long long) from, max),
                       records, error);
}

/* --- Appending -------------------------------------------------------------- */

static void
add_argument (Redis *self, const char *bytes, gsize length)
{
  g_array_append_val (self->arguments, bytes);
  g_array_append_val (self->lengths, length);
}

static void
add_text (Redis *self, WeirSpan text)
{
  add_argument (self, text.text, text.length);
}

static void
add_record (Redis *self, const WeirCollectRecord *record, char id[32], WeirFieldNumbers *numbers)
{
  WeirSpan fields[WEIR_N_FIELDS];

  weir_collect_record_get_fields (record, numbers, fields);
  g_snprintf (id, 32, "%" G_GUINT64_FORMAT "-0", record->sequence);
  add_text (self, weir_span (id));
  for (guint i = 0; i < WEIR_N_FIELDS; i++)
    {
      add_text (self, weir_span (weir_field_names[i]));
      add_text (self, fields[i]);
    }
  add_text (self, weir_span ("data"));
  add_text (self, record->data);
}

static gboolean
append (
    WeirTarget *target, WeirCollectRecord *const *records, gsize n, gsize *n_stored, GError **error)
{
  Redis *self = (Redis *) target;
  g_autofree char *key = weir_target_address_get_key (target->address, records[0]->origin.stream);
  g_autofree char (*ids)[32] = g_malloc_n (n, sizeof *ids);
  g_autofree WeirFieldNumbers *numbers = g_new (WeirFieldNumbers, n);
  char newest[32] = "";
  redisReply *reply;
  gboolean is_stored;

  *n_stored = 0;
  if (records[0]->sequence > 1)
    g_snprintf (newest, sizeof newest, "%" G_GUINT64_FORMAT "-0", records[0]->sequence - 1);
  g_array_set_size (self->arguments, 0);
  g_array_set_size (self->lengths, 0);
  add_text (self, weir_span ("EVAL"));
  add_text (self, weir_span (script));
  add_text (self, weir_span ("1"));
  add_text (self, weir_span (key));
  add_text (self, weir_span (newest));
  for (gsize i = 0; i < n; i++)
    add_record (self, records[i], ids[i], &numbers[i]);
  reply = redisCommandArgv (self->context, (int) self->arguments->len,
                            (const char **) self->arguments->data, (size_t *) self->lengths->data);
  reply = check_reply (self, reply, error);
  if (reply == NULL)
    return FALSE;
  is_stored = reply->type == REDIS_REPLY_INTEGER;
  if (is_stored)
    *n_stored = n;
  else
    g_set_error (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_CONFLICT,
                 _ ("The newest entry of “%s” is %s, and not %s."), key,
                 reply->type == REDIS_REPLY_STRING ? reply->str : "?",
                 *newest != '\0' ? newest : "0-0");
  freeReplyObject (reply);
  return is_stored;
}

static void
init_redis (WeirTarget *target)
{
  Redis *self = (Redis *) target;

  self->arguments = g_array_new (FALSE, FALSE, sizeof (const char *));
  self->lengths = g_array_new (FALSE, FALSE, sizeof (gsize));
}

static void
clear_redis (WeirTarget *target)
{
  Redis *self = (Redis *) target;

  g_array_unref (self->arguments);
  g_array_unref (self->lengths);
}

const WeirTargetClass weir_redis_target_class = {
  .size = sizeof (Redis),
  .init = init_redis,
  .clear = clear_redis,
  .open = open_redis,
  .close = close_redis,
  .read_newest = read_newest,
  .read = read_from,
  .append = append,
};
