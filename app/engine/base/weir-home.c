/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-home.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

gboolean
weir_is_uninstalled (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *build = g_path_get_dirname (WEIR_BUILD_LOCALE_DIR);
  g_autofree char *prefix = g_strconcat (build, "/", NULL);

  return program != NULL && g_str_has_prefix (program, prefix);
}

void
weir_locale_init (void)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE,
                  weir_is_uninstalled () ? WEIR_BUILD_LOCALE_DIR : WEIR_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
