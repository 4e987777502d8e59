/* SPDX-License-Identifier: MIT */
/* Pasted commands: what each shell makes of them. */
#include "app/ui/streams/weir-curl.h"

#include <string.h>

#define URL "https://h.example/v1?a=1&b=2"

static void
expect_body (const char *command, const char *body)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirStreamConfig) config = NULL;

  g_test_message ("%s", command);
  g_assert_true (weir_curl_is_command (command));
  config = weir_curl_parse (command, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (config->address, ==, URL);
  g_assert_cmpstr (config->body, ==, body);
}

/* The quotations of bash (its manual, 3.1.2). */
static void
test_bash (void)
{
  expect_body ("curl '" URL "' --data-raw $'{\"q\":\"Hi\\u0021\"}'", "{\"q\":\"Hi!\"}");
  expect_body ("curl '" URL "' --data-raw $'it\\'s \\\\ \\n \\t \\x41\\101\\e'",
               "it's \\ \n \t AA\033");
  expect_body ("curl '" URL "' --data-raw $'\\u4f60\\u597d \\ud83d\\ude00 \\U0001f600'",
               "你好 😀 😀");
  expect_body ("curl '" URL "' --data-raw $'\\ud83d \\q'", "\xef\xbf\xbd \\q");
  expect_body ("curl '" URL "' \\\n  -H 'A: b' \\\r\n  --data-raw 'x'$'\\n'\"y\\\"z\"\\ w",
               "x\ny\"z w");
  expect_body ("curl " URL " -d \"{\\\"a\\\":\\$b}\"", "{\"a\":$b}");
  expect_body ("curl '" URL "' -d $\"x\" | jq . > out", "x");
  expect_body ("curl -sN '" URL "' -d 'a^\"b' # why", "a^\"b");
  expect_body ("curl '" URL "'", NULL);
  expect_body ("$ curl -N '" URL "' -d x 2>/dev/null", "x");
  expect_body ("  sudo curl -N '" URL "' -d x 2>&1 | jq .", "x");
  /* Blanks after the backslash, and PowerShell's backtick. */
  expect_body ("curl '" URL "' \\ \n  -d x", "x");
  expect_body ("curl '" URL "' `\n  -d x", "x");
  expect_body ("curl ‘" URL "’ -d “x’y”", "x’y");
  expect_body ("curl '" URL "' -d @- <<'EOF'\n{\"a\":\n1}\nEOF\n", "{\"a\":\n1}");
  expect_body ("curl '" URL "' -d @- <<EOF\nEOF", "");
  expect_body ("curl '" URL "' -4 --noproxy '*' --tlsv1.2 -D - --proto '=https' -d '$a'", "$a");
  expect_body ("curl '" URL "' -d \"5$ \\$a \\`b\\`\"", "5$ $a `b`");
}

/* Carets and quotes of cmd.exe, as Chrome and Firefox copy them. */
static void
test_cmd (void)
{
  expect_body ("curl ^\""
               "https://h.example/v1?a=1^&b=2"
               "^\" ^\r\n  -H ^\"accept: */*^\" ^\r\n"
               "  --data-raw ^\"^{^\\^\"q^\\^\":^\\^\"Hi^!^\\^\"^}^\"",
               "{\"q\":\"Hi!\"}");
  expect_body ("curl \"" URL
               "\" ^\n  -H \"accept: */*\" ^\n  --data-raw \"{\\\"q\\\":\\\"50^%\\\"}\"",
               "{\"q\":\"50%\"}");
  expect_body ("curl ^\"https://h.example/v1?a=1^&b=2^\" --data-raw ^\"a^\n\nb^\"", "a\nb");
  expect_body ("curl ^\"https://h.example/v1?a=1^&b=2^\" --data-raw ^\"a\"\"b\\\\^\"", "a\"b\\");
}

/* What Chrome copies for PowerShell, and short forms. */
static void
test_powershell (void)
{
  static const char command[] =
      "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n"
      "$session.UserAgent = \"Mozilla/5.0 (X; y)\"\n"
      "$session.Cookies.Add((New-Object System.Net.Cookie(\"sid\", \"c00kie\", \"/\", "
      "\"h.example\")))\n"
      "Invoke-WebRequest -UseBasicParsing -Uri \"" URL "\" `\n"
      "-Method \"POST\" `\n-WebSession $session `\n"
      "-Headers @{\n\"authority\"=\"h.example\"\n  \"method\"=\"POST\"\n"
      "  \"x-team\"=\"a, `\"b`\"; c\"\n} `\n"
      "-ContentType \"text/plain;charset=UTF-8\" `\n"
      "-Body \"{`\"q`\":`\"Hi $([char]228)$([char]55357)$([char]56832)`$`n`\"}\"";
  g_autoptr (WeirStreamConfig) config = NULL;

  expect_body (command, "{\"q\":\"Hi ä😀$\n\"}");
  config = weir_curl_parse (command, NULL);
  g_assert_cmpstr (config->method, ==, "POST");
  g_assert_cmpstr (config->headers, ==,
                   "User-Agent: Mozilla/5.0 (X; y)\nCookie: sid=c00kie\nx-team: a, \"b\"; c\n"
                   "Content-Type: text/plain;charset=UTF-8\n");
  expect_body ("Invoke-RestMethod '" URL "' -Method Post -Body 'it''s `n'", "it's `n");
  expect_body ("iwr -Uri '" URL "' -Headers @{ 'A' = 'b'; 'C' = 'd' } "
               "-Body ([System.Text.Encoding]::UTF8.GetBytes(\"x`\"y\"))",
               "x\"y");
}

static void
expect_header (const char *command, const char *headers)
{
  g_autoptr (WeirStreamConfig) config = weir_curl_parse (command, NULL);

  g_assert_nonnull (config);
  g_assert_cmpstr (config->headers, ==, headers);
}

/* The server receives what curl would send. */
static void
test_types (void)
{
  g_autoptr (WeirStreamConfig) query =
      weir_curl_parse ("curl -G http://h/x -d a=1 --data-urlencode 'b=ä c'", NULL);

  g_autoptr (WeirStreamConfig) bare = weir_curl_parse ("curl h.example:8080/v1", NULL);

  expect_header ("curl http://h/ -d 'a=b'", "Content-Type: application/x-www-form-urlencoded\n");
  expect_header ("curl http://h/ -H 'content-type: text/x' -d a", "content-type: text/x\n");
  expect_header ("curl http://h/ --json '{}'", "Content-Type: application/json\n");
  expect_header ("curl http://h/", NULL);
  expect_header ("curl http://h/ -H 'A:b' -H 'C;' -H 'Accept:'", "A: b\nC:\n");
  g_assert_cmpstr (bare->address, ==, "http://h.example:8080/v1");
  g_assert_cmpstr (query->address, ==, "http://h/x?a=1&b=%C3%A4%20c");
  g_assert_null (query->body);
}

static void
expect_refusal (const char *command, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_test_message ("%s", command);
  g_assert_null (weir_curl_parse (command, &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_refusals (void)
{
  expect_refusal ("curl http://a/ http://b/", "several addresses, “http://a/” and “http://b/”");
  expect_refusal ("curl --url http://a/ -H 'A: b' http://b/", "several addresses");
  expect_refusal ("iwr http://a/ http://b/", "several addresses");
  expect_refusal ("curl http://a/ -d @body.json", "sends the file “body.json”");
  expect_refusal ("curl http://a/ -d 'x", "ends inside a quotation");
  expect_refusal ("curl http://a/ -d $'x\\'", "ends inside a quotation");
  expect_refusal ("curl ^\"http://a/", "ends inside a quotation");
  expect_refusal ("iwr \"http://a/", "ends inside a quotation");
  expect_refusal ("iwr http://a/ -Foo", "“-Foo”");
  expect_refusal ("iwr http://a/ -Headers $h", "headers of the command");
  expect_refusal ("curl -N", "no address");
  expect_refusal ("curl --quux http://a/", "“--quux”");
  expect_refusal ("curl http://a/ -H", "needs a value");
  expect_refusal ("curl http://a/ -H \"Authorization: Bearer $API_KEY\"", "value of “$API_KEY”");
  expect_refusal ("curl http://a/?key=${KEY}", "value of “${KEY}”");
  expect_refusal ("curl http://a/ -d \"$(cat body)\"", "value of “$(cat body)”");
  expect_refusal ("curl http://a/ -H @headers.txt", "sends the file “headers.txt”");
  expect_refusal ("curl http://a/ -b jar.txt", "sends the file “jar.txt”");
  expect_refusal ("curl http://a/ ; curl http://b/", "several commands");
  expect_refusal ("curl http://a/ && curl http://b/", "several commands");
  expect_refusal ("curl http://a/\ncurl http://b/", "several commands");
  expect_refusal ("curl ‘http://a/", "ends inside a quotation");
  expect_refusal ("curl http://a/ -d @- <<EOF\n{}", "ends inside a quotation");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/curl/bash", test_bash);
  g_test_add_func ("/curl/cmd", test_cmd);
  g_test_add_func ("/curl/powershell", test_powershell);
  g_test_add_func ("/curl/types", test_types);
  g_test_add_func ("/curl/refusals", test_refusals);
  return g_test_run ();
}
