/* SPDX-License-Identifier: MIT */
#include "weir-curl.h"

#include "weir-command-words.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

/* What the command has set so far. */
typedef struct
{
  WeirStreamConfig *config;
  gboolean has_type; /* a Content-Type header was given */
  gboolean as_query; /* -G: the data belong to the address */
} Command;

/* Returns FALSE with a sentence if the value cannot be used. */
typedef gboolean (*Take) (Command *self, const char *value, GError **error);

static void
replace (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

/* --- Values -------------------------------------------------------------- */

static gboolean
refuse_file (const char *argument, const char *file, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               _ ("The command sends the file “%s”. Replace “%s” with the contents of the file."),
               file, argument);
  return FALSE;
}

/* "Name:value" as "Name: value", and "Name;", which curl sends without a value, as "Name:". NULL: curl
 * leaves out the header of that name. (transfer full) */
static char *
normalise_header (const char *line)
{
  const char *colon = strchr (line, ':');
  const gsize length = strlen (line);

  if (colon == NULL)
    return length > 1 && line[length - 1] == ';' ? g_strdup_printf ("%.*s:", (int) length - 1, line)
                                                 : g_strdup (line);
  if (colon[1 + strspn (colon + 1, " \t")] == '\0')
    return NULL;
  return g_strdup_printf ("%.*s: %s", (int) (colon - line), line,
                          colon + 1 + strspn (colon + 1, " "));
}

static gboolean
take_header (Command *self, const char *line, GError **error)
{
  static const char bearer[] = "Authorization: Bearer ";
  static const char accept[] = "Accept: text/event-stream";
  static const char id[] = "Last-Event-ID: ";
  WeirStreamConfig *config = self->config;
  g_autofree char *value = NULL;
  char *all;

  if (*line == '@')
    return refuse_file (line, line + 1, error);
  value = normalise_header (line);
  if (value == NULL || g_ascii_strcasecmp (value, accept) == 0)
    return TRUE;
  if (g_ascii_strncasecmp (value, bearer, strlen (bearer)) == 0)
    {
      config->auth = WEIR_AUTH_BEARER;
      replace (&config->secret, value + strlen (bearer));
      return TRUE;
    }
  if (g_ascii_strncasecmp (value, id, strlen (id)) == 0)
    {
      replace (&config->last_event_id, value + strlen (id));
      return TRUE;
    }
  /* Weir sets both itself. */
  if (g_ascii_strncasecmp (value, "Content-Length:", strlen ("Content-Length:")) == 0
      || g_ascii_strncasecmp (value, "Connection:", strlen ("Connection:")) == 0)
    return TRUE;
  if (g_ascii_strncasecmp (value, "Content-Type:", strlen ("Content-Type:")) == 0)
    self->has_type = TRUE;
  all = g_strconcat (config->headers != NULL ? config->headers : "", value, "\n", NULL);
  g_free (config->headers);
  config->headers = all;
  return TRUE;
}

static gboolean
take_named_header (Command *self, const char *name, const char *value)
{
  g_autofree char *line = g_strdup_printf ("%s: %s", name, value);

  return take_header (self, line, NULL);
}

static gboolean
take_cookie (Command *self, const char *value, GError **error)
{
  if (strchr (value, '=') == NULL)
    return refuse_file (value, value, error);
  return take_named_header (self, "Cookie", value);
}

static gboolean
take_agent (Command *self, const char *value, GError **error)
{
  return take_named_header (self, "User-Agent", value);
}

static gboolean
take_referer (Command *self, const char *value, GError **error)
{
  return take_named_header (self, "Referer", value);
}

static gboolean
take_method (Command *self, const char *value, GError **error)
{
  replace (&self->config->method, value);
  return TRUE;
}

static gboolean
take_raw_body (Command *self, const char *value, GError **error)
{
  WeirStreamConfig *config = self->config;
  char *all =
      config->body == NULL ? g_strdup (value) : g_strdup_printf ("%s&%s", config->body, value);

  g_free (config->body);
  config->body = all;
  return TRUE;
}

static gboolean
take_body (Command *self, const char *value, GError **error)
{
  if (*value != '@')
    return take_raw_body (self, value, error);
  return refuse_file (value, value + 1, error);
}

static gboolean
take_json (Command *self, const char *value, GError **error)
{
  return take_body (self, value, error)
         && (self->has_type || take_header (self, "Content-Type: application/json", error));
}

/* "content", "=content" and "name=content". */
static gboolean
take_encoded (Command *self, const char *value, GError **error)
{
  const char *equals = strchr (value, '=');
  const char *content = equals != NULL ? equals + 1 : value;
  g_autofree char *escaped = g_uri_escape_string (content, NULL, FALSE);
  g_autofree char *name = equals > value ? g_strndup (value, (gsize) (equals + 1 - value)) : NULL;
  g_autofree char *field = g_strconcat (name != NULL ? name : "", escaped, NULL);

  if (equals == NULL && strchr (value, '@') != NULL)
    return take_body (self, strchr (value, '@'), error);
  return take_raw_body (self, field, error);
}

static gboolean
take_user (Command *self, const char *value, GError **error)
{
  WeirStreamConfig *config = self->config;
  const char *colon = strchr (value, ':');

  config->auth = WEIR_AUTH_BASIC;
  g_free (config->user);
  config->user = colon != NULL ? g_strndup (value, (gsize) (colon - value)) : g_strdup (value);
  replace (&config->secret, colon != NULL ? colon + 1 : "");
  return TRUE;
}

static gboolean
take_bearer (Command *self, const char *value, GError **error)
{
  self->config->auth = WEIR_AUTH_BEARER;
  replace (&self->config->secret, value);
  return TRUE;
}

static gboolean
take_proxy (Command *self, const char *value, GError **error)
{
  replace (&self->config->proxy, value);
  return TRUE;
}

static gboolean
take_authorities (Command *self, const char *value, GError **error)
{
  replace (&self->config->ca_file, value);
  return TRUE;
}

static gboolean
take_certificate (Command *self, const char *value, GError **error)
{
  replace (&self->config->certificate_file, value);
  return TRUE;
}

static gboolean
take_address (Command *self, const char *value, GError **error)
{
  if (self->config->address != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("The command has several addresses, “%s” and “%s”. Paste a command with one "
                      "address."),
                   self->config->address, value);
      return FALSE;
    }
  replace (&self->config->address, value);
  return TRUE;
}

static gboolean
take_insecure (Command *self, const char *value, GError **error)
{
  self->config->insecure = TRUE;
  return TRUE;
}

static gboolean
take_http1 (Command *self, const char *value, GError **error)
{
  self->config->http1 = TRUE;
  return TRUE;
}

static gboolean
take_get (Command *self, const char *value, GError **error)
{
  self->as_query = TRUE;
  return TRUE;
}

static gboolean
take_nothing (Command *self, const char *value, GError **error)
{
  return TRUE;
}

/* --- Options of curl ------------------------------------------------------- */

static const struct
{
  const char *name;
  char letter; /* 0: none */
  gboolean has_value;
  Take take;
} options[] = {
  { "header", 'H', TRUE, take_header },
  { "request", 'X', TRUE, take_method },
  { "data", 'd', TRUE, take_body },
  { "data-raw", 0, TRUE, take_raw_body },
  { "data-binary", 0, TRUE, take_body },
  { "data-ascii", 0, TRUE, take_body },
  { "data-urlencode", 0, TRUE, take_encoded },
  { "json", 0, TRUE, take_json },
  { "get", 'G', FALSE, take_get },
  { "user", 'u', TRUE, take_user },
  { "oauth2-bearer", 0, TRUE, take_bearer },
  { "proxy", 'x', TRUE, take_proxy },
  { "cacert", 0, TRUE, take_authorities },
  { "cert", 'E', TRUE, take_certificate },
  { "cookie", 'b', TRUE, take_cookie },
  { "user-agent", 'A', TRUE, take_agent },
  { "referer", 'e', TRUE, take_referer },
  { "url", 0, TRUE, take_address },
  { "output", 'o', TRUE, take_nothing },
  { "write-out", 'w', TRUE, take_nothing },
  { "dump-header", 'D', TRUE, take_nothing },
  { "noproxy", 0, TRUE, take_nothing },
  { "proto", 0, TRUE, take_nothing },
  { "proto-default", 0, TRUE, take_nothing },
  { "tls-max", 0, TRUE, take_nothing },
  { "keepalive-time", 0, TRUE, take_nothing },
  { "limit-rate", 0, TRUE, take_nothing },
  { "max-redirs", 0, TRUE, take_nothing },
  { "trace", 0, TRUE, take_nothing },
  { "trace-ascii", 0, TRUE, take_nothing },
  { "speed-limit", 'Y', TRUE, take_nothing },
  { "speed-time", 'y', TRUE, take_nothing },
  { "retry-max-time", 0, TRUE, take_nothing },
  { "retry-all-errors", 0, FALSE, take_nothing },
  { "retry-connrefused", 0, FALSE, take_nothing },
  { "ipv4", '4', FALSE, take_nothing },
  { "ipv6", '6', FALSE, take_nothing },
  { "tlsv1", '1', FALSE, take_nothing },
  { "tlsv1.2", 0, FALSE, take_nothing },
  { "tlsv1.3", 0, FALSE, take_nothing },
  { "http2-prior-knowledge", 0, FALSE, take_nothing },
  { "no-keepalive", 0, FALSE, take_nothing },
  { "tcp-nodelay", 0, FALSE, take_nothing },
  { "no-alpn", 0, FALSE, take_nothing },
  { "trace-time", 0, FALSE, take_nothing },
  { "fail-early", 0, FALSE, take_nothing },
  { "disable", 'q', FALSE, take_nothing },
  { "max-time", 'm', TRUE, take_nothing },
  { "connect-timeout", 0, TRUE, take_nothing },
  { "retry", 0, TRUE, take_nothing },
  { "retry-delay", 0, TRUE, take_nothing },
  { "insecure", 'k', FALSE, take_insecure },
  { "http1.1", 0, FALSE, take_http1 },
  { "http2", 0, FALSE, take_nothing },
  { "no-buffer", 'N', FALSE, take_nothing },
  { "silent", 's', FALSE, take_nothing },
  { "show-error", 'S', FALSE, take_nothing },
  { "verbose", 'v', FALSE, take_nothing },
  { "include", 'i', FALSE, take_nothing },
  { "location", 'L', FALSE, take_nothing },
  { "fail", 'f', FALSE, take_nothing },
  { "fail-with-body", 0, FALSE, take_nothing },
  { "globoff", 'g', FALSE, take_nothing },
  { "no-progress-meter", 0, FALSE, take_nothing },
  { "progress-bar", '#', FALSE, take_nothing },
  { "ssl-no-revoke", 0, FALSE, take_nothing },
  { "compressed", 0, FALSE, take_nothing },
};

static int
find_long (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (strcmp (options[i].name, name) == 0)
      return (int) i;
  return -1;
}

static int
find_letter (char letter)
{
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (options[i].letter == letter)
      return (int) i;
  return -1;
}

static gboolean
refuse (const char *argument, GError **error)
{
  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
      _ ("Weir does not support the curl option “%s”. Remove it and paste the command again."),
      argument);
  return FALSE;
}

/* argument names the option in messages. */
static gboolean
take_option (Command *self, int option, const char *value, const char *argument, GError **error)
{
  if (options[option].has_value && value == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("The curl option “%s” needs a value, but the command ends after it."),
                   argument);
      return FALSE;
    }
  return options[option].take (self, value, error);
}

/* Takes letters that were written together, "-sNH value" or "-XPOST". */
static gboolean
take_letters (Command *self, char **arguments, guint *i, GError **error)
{
  const char *argument = arguments[*i];

  for (const char *p = argument + 1; *p != '\0'; p++)
    {
      const int option = find_letter (*p);

      if (option < 0)
        return refuse (argument, error);
      if (!options[option].has_value)
        options[option].take (self, NULL, NULL);
      else if (p[1] != '\0')
        return take_option (self, option, p + 1, argument, error);
      else
        {
          const char *value = arguments[*i + 1];

          if (value != NULL)
            (*i)++;
          return take_option (self, option, value, argument, error);
        }
    }
  return TRUE;
}

static gboolean
take_argument (Command *self, char **arguments, guint *i, GError **error)
{
  const char *argument = arguments[*i];
  int option;

  if (strcmp (argument, "curl") == 0 && self->config->address != NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _ ("These are several commands. Paste one of them."));
      return FALSE;
    }
  if (argument[0] != '-' || argument[1] == '\0')
    return take_address (self, argument, error);
  if (argument[1] != '-')
    return take_letters (self, arguments, i, error);
  option = find_long (argument + 2);
  if (option < 0)
    return refuse (argument, error);
  if (!options[option].has_value)
    return take_option (self, option, NULL, argument, error);
  if (arguments[*i + 1] != NULL)
    (*i)++;
  return take_option (self, option, arguments[*i] != argument ? arguments[*i] : NULL, argument,
                      error);
}

static gboolean
take_curl (Command *self, char **words, GError **error)
{
  for (guint i = 1; words[i] != NULL; i++)
    if (!take_argument (self, words, &i, error))
      return FALSE;
  /* As curl itself announces data. */
  if (self->config->body != NULL && !self->has_type && !self->as_query)
    take_header (self, "Content-Type: application/x-www-form-urlencoded", NULL);
  return TRUE;
}

/* --- PowerShell ------------------------------------------------------------ */

/* The pseudo-headers of HTTP/2, which browsers list among the headers. */
static gboolean
is_pseudo_header (const char *name)
{
  static const char *const names[] = { "authority", "method", "path", "scheme", NULL };
  const char *bare = *name == ':' ? name + 1 : name;

  return g_strv_contains (names, bare);
}

/* "@{ name = value; … }". Returns the index of its last word, or 0 with an error. */
static guint
take_table (Command *self, char **words, guint i, GError **error)
{
  if (words[i] == NULL || strcmp (words[i], "@") != 0 || g_strcmp0 (words[i + 1], "{") != 0)
    return 0;
  for (i += 2; words[i] != NULL && strcmp (words[i], "}") != 0; i++)
    {
      if (strcmp (words[i], ";") == 0 || strcmp (words[i], "\n") == 0)
        continue;
      if (g_strcmp0 (words[i + 1], "=") != 0 || words[i + 2] == NULL)
        return 0;
      if (!is_pseudo_header (words[i]))
        take_named_header (self, words[i], words[i + 2]);
      i += 2;
    }
  return words[i] != NULL ? i : 0;
}

/* The text in "([System.Text.Encoding]::UTF8.GetBytes("…"))", or a plain word. Returns the index of its
 * last word. */
static guint
find_text (char **words, guint i, const char **text)
{
  *text = words[i];
  if (words[i] == NULL || strcmp (words[i], "(") != 0)
    return i;
  for (; words[i] != NULL && strcmp (words[i], ")") != 0; i++)
    if (strcmp (words[i], "(") != 0)
      *text = words[i];
  while (words[i] != NULL && g_strcmp0 (words[i + 1], ")") == 0)
    i++;
  return words[i] != NULL ? i : i - 1;
}

static const struct
{
  const char *name;
  gboolean has_value;
  Take take;
} parameters[] = {
  { "-Uri", TRUE, take_address },
  { "-Method", TRUE, take_method },
  { "-ContentType", TRUE, NULL },
  { "-Body", TRUE, take_raw_body },
  { "-UserAgent", TRUE, take_agent },
  { "-WebSession", TRUE, take_nothing },
  { "-TimeoutSec", TRUE, take_nothing },
  { "-OutFile", TRUE, take_nothing },
  { "-UseBasicParsing", FALSE, take_nothing },
  { "-SkipCertificateCheck", FALSE, take_insecure },
};

static gboolean
take_parameter (Command *self, char **words, guint *i, GError **error)
{
  const char *name = words[*i];
  const char *value = NULL;

  if (g_ascii_strcasecmp (name, "-Headers") == 0)
    {
      *i = take_table (self, words, *i + 1, error);
      if (*i == 0)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                     _ ("The headers of the command cannot be read. Write them as @{ \"NAME\" = "
                        "\"VALUE\" }."));
      return *i != 0;
    }
  for (gsize k = 0; k < G_N_ELEMENTS (parameters); k++)
    {
      if (g_ascii_strcasecmp (name, parameters[k].name) != 0)
        continue;
      if (parameters[k].has_value && words[*i + 1] != NULL)
        *i = find_text (words, *i + 1, &value);
      if (parameters[k].has_value && value == NULL)
        break;
      return parameters[k].take != NULL ? parameters[k].take (self, value, error)
                                        : take_named_header (self, "Content-Type", value);
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               _ ("Weir does not support “%s” of this command. Remove it and paste the command "
                  "again."),
               name);
  return FALSE;
}

/* "$session.UserAgent = …" and "New-Object System.Net.Cookie(name, value, …)" before the command. */
static gboolean
take_session (Command *self, char **words, guint i, GString *cookies)
{
  if (g_ascii_strcasecmp (words[i], "$session.UserAgent") == 0 && g_strcmp0 (words[i + 1], "=") == 0
      && words[i + 2] != NULL)
    return take_agent (self, words[i + 2], NULL);
  if (strcmp (words[i], "System.Net.Cookie") == 0 && g_strcmp0 (words[i + 1], "(") == 0
      && words[i + 2] != NULL && g_strcmp0 (words[i + 3], ",") == 0 && words[i + 4] != NULL)
    g_string_append_printf (cookies, "%s%s=%s", cookies->len > 0 ? "; " : "", words[i + 2],
                            words[i + 4]);
  return TRUE;
}

static gboolean
is_cmdlet (const char *word)
{
  static const char *const names[] = { "Invoke-WebRequest", "Invoke-RestMethod", "iwr", "irm" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (word, names[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
take_powershell (Command *self, char **words, GError **error)
{
  g_autoptr (GString) cookies = g_string_new (NULL);
  guint i = 0;

  for (; words[i] != NULL && !is_cmdlet (words[i]); i++)
    take_session (self, words, i, cookies);
  if (cookies->len > 0)
    take_cookie (self, cookies->str, NULL);
  if (words[i] == NULL)
    return TRUE;
  for (i++; words[i] != NULL; i++)
    {
      if (strcmp (words[i], "\n") == 0 || strcmp (words[i], ";") == 0)
        break;
      if (*words[i] == '-' ? !take_parameter (self, words, &i, error)
                           : !take_address (self, words[i], error))
        return FALSE;
    }
  return TRUE;
}

/* --- Any command ----------------------------------------------------------- */

gboolean
weir_curl_is_command (const char *text)
{
  text = weir_command_words_skip_prompt (text);
  return g_str_has_prefix (text, "curl ") || g_str_has_prefix (text, "curl\t")
         || g_ascii_strncasecmp (text, "curl.exe ", strlen ("curl.exe ")) == 0
         || weir_command_words_guess (text) == WEIR_SHELL_POWERSHELL;
}

/* -G: the data become the query. */
static void
move_body (WeirStreamConfig *config)
{
  char *address;

  if (config->body == NULL)
    return;
  address = g_strconcat (config->address, strchr (config->address, '?') != NULL ? "&" : "?",
                         config->body, NULL);
  g_free (config->address);
  config->address = address;
  g_clear_pointer (&config->body, g_free);
}

WeirStreamConfig *
weir_curl_parse (const char *all, GError **error)
{
  const char *text = weir_command_words_skip_prompt (all);
  const WeirShell shell = weir_command_words_guess (text);
  g_autoptr (WeirStreamConfig) config = weir_stream_config_new (NULL);
  g_auto (GStrv) words = weir_command_words_split (text, shell, error);
  Command command = { .config = config };

  if (words == NULL)
    return NULL;
  if (words[0] != NULL
      && (shell == WEIR_SHELL_POWERSHELL ? !take_powershell (&command, words, error)
                                         : !take_curl (&command, words, error)))
    return NULL;
  if (config->address == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _ ("The command has no address. Paste the whole command."));
      return NULL;
    }
  /* As curl does. */
  if (strstr (config->address, "://") == NULL)
    {
      g_autofree char *bare = g_steal_pointer (&config->address);

      config->address = g_strconcat ("http://", bare, NULL);
    }
  if (command.as_query)
    move_body (config);
  return g_steal_pointer (&config);
}
