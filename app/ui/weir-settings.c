/* SPDX-License-Identifier: MIT */
#include "weir-settings.h"

#include "weir-config.h"

#include "app/engine/weir-home.h"

static char *
get_build_folder (void)
{
  return g_path_get_dirname (WEIR_BUILD_LOCALE_DIR);
}

static GSettings *
settings_from_build_folder (void)
{
  g_autofree char *build = get_build_folder ();
  g_autofree char *folder = g_build_filename (build, "data", NULL);
  g_autoptr (GSettingsSchemaSource) source = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;

  source = g_settings_schema_source_new_from_directory (
      folder, g_settings_schema_source_get_default (), TRUE, NULL);
  if (source == NULL)
    return NULL;
  schema = g_settings_schema_source_lookup (source, WEIR_APP_ID, FALSE);
  if (schema == NULL)
    return NULL;
  return g_settings_new_full (schema, NULL, NULL);
}

GSettings *
weir_settings_get (void)
{
  static GSettings *settings = NULL;

  if (settings == NULL && weir_is_uninstalled ())
    settings = settings_from_build_folder ();
  if (settings == NULL)
    settings = g_settings_new (WEIR_APP_ID);
  return settings;
}
