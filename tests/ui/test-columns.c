/* SPDX-License-Identifier: MIT */
#include <adwaita.h>
#include <pango/pangocairo.h>

#include "app/ui/common/weir-settings.h"
#include "app/ui/list/weir-columns.h"

#define ROW_WIDTH 4000

static void
assert_fits (WeirColumns *columns, WeirColumn column, PangoLayout *layout, const char *text)
{
  int x, width, text_width;

  g_assert_true (weir_columns_get_span (columns, column, ROW_WIDTH, FALSE, &x, &width));
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &text_width, NULL);
  g_test_message ("%s: %d of %d pixels", text, text_width, width);
  g_assert_cmpint (text_width, <=, width);
}

/* The usual texts of each column are as wide as the column at most, whatever the font. */
static void
test_every_font (void)
{
  static const char *const fonts[] = { "Cantarell 11", "DejaVu Sans Bold 15", "Monospace 9",
                                       "Serif Italic 12" };
  static const gint64 times_us[] = { 1796054400000000, 1796079660444000, 1796135999999000 };
  static const WeirTimeFormat formats[] = { WEIR_TIME_CLOCK, WEIR_TIME_ELAPSED, WEIR_TIME_ISO };
  g_autoptr (WeirColumns) columns = weir_columns_new ();
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  g_autoptr (PangoLayout) layout = pango_layout_new (context);
  const char *const shown[] = { "number", "time", "gap", "size", "text", NULL };
  char text[WEIR_FORMAT_LENGTH];

  g_settings_set_strv (weir_settings_get (), "columns", shown);
  for (guint i = 0; i < G_N_ELEMENTS (fonts); i++)
    {
      g_autoptr (PangoFontDescription) font = pango_font_description_from_string (fonts[i]);

      g_test_message ("%s", fonts[i]);
      pango_context_set_font_description (context, font);
      weir_columns_measure (columns, context);
      for (guint format = 0; format < G_N_ELEMENTS (formats); format++)
        {
          g_settings_set_enum (weir_settings_get (), "time-format", (int) formats[format]);
          for (guint time = 0; time < G_N_ELEMENTS (times_us); time++)
            assert_fits (columns, WEIR_COLUMN_TIME, layout,
                         weir_format_time (text, times_us[time], times_us[0], formats[format]));
        }
      assert_fits (columns, WEIR_COLUMN_NUMBER, layout, weir_format_count (text, 4444444));
      assert_fits (columns, WEIR_COLUMN_GAP, layout, weir_format_gap (text, 44440000));
      assert_fits (columns, WEIR_COLUMN_GAP, layout, weir_format_gap (text, 999000));
      assert_fits (columns, WEIR_COLUMN_SIZE, layout, weir_format_size (text, 999900));
    }
  g_object_unref (context);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/columns/every-font", test_every_font);
  return g_test_run ();
}
