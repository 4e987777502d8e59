/* SPDX-License-Identifier: MIT */
/*
 * WeirTarget: an engine that stores records: Redis Streams, NATS JetStream or Kafka. One thread uses it at a
 * time, and every call blocks until the engine has responded or a timeout has passed.
 *
 * The engine is the only state. The sequence number of a record is its position in the stream, and append()
 * stores a record only directly after the one before it, so that a record is stored once, and a second writer
 * is noticed.
 */
#pragma once

#include "weir-collect-record.h"

G_BEGIN_DECLS

#define WEIR_TARGET_ERROR (weir_target_error_quark ())
GQuark weir_target_error_quark (void);

typedef enum
{
  WEIR_TARGET_ERROR_UNREACHABLE, /* no connection, or it broke: try again */
  WEIR_TARGET_ERROR_FULL,        /* no memory or disk space left: try again */
  WEIR_TARGET_ERROR_DENIED,      /* credentials or permissions are wrong */
  WEIR_TARGET_ERROR_FOREIGN,     /* the key holds something else than records of Weir */
  WEIR_TARGET_ERROR_CONFLICT,    /* another program has appended to the stream */
  WEIR_TARGET_ERROR_TOO_LARGE,   /* the record is over a limit of the engine */
  WEIR_TARGET_ERROR_ADDRESS,     /* TARGET is invalid, or its kind was not built */
  WEIR_TARGET_ERROR_UNSUPPORTED, /* the engine cannot do this */
} WeirTargetError;

/* What to connect to. */
typedef struct
{
  char *scheme; /* "redis", "rediss", "nats", "kafka" */
  char *host;   /* the brokers, for Kafka */
  guint port;
  char *key; /* with {stream}, except for Kafka */
  char *user;
  char *password;
  char *display; /* "redis://HOST:PORT/KEY", for messages; without secrets */
} WeirTargetAddress;

/* Parses TARGET. A password in it is refused, since the process list would show it.
 * Returns: FALSE with error set if it is invalid. */
gboolean weir_target_address_parse (WeirTargetAddress *self, const char *target, GError **error);
void weir_target_address_clear (WeirTargetAddress *self);
/* Whether the key contains {stream}, or is a topic, in which each record has the name as its key. */
gboolean weir_target_address_has_stream (const WeirTargetAddress *self);
/* The key, subject or record key of a stream. (transfer full) */
char *weir_target_address_get_key (const WeirTargetAddress *self, const char *stream);

typedef struct _WeirTarget WeirTarget;

/* The operations of an engine. Errors are of WEIR_TARGET_ERROR. After UNREACHABLE the connection is
 * closed, and open() connects again. */
typedef struct
{
  gsize size; /* of the struct that begins with a WeirTarget; filled with zeros before init() */
  void (*init) (WeirTarget *self);  /* or NULL */
  void (*clear) (WeirTarget *self); /* frees what init() made; or NULL */
  gboolean (*open) (WeirTarget *self, GError **error);
  void (*close) (WeirTarget *self);

  /* Adds the newest records of stream to records, at most max, the newest first. It may add fewer than
   * there are, but at least one. */
  gboolean (*read_newest) (
      WeirTarget *self, const char *stream, guint max, GPtrArray *records, GError **error);

  /* Adds records from that sequence number on, at most max, in order; none at the end. */
  gboolean (*read) (WeirTarget *self,
                    const char *stream,
                    guint64 from,
                    guint max,
                    GPtrArray *records,
                    GError **error);

  /* Appends n records of one stream, whose sequence numbers are consecutive, and waits until they are
   * acknowledged. It may append only the first ones. *n_stored is how many certainly are stored, also after
   * an error. */
  gboolean (*append) (WeirTarget *self,
                      WeirCollectRecord *const *records,
                      gsize n,
                      gsize *n_stored,
                      GError **error);
} WeirTargetClass;

struct _WeirTarget
{
  const WeirTargetClass *class;
  const WeirTargetAddress *address; /* the caller's; outlives the target */
};

/* Returns: (transfer full): NULL with ADDRESS if this build has no support for the scheme. */
WeirTarget *weir_target_new (const WeirTargetAddress *address, GError **error);
void weir_target_free (WeirTarget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirTarget, weir_target_free)

extern const WeirTargetClass weir_redis_target_class;
extern const WeirTargetClass weir_nats_target_class;
extern const WeirTargetClass weir_kafka_target_class;

G_END_DECLS
