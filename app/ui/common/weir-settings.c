/* SPDX-License-Identifier: MIT */
#include "weir-settings.h"

#include "weir-config.h"

#include "app/engine/base/weir-home.h"
#include "app/engine/base/weir-memory.h"
#include "app/engine/recording/weir-recording.h"

/* As the settings count, and as sizes are shown. */
#define MEGABYTE G_GUINT64_CONSTANT (1000000)

/* Of the memory limit, what the window itself needs. */
#define WINDOW_MEMORY ((guint64) 96 << 20)

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

void
weir_settings_apply_memory_limit (void)
{
  const guint64 memory = g_settings_get_uint (weir_settings_get (), "memory-limit") * MEGABYTE;

  weir_memory_set_limit (memory - MIN (memory, WINDOW_MEMORY));
}

char *
weir_settings_get_recordings (void)
{
  return g_build_filename (g_get_user_data_dir (), "weir", "recordings", NULL);
}

char *
weir_settings_record (WeirLog *log, const char *url, GError **error)
{
  GSettings *settings = weir_settings_get ();
  const WeirRecordingOptions options = {
    .max_bytes = g_settings_get_uint (settings, "disk-limit") * MEGABYTE,
    .whole_folder = TRUE,
  };
  g_autofree char *folder = NULL;

  if (!g_settings_get_boolean (settings, "record"))
    return NULL;
  folder = weir_settings_get_recordings ();
  return weir_log_record_in (log, folder, url, &options, error);
}
