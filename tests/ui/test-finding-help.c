/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "app/ui/inspector/weir-finding-help.h"

/* The limits are Weir's own. */
static gboolean
is_limit (WeirFindingCode code)
{
  return code == WEIR_FINDING_LINE_TOO_LONG || code == WEIR_FINDING_EVENT_TOO_LARGE
         || code == WEIR_FINDING_ID_TOO_LONG;
}

/* Each finding that the parser knows is explained, with the section of the standard and its address. */
static void
test_every_finding (void)
{
  int n = 0;

  for (WeirFindingCode code = 1; strcmp (weir_finding_name (code), weir_finding_name (0)) != 0;
       code++, n++)
    {
      const char *section = weir_finding_help_get_section (code);
      const char *uri = weir_finding_help_get_uri (code);

      g_test_message ("%s", weir_finding_name (code));
      g_assert_cmpuint (strlen (weir_finding_help_get_text (code)), >, 60);
      g_assert_true ((section == NULL) == is_limit (code));
      g_assert_true ((uri == NULL) == is_limit (code));
      if (uri == NULL)
        continue;
      g_assert_nonnull (strstr (section, "Standard, "));
      g_assert_nonnull (strchr (uri, '#'));
      if (g_str_has_prefix (section, "HTML Standard, 9.2."))
        g_assert_true (g_str_has_prefix (
            uri, "https://html.spec.whatwg.org/multipage/server-sent-events.html#"));
      else
        g_assert_true (g_str_has_prefix (uri, "https://encoding.spec.whatwg.org/#"));
    }
  g_assert_cmpint (n, >=, 13);
  g_assert_cmpstr (weir_finding_help_get_text (0), ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/finding-help/every-finding", test_every_finding);
  return g_test_run ();
}
