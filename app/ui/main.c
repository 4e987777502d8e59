/* SPDX-License-Identifier: MIT */
#include <glib/gi18n.h>
#include <locale.h>

#include "weir-application.h"
#include "weir-config.h"
#include "weir-settings.h"

int
main (int argc, char *argv[])
{
  g_autoptr (WeirApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, weir_is_uninstalled () ? WEIR_BUILD_LOCALE_DIR : WEIR_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = weir_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
