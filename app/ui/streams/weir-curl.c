/* SPDX-License-Identifier: MIT */
#include "weir-curl.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

typedef void (*Take) (WeirStreamConfig *config, const char *value);

static void
replace (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
take_header (WeirStreamConfig *config, const char *value)
{
  static const char bearer[] = "Authorization: Bearer ";
  static const char accept[] = "Accept: text/event-stream";
  static const char id[] = "Last-Event-ID: ";
  char *all;

  if (g_ascii_strcasecmp (value, accept) == 0)
    return;
  if (g_ascii_strncasecmp (value, bearer, strlen (bearer)) == 0)
    {
      config->auth = WEIR_AUTH_BEARER;
      replace (&config->secret, value + strlen (bearer));
      return;
    }
  if (g_ascii_strncasecmp (value, id, strlen (id)) == 0)
    {
      replace (&config->last_event_id, value + strlen (id));
      return;
    }
  all = g_strconcat (config->headers != NULL ? config->headers : "", value, "\n", NULL);
  g_free (config->headers);
  config->headers = all;
}

static void
take_named_header (WeirStreamConfig *config, const char *name, const char *value)
{
  g_autofree char *line = g_strdup_printf ("%s: %s", name, value);

  take_header (config, line);
}

static void
take_cookie (WeirStreamConfig *config, const char *value)
{
  take_named_header (config, "Cookie", value);
}

static void
take_agent (WeirStreamConfig *config, const char *value)
{
  take_named_header (config, "User-Agent", value);
}

static void
take_referer (WeirStreamConfig *config, const char *value)
{
  take_named_header (config, "Referer", value);
}

static void
take_method (WeirStreamConfig *config, const char *value)
{
  replace (&config->method, value);
}

static void
take_body (WeirStreamConfig *config, const char *value)
{
  char *all =
      config->body == NULL ? g_strdup (value) : g_strdup_printf ("%s&%s", config->body, value);

  g_free (config->body);
  config->body = all;
}

static void
take_user (WeirStreamConfig *config, const char *value)
{
  const char *colon = strchr (value, ':');

  config->auth = WEIR_AUTH_BASIC;
  g_free (config->user);
  config->user = colon != NULL ? g_strndup (value, (gsize) (colon - value)) : g_strdup (value);
  replace (&config->secret, colon != NULL ? colon + 1 : "");
}

static void
take_proxy (WeirStreamConfig *config, const char *value)
{
  replace (&config->proxy, value);
}

static void
take_authorities (WeirStreamConfig *config, const char *value)
{
  replace (&config->ca_file, value);
}

static void
take_certificate (WeirStreamConfig *config, const char *value)
{
  replace (&config->certificate_file, value);
}

static void
take_address (WeirStreamConfig *config, const char *value)
{
  replace (&config->address, value);
}

static void
take_insecure (WeirStreamConfig *config, const char *value)
{
  config->insecure = TRUE;
}

static void
take_http1 (WeirStreamConfig *config, const char *value)
{
  config->http1 = TRUE;
}

static void
take_nothing (WeirStreamConfig *config, const char *value)
{
}

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
  { "data-raw", 0, TRUE, take_body },
  { "data-binary", 0, TRUE, take_body },
  { "data-ascii", 0, TRUE, take_body },
  { "json", 0, TRUE, take_body },
  { "user", 'u', TRUE, take_user },
  { "proxy", 'x', TRUE, take_proxy },
  { "cacert", 0, TRUE, take_authorities },
  { "cert", 'E', TRUE, take_certificate },
  { "cookie", 'b', TRUE, take_cookie },
  { "user-agent", 'A', TRUE, take_agent },
  { "referer", 'e', TRUE, take_referer },
  { "url", 0, TRUE, take_address },
  { "output", 'o', TRUE, take_nothing },
  { "max-time", 'm', TRUE, take_nothing },
  { "connect-timeout", 0, TRUE, take_nothing },
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

static gboolean
take_option (
    WeirStreamConfig *config, int option, const char *value, const char *argument, GError **error)
{
  if (options[option].has_value && value == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("The curl option “%s” needs a value, but the command ends after it."),
                   argument);
      return FALSE;
    }
  options[option].take (config, value);
  return TRUE;
}

/* Takes letters that stand together, "-sNH value" or "-XPOST". */
static gboolean
take_letters (WeirStreamConfig *config, char **arguments, guint *i, GError **error)
{
  const char *argument = arguments[*i];

  for (const char *p = argument + 1; *p != '\0'; p++)
    {
      const int option = find_letter (*p);

      if (option < 0)
        return refuse (argument, error);
      if (!options[option].has_value)
        options[option].take (config, NULL);
      else if (p[1] != '\0')
        return take_option (config, option, p + 1, argument, error);
      else
        {
          const char *value = arguments[*i + 1];

          if (value != NULL)
            (*i)++;
          return take_option (config, option, value, argument, error);
        }
    }
  return TRUE;
}

static gboolean
take_argument (WeirStreamConfig *config, char **arguments, guint *i, GError **error)
{
  const char *argument = arguments[*i];
  int option;

  if (argument[0] != '-' || argument[1] == '\0')
    {
      take_address (config, argument);
      return TRUE;
    }
  if (argument[1] != '-')
    return take_letters (config, arguments, i, error);
  option = find_long (argument + 2);
  if (option < 0)
    return refuse (argument, error);
  if (!options[option].has_value)
    return take_option (config, option, NULL, argument, error);
  if (arguments[*i + 1] != NULL)
    (*i)++;
  return take_option (config, option, arguments[*i] != argument ? arguments[*i] : NULL, argument,
                      error);
}

gboolean
weir_curl_is_command (const char *text)
{
  while (g_ascii_isspace (*text))
    text++;
  return g_str_has_prefix (text, "curl ") || g_str_has_prefix (text, "curl\t");
}

WeirStreamConfig *
weir_curl_parse (const char *text, GError **error)
{
  g_autoptr (WeirStreamConfig) config = weir_stream_config_new (NULL);
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GError) cause = NULL;

  if (!g_shell_parse_argv (text, NULL, &arguments, &cause))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("The curl command is invalid: %s"), cause->message);
      return NULL;
    }
  for (guint i = 1; arguments[i] != NULL; i++)
    if (!take_argument (config, arguments, &i, error))
      return NULL;
  if (config->address == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _ ("The curl command has no address. Paste the whole command."));
      return NULL;
    }
  return g_steal_pointer (&config);
}
