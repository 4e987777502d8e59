/* SPDX-License-Identifier: MIT */
/*
 * weir-stream-config: the settings of a stream as the user entered them. Plain data for one
 * thread. They are validated when a request is created from them.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "app/engine/base/weir-json-object.h"
#include "app/engine/http/weir-request.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_AUTH_NONE,
  WEIR_AUTH_BEARER,
  WEIR_AUTH_BASIC,
} WeirAuth;

typedef struct
{
  char *uuid;    /* names it in the session file and in the keyring */
  char *name;    /* as the person called it; NULL: after its address */
  char *address; /* a URL, or a file's path */
  char *method;  /* NULL: GET, or POST with a body */
  char *headers; /* "Name: value" lines; NULL: none */
  WeirAuth auth;
  char *user;   /* basic */
  char *secret; /* bearer's token, or basic's password */
  char *body;   /* NULL: none */
  char *last_event_id;
  char *proxy;
  char *ca_file;
  char *certificate_file;
  char *numbered_by;  /* what numbers its events: "id" or a JSON path; NULL: none is known */
  char *recordings;   /* paths of what was recorded of it, one a line; NULL: none */
  char *alert_filter; /* filter of the alert on matching events; NULL for none */
  gboolean insecure;
  gboolean no_reconnect;
  gboolean repeat_body;
  gboolean http1;
  gboolean no_record;    /* overrides the preference */
  gboolean is_temporary; /* not saved, because its server ends with the program */
  gboolean was_loaded;   /* from the session file: "***" means a secret that is in the keyring */
  guint retry_ms;        /* 0: the default; so the others */
  guint idle_timeout_ms;
  guint max_attempts;
  guint alert_silence_s; /* seconds until the alert on silence; 0 for none */
  char *others; /* members of the session file that are not known, as written; NULL: none */
} WeirStreamConfig;

WeirStreamConfig *weir_stream_config_new (const char *address);
/* The copy gets a new uuid. */
WeirStreamConfig *weir_stream_config_duplicate (const WeirStreamConfig *self);
/* The copy keeps the uuid. */
WeirStreamConfig *weir_stream_config_copy (const WeirStreamConfig *self);
void weir_stream_config_free (WeirStreamConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirStreamConfig, weir_stream_config_free)

/* The name that was given, or one made of the address: "localhost:3000/events". (transfer full) */
char *weir_stream_config_get_title (const WeirStreamConfig *self);

/* Returns: NULL with one sentence if a setting is invalid. */
WeirRequest *weir_stream_config_to_request (const WeirStreamConfig *self, GError **error);

/* TRUE if it may be reopened at start without asking: a GET request without a body. */
gboolean weir_stream_config_is_harmless (const WeirStreamConfig *self);

/* TRUE for recordings and large files, which stay on disk. Small files are read like a
 * stream. */
gboolean weir_stream_config_is_read_from_disk (const WeirStreamConfig *self);

/* For the session file: secrets are replaced by "***". Without the members of others. */
JsonNode *weir_stream_config_to_json (const WeirStreamConfig *self);
/* Returns NULL if object has no address. */
WeirStreamConfig *weir_stream_config_from_json (const WeirJsonObject *object);

/* The settings of the alerts, see above. */
void weir_stream_config_set_alert (WeirStreamConfig *self, const char *filter, guint silence_s);

/* Follows the recording at from to another path, as what was recorded and as what is opened. */
void weir_stream_config_rename_recording (WeirStreamConfig *self, const char *from, const char *to);

/* Paths of its recordings that still exist. (transfer full) */
char **weir_stream_config_get_recordings (const WeirStreamConfig *self);
void weir_stream_config_add_recording (WeirStreamConfig *self, const char *path);

/* The secrets as one text for the keyring: the whole address, proxy or headers if they contain any, and
 * the token or password. Returns NULL if there are none, or if they are missing. */
char *weir_stream_config_get_secrets (const WeirStreamConfig *self);
/* Restores what weir_stream_config_get_secrets() returned, except into what has been edited since. */
void weir_stream_config_set_secrets (WeirStreamConfig *self, const char *secrets);
/* Whether secrets of a loaded stream have neither been restored nor entered again. */
gboolean weir_stream_config_lacks_secrets (const WeirStreamConfig *self);
/* Whether the settings can be used for another address: secrets must not reach another host. */
gboolean weir_stream_config_can_move (const WeirStreamConfig *self, const char *address);

G_END_DECLS
