/* SPDX-License-Identifier: MIT */
/* What the session file and the keyring get of a stream, and what is made of them again. */
#include "app/ui/streams/weir-stream-config.h"

#include <string.h>

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

/* The session file's text. */
static char *
write_json (const WeirStreamConfig *config)
{
  g_autoptr (JsonNode) node = weir_stream_config_to_json (config);

  return json_to_string (node, TRUE);
}

static WeirStreamConfig *
read_json (const char *text)
{
  g_autoptr (WeirJsonObject) object = weir_json_object_new (text, strlen (text));

  g_assert_nonnull (object);
  return weir_stream_config_from_json (object);
}

typedef struct
{
  const char *address, *proxy, *headers, *secret;
  WeirAuth auth;
  gboolean is_secret;
} Case;

static const Case cases[] = {
  { "http://me:geheim@h/events", NULL, NULL, NULL, WEIR_AUTH_NONE, TRUE },
  { "http://h/events?a=1&access_token=geheim", NULL, NULL, NULL, WEIR_AUTH_NONE, TRUE },
  { "http://h/events?pin=geheim", NULL, NULL, NULL, WEIR_AUTH_NONE, TRUE },
  { "me:geheim@h:3000/", NULL, NULL, NULL, WEIR_AUTH_NONE, TRUE },
  { "http://h/", "http://me:geheim@proxy:3128", NULL, NULL, WEIR_AUTH_NONE, TRUE },
  { "http://h/", "socks5://me:geheim@proxy", NULL, NULL, WEIR_AUTH_NONE, TRUE },
  { "http://h/", NULL, "A: b\nX-Api-Key: geheim\nC: d", NULL, WEIR_AUTH_NONE, TRUE },
  { "http://h/", NULL, "Cookie: a=geheim\n", NULL, WEIR_AUTH_NONE, TRUE },
  { "http://h/", NULL, "X-Other: sk-geheim\n", NULL, WEIR_AUTH_NONE, TRUE },
  { "http://h/", NULL, NULL, "geheim", WEIR_AUTH_BEARER, TRUE },
  { "http://h/", NULL, NULL, "geheim", WEIR_AUTH_BASIC, TRUE },
  { "http://h/?q=***&ticket_id=7", "http://proxy:1", "A: ***\n", NULL, WEIR_AUTH_NONE, FALSE },
};

static WeirStreamConfig *
make (const Case *c)
{
  WeirStreamConfig *config = weir_stream_config_new (c->address);

  set (&config->proxy, c->proxy);
  set (&config->headers, c->headers);
  set (&config->secret, c->secret);
  config->auth = c->auth;
  return config;
}

static void
assert_complete (const WeirStreamConfig *config, const Case *c)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirRequest) request = NULL;

  g_assert_cmpstr (config->address, ==, c->address);
  g_assert_cmpstr (config->proxy, ==, c->proxy);
  g_assert_cmpstr (config->headers, ==, c->headers);
  g_assert_cmpstr (config->secret, ==, c->secret);
  g_assert_false (weir_stream_config_lacks_secrets (config));
  request = weir_stream_config_to_request (config, &error);
  g_assert_no_error (error);
}

static void
test_keyring (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (WeirStreamConfig) config = make (c);
  g_autofree char *text = write_json (config);
  g_autofree char *secrets = weir_stream_config_get_secrets (config);
  g_autoptr (WeirStreamConfig) loaded = read_json (text);
  g_autofree char *title = weir_stream_config_get_title (loaded);

  g_assert_null (strstr (text, "geheim"));
  g_assert_null (strstr (title, "geheim"));
  g_assert_null (loaded->others);
  g_assert_cmpint (secrets != NULL, ==, c->is_secret);
  if (c->is_secret)
    {
      g_assert_true (weir_stream_config_lacks_secrets (loaded));
      weir_stream_config_set_secrets (loaded, secrets);
    }
  assert_complete (loaded, c);
}

/* Without a keyring nothing is sent, nothing replaces what the keyring may still contain, and the file
 * stays as it is, until the secret is entered again. */
static void
test_no_keyring (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (WeirStreamConfig) config = make (c);
  g_autofree char *text = write_json (config);
  g_autoptr (WeirStreamConfig) loaded = read_json (text);
  g_autofree char *again = write_json (loaded);
  g_autofree char *secrets = weir_stream_config_get_secrets (loaded);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirRequest) request = NULL;

  g_assert_cmpstr (again, ==, text);
  if (!c->is_secret)
    return;
  g_assert_null (secrets);
  request = weir_stream_config_to_request (loaded, &error);
  g_assert_null (request);
  g_assert_error (error, WEIR_REQUEST_ERROR, WEIR_REQUEST_ERROR_HEADER);
  set (&loaded->address, c->address);
  set (&loaded->proxy, c->proxy);
  set (&loaded->headers, c->headers);
  set (&loaded->secret, c->secret);
  assert_complete (loaded, c);
  secrets = weir_stream_config_get_secrets (loaded);
  g_assert_nonnull (strstr (secrets, "geheim"));
}

/* One of two was entered again. */
static void
test_half_entered (void)
{
  g_autoptr (WeirStreamConfig) loaded =
      read_json ("{\"address\":\"http://***@h/?token=***\",\"secrets\":true,"
                 "\"headers\":\"X-Api-Key: ***\\nCookie: ***\"}");

  set (&loaded->address, "http://me:pw@h/?token=t");
  set (&loaded->headers, "X-Api-Key: k\nCookie: ***");
  g_assert_true (weir_stream_config_lacks_secrets (loaded));
  set (&loaded->headers, "X-Api-Key: k\nCookie: a=b");
  g_assert_false (weir_stream_config_lacks_secrets (loaded));
  set (&loaded->address, "http://***@h/?token=t");
  g_assert_true (weir_stream_config_lacks_secrets (loaded));
  set (&loaded->address, "http://h/");
  g_assert_false (weir_stream_config_lacks_secrets (loaded));
}

/* The keyring answers after the person has changed something. */
static void
test_edited_meanwhile (void)
{
  g_autoptr (WeirStreamConfig) loaded = read_json (
      "{\"address\":\"http://h/?token=***\",\"proxy\":\"http://***@p\",\"secrets\":true}");

  set (&loaded->address, "http://other/?token=new");
  weir_stream_config_set_secrets (
      loaded, "{\"address\":\"http://h/?token=old\",\"proxy\":\"http://me:pw@p\"}");
  g_assert_cmpstr (loaded->address, ==, "http://other/?token=new");
  g_assert_cmpstr (loaded->proxy, ==, "http://me:pw@p");
}

static void
test_older_format (void)
{
  g_autoptr (WeirStreamConfig) loaded =
      read_json ("{\"address\":\"http://h/\",\"auth\":1,\"headers\":\"A: b\\n\",\"secrets\":true}");

  weir_stream_config_set_secrets (loaded, "token\nX-Api-Key: k\n");
  g_assert_cmpstr (loaded->secret, ==, "token");
  g_assert_cmpstr (loaded->headers, ==, "A: b\nX-Api-Key: k\n");
  weir_stream_config_set_secrets (loaded, "");
  g_assert_cmpstr (loaded->secret, ==, "");
}

/* A file that somebody else wrote. */
static void
test_foreign_file (void)
{
  static const char *const texts[] = {
    "{\"address\":\"***\"}",
    "{\"address\":\"x\",\"auth\":99,\"retry-ms\":-1,\"max-attempts\":1e400,\"uuid\":\"\"}",
    "{\"address\":\"http://h/\",\"headers\":\"\\r\\n:\\u0001\",\"proxy\":{},\"secrets\":1}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (WeirStreamConfig) config = read_json (texts[i]);
      g_autofree char *title = weir_stream_config_get_title (config);
      g_autofree char *text = write_json (config);

      g_assert_nonnull (title);
      g_assert_cmpint (config->auth, <=, WEIR_AUTH_BASIC);
      g_assert_cmpuint (strlen (config->uuid), ==, 36);
      g_assert_cmpuint (config->retry_ms, ==, 0);
    }
  g_assert_null (read_json ("{\"name\":\"x\"}"));
  g_assert_null (read_json ("{\"address\":7}"));
  g_assert_null (read_json ("{\"address\":\"\"}"));
}

/* Secrets stay with the host that they were entered for. */
static void
test_can_move (void)
{
  g_autoptr (WeirStreamConfig) plain = read_json ("{\"address\":\"http://h/\"}");
  g_autoptr (WeirStreamConfig) loaded =
      read_json ("{\"address\":\"h:80/x\",\"secrets\":true,\"headers\":\"Cookie: ***\"}");

  g_assert_true (weir_stream_config_can_move (plain, "http://other/"));
  g_assert_true (weir_stream_config_can_move (loaded, "https://H/y"));
  g_assert_false (weir_stream_config_can_move (loaded, "http://other/"));
  g_assert_false (weir_stream_config_can_move (loaded, "http://h.other/"));
  g_assert_false (weir_stream_config_can_move (loaded, "/tmp/h"));
  set (&loaded->headers, "Cookie: a=b");
  g_assert_false (weir_stream_config_can_move (loaded, "http://other/"));
  set (&loaded->headers, NULL);
  g_assert_true (weir_stream_config_can_move (loaded, "http://other/"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *with = g_strdup_printf ("/stream-config/keyring/%zu", i);
      g_autofree char *without = g_strdup_printf ("/stream-config/no-keyring/%zu", i);

      g_test_add_data_func (with, &cases[i], test_keyring);
      g_test_add_data_func (without, &cases[i], test_no_keyring);
    }
  g_test_add_func ("/stream-config/half-entered", test_half_entered);
  g_test_add_func ("/stream-config/edited-meanwhile", test_edited_meanwhile);
  g_test_add_func ("/stream-config/older-format", test_older_format);
  g_test_add_func ("/stream-config/foreign-file", test_foreign_file);
  g_test_add_func ("/stream-config/can-move", test_can_move);
  return g_test_run ();
}
