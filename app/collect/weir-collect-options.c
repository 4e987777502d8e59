/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-collect-options.h"

#include "app/engine/base/weir-arguments.h"

#include <glib/gi18n.h>
#include <string.h>

#define COMMON_GROUP "collect"

void
weir_collect_stream_free (WeirCollectStream *self)
{
  g_free (self->name);
  g_clear_object (&self->request);
  g_free (self->settings);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirCollectStream, weir_collect_stream_free)

void
weir_collect_options_clear (WeirCollectOptions *self)
{
  weir_target_address_clear (&self->to);
  g_clear_pointer (&self->streams, g_ptr_array_unref);
  g_free (self->config);
  g_free (self->dead_letter);
  g_free (self->metrics);
  *self = (WeirCollectOptions){ 0 };
}

static gboolean
refuse (GError **error, char *sentence)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, sentence);
  g_free (sentence);
  return FALSE;
}

/* --- Names ------------------------------------------------------------------ */

/* Letters, digits, '-' and '_' are part of a key of every engine; others become '-'. */
static char *
make_name (const char *text)
{
  char *name = g_strdup (text);

  g_strcanon (name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_", '-');
  return name;
}

/* host and path of an address, or the name of a file. */
static char *
get_default_name (WeirRequest *request)
{
  const char *path = weir_request_get_path (request);
  g_autoptr (GUri) uri = NULL;
  g_autofree char *text = NULL;

  if (path != NULL)
    text = g_path_get_basename (path);
  else if ((uri = g_uri_parse (weir_request_get_url (request), G_URI_FLAGS_NONE, NULL)) != NULL)
    text = g_strconcat (g_uri_get_host (uri), g_uri_get_path (uri), NULL);
  if (text == NULL || *text == '\0')
    return g_strdup ("stream");
  while (g_str_has_suffix (text, "/"))
    text[strlen (text) - 1] = '\0';
  return make_name (text);
}

static gboolean
check_names (GPtrArray *streams, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < streams->len; i++)
    {
      const WeirCollectStream *stream = streams->pdata[i];

      if (!g_hash_table_add (names, stream->name))
        return refuse (error,
                       g_strdup_printf (_ ("Two streams have the name “%s”. Give each its own by "
                                           "--name, or by name= in the configuration."),
                                        stream->name));
    }
  return TRUE;
}

/* --- The configuration file -------------------------------------------------- */

typedef enum
{
  TEXT,
  TRUTH,
  NUMBER,
} Kind;

typedef struct
{
  const char *key;
  Kind kind;
  gsize offset; /* in WeirRequestOptions, for TRUTH and NUMBER */
  guint least;
} Key;

#define OPTION(member) G_STRUCT_OFFSET (WeirRequestOptions, member)

/* Those of a saved stream, except that secrets are read from files. */
static const Key keys[] = {
  { "address", TEXT },
  { "name", TEXT },
  { "method", TEXT },
  { "headers", TEXT },
  { "bearer-file", TEXT },
  { "user", TEXT },
  { "password-file", TEXT },
  { "body", TEXT },
  { "last-event-id", TEXT },
  { "proxy", TEXT },
  { "ca-file", TEXT },
  { "certificate-file", TEXT },
  { "insecure", TRUTH, OPTION (insecure) },
  { "no-reconnect", TRUTH, OPTION (no_reconnect) },
  { "repeat-body", TRUTH, OPTION (repeat_body) },
  { "http1", TRUTH, OPTION (http1) },
  { "retry-ms", NUMBER, OPTION (retry_ms), 100 },
  { "idle-timeout-ms", NUMBER, OPTION (idle_timeout_ms), 1 },
  { "max-attempts", NUMBER, OPTION (max_attempts), 1 },
};

static const char *const common_keys[] = { "to",      "user",        "password-file",
                                           "metrics", "dead-letter", NULL };

/* The file, to name lines. */
typedef struct
{
  const char *path;
  const char *text;
  GKeyFile *keys;
} Config;

/* The number of the line of key in group, or of the group if key is NULL or not in it. */
static guint
find_line (const Config *self, const char *group, const char *key)
{
  g_auto (GStrv) lines = g_strsplit (self->text, "\n", -1);
  g_autofree char *header = g_strdup_printf ("[%s]", group);
  guint found = 1;
  gboolean inside = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (*line == '[')
        {
          inside = strcmp (line, header) == 0;
          if (inside)
            found = i + 1;
        }
      else if (inside && key != NULL && g_str_has_prefix (line, key)
               && strchr (" \t=", line[strlen (key)]) != NULL)
        return i + 1;
    }
  return found;
}

/* Prefixes problem with the file and the line. */
static gboolean
fail_at (
    const Config *self, const char *group, const char *key, const char *problem, GError **error)
{
  return refuse (error, g_strdup_printf (_ ("%s, line %u: %s"), self->path,
                                         find_line (self, group, key), problem));
}

static const Key *
find_key (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i].key, name) == 0)
      return &keys[i];
  return NULL;
}

static gboolean
check_keys (const Config *self, const char *group, GError **error)
{
  g_auto (GStrv) names = g_key_file_get_keys (self->keys, group, NULL, NULL);
  const gboolean is_common = strcmp (group, COMMON_GROUP) == 0;

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    if (is_common ? !g_strv_contains (common_keys, names[i]) : find_key (names[i]) == NULL)
      {
        g_autofree char *problem = g_strdup_printf (_ ("The key “%s” is unknown."), names[i]);

        return fail_at (self, group, names[i], problem, error);
      }
  return TRUE;
}

/* (transfer full): NULL if the key is not there. */
static char *
get_text (const Config *self, const char *group, const char *key)
{
  return g_key_file_get_string (self->keys, group, key, NULL);
}

/* The content of the file that key names.
 * Returns: (transfer full): NULL if there is no such key, or with error set. */
static char *
get_secret (const Config *self, const char *group, const char *key, GError **error)
{
  g_autofree char *path = get_text (self, group, key);
  g_autofree char *value = NULL;
  g_autoptr (GError) problem = NULL;
  char *secret;

  if (path == NULL)
    return NULL;
  value = g_strconcat ("@", path, NULL);
  secret = weir_arguments_load_line (key, value, &problem);
  if (secret == NULL)
    fail_at (self, group, key, problem->message, error);
  return secret;
}

static gboolean
read_option (const Config *self,
             const char *group,
             const Key *key,
             WeirRequestOptions *options,
             GError **error)
{
  g_autoptr (GError) problem = NULL;
  gpointer place = G_STRUCT_MEMBER_P (options, key->offset);
  g_autofree char *text = get_text (self, group, key->key);

  if (text == NULL || key->kind == TEXT)
    return TRUE;
  if (key->kind == TRUTH)
    *(gboolean *) place = g_key_file_get_boolean (self->keys, group, key->key, &problem);
  else
    {
      const WeirNumberOption number_option = { key->key, key->least, G_MAXINT32 };
      gint64 number = 0;

      if (weir_arguments_read_number (&number_option, text, &number, &problem))
        *(guint *) place = (guint) number;
    }
  return problem == NULL || fail_at (self, group, key->key, problem->message, error);
}

typedef gboolean (*SetText) (WeirRequest *request, const char *text, GError **error);

static gboolean
set_body (WeirRequest *request, const char *text, GError **error)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  weir_request_set_body (request, body);
  return TRUE;
}

static gboolean
set_headers (WeirRequest *request, const char *text, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0' && !weir_request_add_header_line (request, lines[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
set_certificate (WeirRequest *request, const char *text, GError **error)
{
  return weir_request_set_client_certificate (request, text, NULL, error);
}

static gboolean
set_texts (const Config *self, const char *group, WeirRequest *request, GError **error)
{
  static const struct
  {
    const char *key;
    SetText set;
  } setters[] = {
    { "method", weir_request_set_method },
    { "headers", set_headers },
    { "body", set_body },
    { "last-event-id", weir_request_set_last_event_id },
    { "proxy", weir_request_set_proxy },
    { "ca-file", weir_request_set_ca_file },
    { "certificate-file", set_certificate },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (setters); i++)
    {
      g_autofree char *text = get_text (self, group, setters[i].key);
      g_autoptr (GError) problem = NULL;

      if (text != NULL && !setters[i].set (request, text, &problem))
        return fail_at (self, group, setters[i].key, problem->message, error);
    }
  return TRUE;
}

static gboolean
set_credentials (const Config *self, const char *group, WeirRequest *request, GError **error)
{
  g_autofree char *user = get_text (self, group, "user");
  g_autoptr (GError) problem = NULL;
  g_autofree char *bearer = get_secret (self, group, "bearer-file", &problem);
  g_autofree char *password =
      problem == NULL ? get_secret (self, group, "password-file", &problem) : NULL;

  if (problem == NULL && bearer != NULL && user != NULL)
    return fail_at (self, group, "user", _ ("Give bearer-file or user, not both."), error);
  if (problem == NULL && (user == NULL) != (password == NULL))
    return fail_at (self, group, user != NULL ? "user" : "password-file",
                    _ ("user and password-file belong together."), error);
  if (problem == NULL && bearer != NULL)
    weir_request_set_bearer (request, bearer, &problem);
  if (problem == NULL && user != NULL)
    weir_request_set_basic (request, user, password, &problem);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Returns: (transfer full): NULL with error set. */
static WeirCollectStream *
read_stream (const Config *self, const char *group, GError **error)
{
  g_autoptr (WeirCollectStream) stream = g_new0 (WeirCollectStream, 1);
  g_autofree char *address = get_text (self, group, "address");
  g_autofree char *name = get_text (self, group, "name");
  g_autoptr (GString) settings = g_string_new (NULL);
  g_autoptr (GError) problem = NULL;

  if (address == NULL)
    {
      fail_at (self, group, NULL, _ ("The group has no key “address”."), error);
      return NULL;
    }
  stream->request = weir_request_new (address, &problem);
  if (stream->request == NULL)
    {
      fail_at (self, group, "address", problem->message, error);
      return NULL;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *text = get_text (self, group, keys[i].key);

      g_string_append_printf (settings, "%s\n", text != NULL ? text : "");
      if (!read_option (self, group, &keys[i], weir_request_get_options (stream->request), error))
        return NULL;
    }
  if (!set_texts (self, group, stream->request, error)
      || !set_credentials (self, group, stream->request, error))
    return NULL;
  stream->name = make_name (name != NULL ? name : group);
  stream->settings = g_string_free (g_steal_pointer (&settings), FALSE);
  return g_steal_pointer (&stream);
}

/* Loads the file and checks all groups. */
static gboolean
load_config (Config *self, char **text, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gsize length;

  if (!g_file_get_contents (self->path, text, &length, &problem))
    return refuse (error,
                   g_strdup_printf (_ ("The configuration cannot be read. %s"), problem->message));
  self->text = *text;
  self->keys = g_key_file_new ();
  if (!g_key_file_load_from_data (self->keys, *text, length, G_KEY_FILE_NONE, &problem))
    return refuse (
        error, g_strdup_printf (_ ("%s is not a configuration. %s"), self->path, problem->message));
  return TRUE;
}

static GPtrArray *
read_streams (const Config *self, GError **error)
{
  g_autoptr (GPtrArray) streams =
      g_ptr_array_new_with_free_func ((GDestroyNotify) weir_collect_stream_free);
  g_auto (GStrv) groups = g_key_file_get_groups (self->keys, NULL);

  for (gsize i = 0; groups[i] != NULL; i++)
    {
      WeirCollectStream *stream;

      if (!check_keys (self, groups[i], error))
        return NULL;
      if (strcmp (groups[i], COMMON_GROUP) == 0)
        continue;
      stream = read_stream (self, groups[i], error);
      if (stream == NULL)
        return NULL;
      g_ptr_array_add (streams, stream);
    }
  return check_names (streams, error) ? g_steal_pointer (&streams) : NULL;
}

GPtrArray *
weir_collect_options_read_streams (const char *path, GError **error)
{
  Config config = { .path = path };
  g_autofree char *text = NULL;
  GPtrArray *streams = load_config (&config, &text, error) ? read_streams (&config, error) : NULL;

  g_clear_pointer (&config.keys, g_key_file_unref);
  return streams;
}

/* --- The command line -------------------------------------------------------- */

/* As GOption fills it in. */
typedef struct
{
  char *to, *user, *password, *config, *dead_letter, *metrics, *verify;
  char **names;
  char **rest;
  gboolean version;
} Parsed;

static void
parsed_clear (Parsed *self)
{
  g_free (self->to);
  g_free (self->user);
  g_free (self->password);
  g_free (self->config);
  g_free (self->dead_letter);
  g_free (self->metrics);
  g_free (self->verify);
  g_strfreev (self->names);
  g_strfreev (self->rest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parsed, parsed_clear)

/* What the command line leaves out. */
static gboolean
add_common_keys (Parsed *parsed, const char *path, GError **error)
{
  Config config = { .path = path };
  g_autofree char *text = NULL;
  g_autoptr (GKeyFile) file = NULL;
  g_autofree char *password = NULL;
  g_autoptr (GError) problem = NULL;
  struct
  {
    const char *key;
    char **value;
  } values[] = { { "to", &parsed->to },
                 { "user", &parsed->user },
                 { "metrics", &parsed->metrics },
                 { "dead-letter", &parsed->dead_letter } };

  if (!load_config (&config, &text, error))
    {
      g_clear_pointer (&config.keys, g_key_file_unref);
      return FALSE;
    }
  file = config.keys;
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    if (*values[i].value == NULL)
      *values[i].value = get_text (&config, COMMON_GROUP, values[i].key);
  password = get_text (&config, COMMON_GROUP, "password-file");
  if (parsed->password == NULL && password != NULL)
    parsed->password = g_strconcat ("@", password, NULL);
  return TRUE;
}

static gboolean
read_credentials (WeirTargetAddress *to, const Parsed *parsed, GError **error)
{
  const char *user = parsed->user != NULL ? parsed->user : g_getenv ("WEIR_COLLECT_USER");
  const char *password = g_getenv ("WEIR_COLLECT_PASSWORD");

  to->user = g_strdup (user);
  if (parsed->password == NULL)
    {
      to->password = g_strdup (password);
      return TRUE;
    }
  if (*parsed->password != '@')
    return refuse (error,
                   g_strdup (_ ("--to-password takes @FILE, since the process list would show "
                                "a password. Or set WEIR_COLLECT_PASSWORD.")));
  to->password = weir_arguments_load_line ("--to-password", parsed->password, error);
  return to->password != NULL;
}

static gboolean
add_streams (WeirCollectOptions *self, const Parsed *parsed, GError **error)
{
  const guint n_names = parsed->names != NULL ? g_strv_length (parsed->names) : 0;
  const guint n_streams = parsed->rest != NULL ? g_strv_length (parsed->rest) : 0;

  if (n_names > n_streams && !self->verify)
    return refuse (error, g_strdup (_ ("There are more --name options than streams.")));
  for (guint i = 0; i < n_streams; i++)
    {
      WeirCollectStream *stream;
      g_autoptr (WeirRequest) request = weir_request_new (parsed->rest[i], error);

      if (request == NULL)
        return FALSE;
      stream = g_new0 (WeirCollectStream, 1);
      stream->name = i < n_names ? make_name (parsed->names[i]) : get_default_name (request);
      stream->request = g_steal_pointer (&request);
      stream->settings = g_strdup (parsed->rest[i]);
      g_ptr_array_add (self->streams, stream);
    }
  return check_names (self->streams, error);
}

/* --verify has a whole key, or {stream} and --name. */
static gboolean
take_verify (WeirCollectOptions *self, const Parsed *parsed, GError **error)
{
  const gboolean has_name = parsed->names != NULL && parsed->names[0] != NULL;
  WeirCollectStream *stream;

  if (parsed->rest != NULL)
    return refuse (error, g_strdup (_ ("--verify reads what was collected, and takes no stream.")));
  if (weir_target_address_has_stream (&self->to) && !has_name)
    return refuse (error,
                   g_strdup (_ ("--verify needs the name of the stream: give --name=NAME, or "
                                "the whole key instead of {stream}.")));
  stream = g_new0 (WeirCollectStream, 1);
  stream->name = has_name ? make_name (parsed->names[0]) : g_strdup (self->to.key);
  g_ptr_array_add (self->streams, stream);
  return TRUE;
}

static gboolean
take_streams (WeirCollectOptions *self, Parsed *parsed, GError **error)
{
  if (!weir_target_address_has_stream (&self->to))
    return refuse (error, g_strdup_printf (_ ("“%s” in --to does not contain {stream}, which is "
                                              "replaced by the name of each stream."),
                                           self->to.key));
  if (self->config != NULL)
    {
      if (parsed->rest != NULL)
        return refuse (error,
                       g_strdup (_ ("Give streams on the command line or --config, not both.")));
      g_clear_pointer (&self->streams, g_ptr_array_unref);
      self->streams = weir_collect_options_read_streams (self->config, error);
      if (self->streams == NULL)
        return FALSE;
    }
  else if (!add_streams (self, parsed, error))
    return FALSE;
  if (self->streams->len == 0)
    return refuse (error, g_strdup (_ ("Which streams? Give their addresses, or --config=FILE.")));
  return TRUE;
}

static gboolean
take (WeirCollectOptions *self, Parsed *parsed, GError **error)
{
  const char *to;

  self->streams = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_collect_stream_free);
  self->config = g_strdup (parsed->config);
  self->verify = parsed->verify != NULL;
  if (self->config != NULL && !add_common_keys (parsed, self->config, error))
    return FALSE;
  to = self->verify ? parsed->verify : parsed->to;
  if (to == NULL)
    return refuse (error, g_strdup (_ ("Where to? Give --to=redis://HOST:PORT/KEY{stream}, "
                                       "--to=nats://HOST:PORT/SUBJECT.{stream} or "
                                       "--to=kafka://BROKERS/TOPIC.")));
  if (!weir_target_address_parse (&self->to, to, error)
      || !read_credentials (&self->to, parsed, error))
    return FALSE;
  self->metrics = g_strdup (parsed->metrics);
  self->dead_letter = g_strdup (parsed->dead_letter);
  return self->verify ? take_verify (self, parsed, error) : take_streams (self, parsed, error);
}

gboolean
weir_collect_options_parse (WeirCollectOptions *self, int argc, char **argv, GError **error)
{
  g_auto (Parsed) parsed = { 0 };
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &parsed.to,
      N_ ("Store the events there: redis://HOST:PORT/KEY{stream}, "
          "nats://HOST:PORT/SUBJECT.{stream} "
          "or kafka://BROKERS/TOPIC"),
      N_ ("TARGET") },
    { "name", 0, 0, G_OPTION_ARG_STRING_ARRAY, &parsed.names,
      N_ ("The name of the stream; the first --name is for the first stream (default: from its "
          "host "
          "and path)"),
      N_ ("NAME") },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &parsed.config,
      N_ ("Read streams and settings from a file; SIGHUP reads it again"), N_ ("FILE") },
    { "to-user", 0, 0, G_OPTION_ARG_STRING, &parsed.user,
      N_ ("Log in to the target with this name (or WEIR_COLLECT_USER)"), N_ ("NAME") },
    { "to-password", 0, 0, G_OPTION_ARG_STRING, &parsed.password,
      N_ ("Log in to the target with the password in this file (or WEIR_COLLECT_PASSWORD)"),
      N_ ("@FILE") },
    { "dead-letter", 0, 0, G_OPTION_ARG_FILENAME, &parsed.dead_letter,
      N_ ("Append events that the target refuses to a file, and go on"), N_ ("FILE") },
    { "metrics", 0, 0, G_OPTION_ARG_STRING, &parsed.metrics,
      N_ ("Serve metrics for Prometheus at this address"), N_ ("HOST:PORT") },
    { "verify", 0, 0, G_OPTION_ARG_STRING, &parsed.verify,
      N_ ("Read a stream back, and report holes and gaps"), N_ ("TARGET") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &parsed.version, N_ ("Print the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &parsed.rest, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("[URL|RECORDING…]"));

  *self = (WeirCollectOptions){ 0 };
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _ ("Collects event streams into Redis, NATS or Kafka."));
  if (!weir_arguments_parse (context, &argc, &argv, error))
    return FALSE;
  if (parsed.version)
    {
      g_print ("weir-collect %s\n", WEIR_VERSION);
      self->is_done = TRUE;
      return TRUE;
    }
  return take (self, &parsed, error);
}
