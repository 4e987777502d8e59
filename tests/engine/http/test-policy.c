/* SPDX-License-Identifier: MIT */
/* What the engine decides without a socket: delays, rhythm, audit, bunching, secrets, requests. */
#include "stream/weir-audit-private.h"
#include "http/weir-backoff-private.h"
#include "stream/weir-bunching-private.h"
#include "http/weir-request.h"
#include "stream/weir-rhythm-private.h"
#include "base/weir-secrets.h"

#include <string.h>

static gint64
get_delay (guint retry_ms, guint cap_ms, guint n_failures, gint64 retry_after_ms, double random)
{
  const WeirBackoff backoff = { retry_ms, cap_ms, n_failures, retry_after_ms };

  return weir_backoff_get_delay (&backoff, random);
}

static void
test_backoff (void)
{
  g_assert_cmpint (get_delay (3000, 30000, 0, -1, 0.5), ==, 3000);
  g_assert_cmpint (get_delay (3000, 30000, 1, -1, 0.5), ==, 3000);
  g_assert_cmpint (get_delay (3000, 30000, 2, -1, 0), ==, 6000);
  g_assert_cmpint (get_delay (3000, 30000, 2, -1, 1), ==, 4500);
  g_assert_cmpint (get_delay (3000, 30000, 9, -1, 0), ==, 30000);
  g_assert_cmpint (get_delay (3000, 30000, G_MAXUINT, -1, 0), ==, 30000);
  /* "retry: 0" must not become a tight loop. */
  g_assert_cmpint (get_delay (0, 30000, 0, -1, 0), ==, 0);
  g_assert_cmpint (get_delay (0, 30000, 2, -1, 0), ==, 200);
  g_assert_cmpint (get_delay (0, 30000, 12, -1, 0), ==, 30000);
  /* A server may ask for more than the cap, by either way. */
  g_assert_cmpint (get_delay (60000, 30000, 5, -1, 0), ==, 60000);
  g_assert_cmpint (get_delay (3000, 30000, 0, 90000, 0), ==, 90000);
  g_assert_cmpint (get_delay (3000, 30000, 0, 10, 0), ==, 3000);
}

static void
test_retry_after (void)
{
  /* Sun, 06 Nov 1994 08:49:37 GMT */
  const gint64 then = G_GINT64_CONSTANT (784111777) * G_TIME_SPAN_SECOND;

  g_assert_cmpint (weir_backoff_parse_retry_after ("120", then), ==, 120000);
  g_assert_cmpint (weir_backoff_parse_retry_after (" 0 ", then), ==, 0);
  g_assert_cmpint (weir_backoff_parse_retry_after ("999999999", then), ==, 86400000);
  g_assert_cmpint (weir_backoff_parse_retry_after ("12x", then), ==, -1);
  g_assert_cmpint (weir_backoff_parse_retry_after ("-5", then), ==, -1);
  g_assert_cmpint (weir_backoff_parse_retry_after ("", then), ==, -1);
  g_assert_cmpint (weir_backoff_parse_retry_after ("Sun, 06 Nov 1994 08:50:37 GMT", then), ==,
                   60000);
  g_assert_cmpint (weir_backoff_parse_retry_after ("Sun, 06 Nov 1994 08:00:00 GMT", then), ==, 0);
}

static void
test_rhythm (void)
{
  WeirRhythm rhythm = { 0 };
  gint64 now = G_TIME_SPAN_SECOND;

  for (int i = 0; i < 6; i++)
    {
      g_assert_cmpint (weir_rhythm_get_period (&rhythm), ==, 0);
      weir_rhythm_beat (&rhythm, now);
      /* The same beat in two reads. */
      weir_rhythm_beat (&rhythm, now + 1000);
      now += 15 * G_TIME_SPAN_SECOND;
    }
  weir_rhythm_beat (&rhythm, now);
  g_assert_cmpint (weir_rhythm_get_period (&rhythm), ==, 15 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (weir_rhythm_get_overdue (15 * G_TIME_SPAN_SECOND), <,
                   weir_rhythm_get_dead (15 * G_TIME_SPAN_SECOND));

  /* The gap over a reconnect is none of the server's rhythm. */
  weir_rhythm_skip (&rhythm, now + 100 * G_TIME_SPAN_SECOND);
  weir_rhythm_beat (&rhythm, now += 115 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (weir_rhythm_get_period (&rhythm), ==, 15 * G_TIME_SPAN_SECOND);

  /* A lively, uneven stream has none. */
  for (int i = 0; i < 20; i++)
    weir_rhythm_beat (&rhythm, now += (i % 5 + 1) * G_TIME_SPAN_SECOND);
  g_assert_cmpint (weir_rhythm_get_period (&rhythm), ==, 0);
}

static WeirSpan
span (const char *text)
{
  return (WeirSpan){ text, strlen (text) };
}

static WeirAuditVerdict
audit_number (WeirAudit *audit, int number)
{
  g_autofree char *id = g_strdup_printf ("room-%d", number);

  return weir_audit_event (audit, span (id));
}

static void
test_audit (void)
{
  g_autofree WeirAudit *audit = g_new0 (WeirAudit, 1);

  for (int i = 1; i <= 10; i++)
    g_assert_cmpint (audit_number (audit, i), ==, WEIR_AUDIT_NOTHING);

  weir_audit_reconnected (audit);
  g_assert_cmpint (audit_number (audit, 11), ==, WEIR_AUDIT_RESUMED);
  g_assert_cmpint (audit_number (audit, 12), ==, WEIR_AUDIT_NOTHING);

  weir_audit_reconnected (audit);
  g_assert_cmpint (audit_number (audit, 11), ==, WEIR_AUDIT_NOTHING);
  g_assert_cmpint (audit_number (audit, 12), ==, WEIR_AUDIT_NOTHING);
  g_assert_cmpint (audit_number (audit, 13), ==, WEIR_AUDIT_REPEATED);
  g_assert_cmpuint (audit->n_repeated, ==, 2);

  weir_audit_reconnected (audit);
  g_assert_cmpint (audit_number (audit, 20), ==, WEIR_AUDIT_GAP);
  g_assert_cmpuint (audit->ids.gap_from, ==, 13);
  g_assert_cmpuint (audit->ids.gap_to, ==, 20);

  /* The first connection has nothing to be judged by; ids that are no sequence have no gaps. */
  weir_audit_clear (audit);
  *audit = (WeirAudit){ 0 };
  weir_audit_reconnected (audit);
  g_assert_cmpint (weir_audit_event (audit, span ("a7")), ==, WEIR_AUDIT_NOTHING);
  g_assert_cmpint (weir_audit_event (audit, span ("a19")), ==, WEIR_AUDIT_NOTHING);
  g_assert_cmpint (weir_audit_event (audit, span ("x")), ==, WEIR_AUDIT_NOTHING);
  g_assert_cmpint (weir_audit_event (audit, span ("")), ==, WEIR_AUDIT_NOTHING);
  weir_audit_clear (audit);
}

/* Five ids in a row, then one left out: a gap, wherever the number stands and however long it is.
 */
static void
test_audit_numbers (void)
{
  static const char *const prefixes[] = {
    "", "7-", "abc", "/x/", "\xC3\xBF", "1700000000000-", "a longer prefix "
  };

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    for (guint64 first = 6; first < G_GUINT64_CONSTANT (100000000000000000); first = first * 10 + 6)
      {
        g_autofree WeirAudit *audit = g_new0 (WeirAudit, 1);
        static const guint64 steps[] = { 0, 1, 2, 3, 4, 6 };

        for (gsize k = 0; k < G_N_ELEMENTS (steps); k++)
          {
            g_autofree char *id =
                g_strdup_printf ("%s%" G_GUINT64_FORMAT, prefixes[i], first + steps[k]);

            g_assert_cmpint (weir_audit_event (audit, span (id)), ==,
                             k < 5 ? WEIR_AUDIT_NOTHING : WEIR_AUDIT_GAP);
          }
        g_assert_cmpuint (audit->ids.gap_from, ==, first + 4);
        g_assert_cmpuint (audit->ids.gap_to, ==, first + 6);
      }
}

static void
test_sequence (void)
{
  WeirSequence numbers = { 0 };

  for (guint64 i = 5; i < 12; i++)
    g_assert_false (weir_sequence_follow (&numbers, i));
  g_assert_true (weir_sequence_follow (&numbers, 14));
  g_assert_false (weir_sequence_follow (&numbers, 15));
  g_assert_false (weir_sequence_follow (&numbers, 1));
}

static void
test_bunching (void)
{
  WeirBunching bunching;
  WeirBunch bunch;
  gint64 now = G_TIME_SPAN_SECOND;
  guint told = 0;

  weir_bunching_reset (&bunching);
  for (int i = 0; i < 8; i++)
    {
      now += 4 * G_TIME_SPAN_SECOND;
      told += weir_bunching_read (&bunching, &(WeirBunchingRead){ now, 20, 4096 }, &bunch);
      told += weir_bunching_read (&bunching, &(WeirBunchingRead){ now + 1000, 20, 4096 }, &bunch);
    }
  g_assert_cmpuint (told, ==, 1);
  g_assert_cmpuint (bunch.events, ==, 40);
  g_assert_cmpuint (bunch.reads, ==, 2);
  g_assert_cmpuint (bunch.bytes, ==, 8192);
  g_assert_cmpint (bunch.silence_us / 1000000, ==, 3);

  /* Few events, or each in a read of its own, are merely a quiet stream. */
  weir_bunching_reset (&bunching);
  for (int i = 0; i < 8; i++)
    {
      now += 4 * G_TIME_SPAN_SECOND;
      for (int j = 0; j < 10; j++)
        g_assert_false (
            weir_bunching_read (&bunching, &(WeirBunchingRead){ now + j * 1000, 1, 200 }, &bunch));
    }
}

static void
assert_masked (const char *url, const char *expected)
{
  g_autofree char *masked = weir_secrets_mask_url (url);

  g_assert_cmpstr (masked, ==, expected);
}

static void
assert_header (const char *name, const char *value, const char *expected)
{
  g_autofree char *masked = weir_secrets_mask_header (name, value);

  g_assert_cmpstr (masked, ==, expected);
}

static void
test_secret_names (void)
{
  static const char *const secret[] = {
    "pass",
    "pwd",
    "pw",
    "pin",
    "otp",
    "jwt",
    "bearer",
    "hmac",
    "ticket",
    "assertion",
    "access",
    "token",
    "access_token",
    "accessToken",
    "AccessToken",
    "ACCESS_TOKEN",
    "access-token",
    "authtoken",
    "token_id",
    "token2",
    "token[]",
    "hub.verify_token",
    "key",
    "api_key",
    "apiKey",
    "apikey",
    "X-Api-Key",
    "APIKey",
    "secret",
    "client_secret",
    "secret_id",
    "passwd",
    "password",
    "userPass",
    "db_password",
    "dbpassword",
    "passphrase",
    "auth",
    "X-Auth",
    "X-Auth-Token",
    "Authorization",
    "Proxy-Authorization",
    "session",
    "session_id",
    "sessionid",
    "PHPSESSID",
    "JSESSIONID",
    "Mcp-Session-Id",
    "sid",
    "sig",
    "sign",
    "signature",
    "X-Hub-Signature-256",
    "X-Amz-Signature",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "oauth_verifier",
    "oauth_consumer_key",
    "code",
    "auth_code",
    "pin_code",
    "client_assertion",
    "saml_ticket",
    "Cookie",
    "Set-Cookie",
    "Cookie2",
    "DPoP",
    "cred",
    "credentials",
    "Cf-Access-Jwt-Assertion",
  };
  static const char *const harmless[] = {
    "",
    "q",
    "ticket_id",
    "ticketId",
    "X-Ticket-Id",
    "access_type",
    "accessible",
    "pinned",
    "spin",
    "passenger",
    "compass",
    "bypass",
    "monkey",
    "keyword",
    "keyboard",
    "key_id",
    "author",
    "authority",
    "design",
    "signal",
    "assign",
    "encode",
    "decoder",
    "codec",
    "max_tokens",
    "x-ratelimit-remaining-tokens",
    "anthropic-ratelimit-tokens-reset",
    "token_type",
    "client_assertion_type",
    "WWW-Authenticate",
    "Proxy-Authenticate",
    "Accept",
    "Content-Type",
    "Last-Event-ID",
    "side",
    "sign_in",
    "opinion",
    "tickets",
    "X-Amz-SignedHeaders",
    "hotpot",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (secret); i++)
    if (!weir_secrets_is_secret_name (secret[i]))
      g_error ("%s is secret", secret[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (harmless); i++)
    if (weir_secrets_is_secret_name (harmless[i]))
      g_error ("%s is no secret", harmless[i]);
}

/* What a server may repeat of a request. */
static void
test_repeated_secrets (void)
{
  static const struct
  {
    const char *name, *value, *text, *shown;
  } cases[] = {
    { NULL, "http://h/?tok%65n=a%20b%2Fcd&q=visible", "a b/cd a%20b%2Fcd visible",
      "*** *** visible" },
    { NULL, "http://me:pass%21word@h/", "pass!word pass%21word", "*** ***" },
    { NULL, "http://h/?next=%2Fx%3Ftoken%3Dnested", "nested", "***" },
    { NULL, "http://h/?sk-abcdef", "sk-abcdef", "***" },
    { "Cookie", "a=first1; b=second2", "first1 second2", "*** ***" },
    { "Authorization", "Bearer abcdef", "abcdef", "***" },
    { "Authorization", "abc def ghi", "abc def ghi", "***" },
    { "Authorization", "Basic bWU6cGFzc3dvcmQ=", "password bWU6cGFzc3dvcmQ=", "*** ***" },
    { "X-Other", "sk-abcdef", "sk-abcdef", "***" },
    { "X-Other", "abcdef", "abcdef", "abcdef" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) secrets = cases[i].name != NULL
                                   ? weir_secrets_of_header (cases[i].name, cases[i].value)
                                   : weir_secrets_of_url (cases[i].value);
      g_autofree char *text = g_strdup (cases[i].text);

      for (gsize k = 0; secrets[k]; k++)
        {
          char *hidden = weir_secrets_hide (text, secrets[k]);

          g_free (text);
          text = hidden;
        }
      g_assert_cmpstr (text, ==, cases[i].shown);
    }
}

static void
test_secrets (void)
{
  assert_masked ("http://h/a?b=c&d=e#f", "http://h/a?b=c&d=e#f");
  assert_masked ("http://me:pw@h/a", "http://***@h/a");
  assert_masked ("http://me:p@w@h/@x", "http://***@h/@x");
  assert_masked ("http://h/?token=x&q=1", "http://h/?token=***&q=1");
  assert_masked ("http://h/?q=1;API_KEY=x;z", "http://h/?q=1;API_KEY=***;z");
  assert_masked ("http://h/?acc%65ss_t%6Fken=x", "http://h/?acc%65ss_t%6Fken=***");
  assert_masked ("http://h/?q=sk-123", "http://h/?q=***");
  assert_masked ("http://h/#access_token=x&y=1", "http://h/#access_token=***&y=1");
  assert_masked ("http://h/?a=1#token=x", "http://h/?a=1#token=***");
  assert_masked ("token=x", "token=x");
  assert_masked ("", "");
  assert_masked ("http://h/?ticket_id=7&ticket=x&pin=1&pinned=1",
                 "http://h/?ticket_id=7&ticket=***&pin=***&pinned=1");
  assert_masked ("//me:pw@h/", "//***@h/");
  assert_masked ("me:pw@h/x", "***:***@h/x");
  assert_masked ("a@b.sse", "a@b.sse");
  assert_masked ("http://me:p/w@h/x", "http://***@h/x");
  assert_masked ("http://me:p?w@h/?token=x", "http://***@h/?token=***");
  assert_masked ("http://h:80/@me", "http://h:80/@me");
  assert_masked ("http://[::1]/@me", "http://[::1]/@me");
  assert_masked ("/a?next=http://me:pw@h/&token=x", "/a?next=http://***@h/&token=***");
  assert_masked ("/a?next=%2Fb%3Ftoken%3Dx%26q%3D1", "/a?next=/b?token=***%26q=1");
  assert_masked ("/a?next=%2Fb%3Fq%3D1", "/a?next=%2Fb%3Fq%3D1");
  assert_masked ("/a?state=token%3Dx", "/a?state=token=***");
  assert_masked ("http://h/?eyJhbGciOi", "http://h/?***");
  assert_masked ("http://h/?q=%73k-123", "http://h/?q=***");
  assert_masked ("http://h/?h=Bearer%20x", "http://h/?h=***");
  assert_masked ("http://h/#/a?token=x", "http://h/#/a?token=***");
  assert_masked ("http://h/?%00token=x&\xff=y", "http://h/?%00token=***&\xff=y");
  assert_masked ("http://h/?a=%", "http://h/?a=%");

  assert_header ("Accept", "a/b", "a/b");
  assert_header ("authorization", "Bearer abc", "Bearer ***");
  assert_header ("Authorization", "abc", "***");
  assert_header ("Cookie", "a=1; b=2", "a=***; b=***");
  assert_header ("Set-Cookie", "a=1; Path=/; Secure", "a=***; Path=***; Secure");
  assert_header ("X-Api-Key", "k", "***");
  assert_header ("X-Auth-Token", "k", "***");
  assert_header ("Location", "http://h/?token=x", "http://h/?token=***");
  assert_header ("Location", "/a b?token=c d", "/a b?token=***");
  assert_header ("Refresh", "5; url=/x?token=y z", "5; url=/x?token=***");
  assert_header ("Refresh", "5;URL='http://me:pw@h/?q=1'", "5;URL='http://***@h/?q=1'");
  assert_header ("Link", "</x?token=y>; rel=\"next\", <http://me:pw@h/a,b?key=z>; rel=prev",
                 "</x?token=***>; rel=\"next\", <http://***@h/a,b?key=***>; rel=prev");
  assert_header ("X-Next-Page", "http://h/?token=x", "http://h/?token=***");
  assert_header ("Alt", "a \"http://me:pw@h/\" b", "a \"http://***@h/\" b");
  assert_header ("X-Custom", "sk-123", "***");
  assert_header ("Cookie", "geheim", "***");
  assert_header ("Cookie", "a=1; geheim", "a=***; ***");
  assert_header ("Set-Cookie", "geheim; Secure", "***; Secure");
  assert_header ("Authorization", "two words", "***");
  assert_header ("Authorization", "basic abc", "basic ***");
  assert_header ("User-Agent", "weir/1 (+http://h/?q=1)", "weir/1 (+http://h/?q=1)");
  assert_header ("Sec-CH-UA", "\"A\";v=\"1\", ?0", "\"A\";v=\"1\", ?0");
  assert_header ("X-Ticket-Id", "7", "7");
  assert_header ("WWW-Authenticate", "Basic realm=\"x\"", "Basic realm=\"x\"");
}

static void
refuse_address (const char *address)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirRequest) request = weir_request_new (address, &error);

  g_assert_null (request);
  g_assert_error (error, WEIR_REQUEST_ERROR, WEIR_REQUEST_ERROR_ADDRESS);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strpbrk (error->message, "\r\n\033"));
}

static void
accept_url (const char *address, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirRequest) request = weir_request_new (address, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (weir_request_get_url (request), ==, expected);
}

static void
test_addresses (void)
{
  refuse_address ("");
  refuse_address ("http://");
  refuse_address ("http:///x");
  refuse_address ("http://[::1/x");
  refuse_address ("http://h:99999/");
  refuse_address ("http://h/a\r\nX: y");
  refuse_address ("http://h/\033[31m");
  refuse_address ("ftp://h/x");
  refuse_address ("javascript://h/x");

  accept_url ("http://h", "http://h/");
  accept_url ("HTTP://h:8080/x?y=z#part", "http://h:8080/x?y=z");
  accept_url ("http://h/a b/中?q=ü", "http://h/a%20b/%E4%B8%AD?q=%C3%BC");
  accept_url ("http://h/%2F?a=%26", "http://h/%2F?a=%26");
  accept_url ("http://me:pw@h/", "http://h/");
  accept_url ("localhost:3000/x", "http://localhost:3000/x");
  accept_url ("[::1]:3000", "http://[::1]:3000/");
  accept_url ("http://例え.jp/", "http://xn--r8jz45g.jp/");
}

static void
test_paths (void)
{
  g_autoptr (WeirRequest) file = weir_request_new ("no-such.sse", NULL);
  g_autoptr (WeirRequest) input = weir_request_new ("-", NULL);
  g_autoptr (WeirRequest) url = weir_request_new ("file:///tmp/a%20b.sse", NULL);

  g_assert_cmpstr (weir_request_get_path (file), ==, "no-such.sse");
  g_assert_null (weir_request_get_url (file));
  g_assert_cmpstr (weir_request_get_path (input), ==, "-");
  g_assert_cmpstr (weir_request_get_path (url), ==, "/tmp/a b.sse");
}

static void
test_request_headers (void)
{
  g_autoptr (WeirRequest) request = weir_request_new ("http://h/", NULL);
  const char *refused[] = {
    "A: b\r\nC: d", "A\n: b",  "no colon",          ": empty",
    "A b: c",       "A: \x01", "Content-Length: 3", "Transfer-Encoding: x"
  };
  const char *name, *value;

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (weir_request_add_header_line (request, refused[i], &error));
      g_assert_error (error, WEIR_REQUEST_ERROR, WEIR_REQUEST_ERROR_HEADER);
      g_assert_null (strpbrk (error->message, "\r\n\x01"));
    }
  g_assert_false (weir_request_get_header (request, 0, &name, &value));

  g_assert_true (weir_request_add_header_line (request, "A:  b c ", NULL));
  g_assert_true (weir_request_get_header (request, 0, &name, &value));
  g_assert_cmpstr (name, ==, "A");
  g_assert_cmpstr (value, ==, "b c");

  g_assert_true (weir_request_set_basic (request, "a", "b", NULL));
  g_assert_true (weir_request_set_bearer (request, "t", NULL));
  g_assert_true (weir_request_get_header (request, 1, &name, &value));
  g_assert_cmpstr (value, ==, "Bearer t");
  g_assert_false (weir_request_get_header (request, 2, &name, &value));
  g_assert_false (weir_request_set_bearer (request, "t\nX: y", NULL));
  g_assert_false (weir_request_set_basic (request, "a", "b\r\nX: y", NULL));
  g_assert_false (weir_request_set_basic (request, "a:b", "c", NULL));
  g_assert_false (weir_request_set_last_event_id (request, "a\rb", NULL));
  g_assert_false (weir_request_set_method (request, "G T", NULL));
}

static void
assert_curl (WeirRequest *request, gboolean with_secrets, const char *expected)
{
  g_autofree char *command = weir_request_to_curl (request, with_secrets);

  g_assert_cmpstr (command, ==, expected);
}

static void
test_curl (void)
{
  g_autoptr (WeirRequest) request = weir_request_new ("http://me:pw@h/?token=t&q=it's", NULL);
  g_autoptr (WeirRequest) file = weir_request_new ("/a/b c.sse", NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);

  weir_request_set_body (request, body);
  g_assert_true (weir_request_set_last_event_id (request, "7", NULL));
  g_assert_true (weir_request_set_proxy (request, "http://u:p@x:1", NULL));
  assert_curl (request, FALSE,
               "curl -N -X 'POST' -H 'Accept: text/event-stream' -H 'Authorization: Basic ***' "
               "-H 'Last-Event-ID: 7' -H 'Content-Type: application/json' --data-raw '{}' "
               "--proxy 'http://***@x:1' 'http://h/?token=***&q=it'\\''s'");
  assert_curl (
      request, TRUE,
      "curl -N -X 'POST' -H 'Accept: text/event-stream' -H 'Authorization: Basic bWU6cHc=' "
      "-H 'Last-Event-ID: 7' -H 'Content-Type: application/json' --data-raw '{}' "
      "--proxy 'http://u:p@x:1' 'http://h/?token=t&q=it'\\''s'");
  assert_curl (file, FALSE, "curl -N 'file:///a/b%20c.sse'");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/backoff", test_backoff);
  g_test_add_func ("/policy/retry-after", test_retry_after);
  g_test_add_func ("/policy/rhythm", test_rhythm);
  g_test_add_func ("/policy/audit", test_audit);
  g_test_add_func ("/policy/audit-numbers", test_audit_numbers);
  g_test_add_func ("/policy/sequence", test_sequence);
  g_test_add_func ("/policy/bunching", test_bunching);
  g_test_add_func ("/policy/secret-names", test_secret_names);
  g_test_add_func ("/policy/secrets", test_secrets);
  g_test_add_func ("/policy/repeated-secrets", test_repeated_secrets);
  g_test_add_func ("/policy/addresses", test_addresses);
  g_test_add_func ("/policy/paths", test_paths);
  g_test_add_func ("/policy/headers", test_request_headers);
  g_test_add_func ("/policy/curl", test_curl);
  return g_test_run ();
}
