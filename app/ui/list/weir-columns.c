/* SPDX-License-Identifier: MIT */
#include "weir-columns.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "common/weir-settings.h"

#define MARGIN 12
#define GAP 12
/* Minimum width of the data column before other columns are hidden. */
#define MIN_TEXT_WIDTH 220
#define MIN_COLUMN_WIDTH 32
#define MAX_COLUMN_WIDTH 4000
#define MAX_COLORED_TYPES 1024

struct _WeirColumns
{
  GObject parent_instance;

  GSettings *settings;
  PangoFontDescription *mono;
  int char_width;
  int row_height;
  int baseline;
  int widths[WEIR_N_COLUMNS];  /* as dragged; 0: natural */
  int natural[WEIR_N_COLUMNS]; /* the width of the widest usual text; that of Time is below */
  int natural_time[WEIR_N_TIME_FORMATS];
  gboolean visible[WEIR_N_COLUMNS];
  WeirTimeFormat time_format;
  gboolean dark;
  gboolean high_contrast;

  /* The layout for the last row width. */
  int laid_out_width;
  gboolean laid_out_rtl;
  int x[WEIR_N_COLUMNS];
  int width[WEIR_N_COLUMNS];
};

G_DEFINE_FINAL_TYPE (WeirColumns, weir_columns, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const struct
{
  const char *name;
  const char *title;
} columns[] = {
  [WEIR_COLUMN_NUMBER] = { "number", N_ ("No.") }, [WEIR_COLUMN_TIME] = { "time", N_ ("Time") },
  [WEIR_COLUMN_GAP] = { "gap", N_ ("Δ") },         [WEIR_COLUMN_TYPE] = { "type", N_ ("Type") },
  [WEIR_COLUMN_ID] = { "id", N_ ("ID") },          [WEIR_COLUMN_SIZE] = { "size", N_ ("Size") },
  [WEIR_COLUMN_TEXT] = { "text", N_ ("Data") },
};

/* The order in which columns are hidden in narrow rows. */
static const WeirColumn give_way[] = {
  WEIR_COLUMN_NUMBER, WEIR_COLUMN_SIZE, WEIR_COLUMN_GAP, WEIR_COLUMN_ID, WEIR_COLUMN_TIME,
};

/* Eight hues that stay apart with the common kinds of colour blindness, after Okabe and Ito;
 * each dark enough on white, and light enough on black, to be read (4.5 : 1). */
static const char *const light_colors[WEIR_TYPE_COLORS] = {
  "#0b5fa5", "#a34700", "#00704e", "#9b2f7d", "#5c4bb5", "#7a5c00", "#00687d", "#b3261e",
};
static const char *const dark_colors[WEIR_TYPE_COLORS] = {
  "#7fbdf5", "#ffab66", "#5cd6a9", "#f09bd6", "#b9aefc", "#e6c84f", "#66d3ea", "#ff9d94",
};

static void
invalidate (WeirColumns *self)
{
  self->laid_out_width = -1;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
read_settings (WeirColumns *self)
{
  g_auto (GStrv) names = g_settings_get_strv (self->settings, "columns");

  for (guint i = 0; i < WEIR_N_COLUMNS; i++)
    self->visible[i] = g_strv_contains ((const char *const *) names, columns[i].name);
  self->visible[WEIR_COLUMN_TEXT] = TRUE;
  self->time_format = g_settings_get_enum (self->settings, "time-format");
  invalidate (self);
}

static void
read_widths (WeirColumns *self)
{
  g_autoptr (GVariant) widths = g_settings_get_value (self->settings, "column-widths");

  for (guint i = 0; i < WEIR_N_COLUMNS; i++)
    {
      gint32 width = 0;

      g_variant_lookup (widths, columns[i].name, "i", &width);
      self->widths[i] = width > 0 ? CLAMP (width, MIN_COLUMN_WIDTH, MAX_COLUMN_WIDTH) : 0;
    }
  invalidate (self);
}

static void
read_style (WeirColumns *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  self->dark = adw_style_manager_get_dark (style);
  self->high_contrast = adw_style_manager_get_high_contrast (style);
  invalidate (self);
}

static void
weir_columns_finalize (GObject *object)
{
  WeirColumns *self = WEIR_COLUMNS (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->mono, pango_font_description_free);
  G_OBJECT_CLASS (weir_columns_parent_class)->finalize (object);
}

static void
weir_columns_class_init (WeirColumnsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = weir_columns_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_columns_init (WeirColumns *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  self->settings = g_object_ref (weir_settings_get ());
  self->row_height = 26;
  self->char_width = 8;
  g_signal_connect_object (self->settings, "changed::columns", G_CALLBACK (read_settings), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::time-format", G_CALLBACK (read_settings), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::column-widths", G_CALLBACK (read_widths), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (read_style), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (read_style), self,
                           G_CONNECT_SWAPPED);
  read_settings (self);
  read_widths (self);
  read_style (self);
}

WeirColumns *
weir_columns_new (void)
{
  return g_object_new (WEIR_TYPE_COLUMNS, NULL);
}

static int
text_width (PangoLayout *layout, const char *text)
{
  int width;

  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/* In some fonts the digits differ in width. */
static char
find_widest_digit (PangoLayout *layout)
{
  char widest = '0';
  int width = 0;

  for (char digit = '0'; digit <= '9'; digit++)
    {
      const char text[] = { digit, digit, digit, digit, digit, digit, digit, digit, '\0' };
      const int digit_width = text_width (layout, text);

      if (digit_width > width)
        widest = digit;
      width = MAX (width, digit_width);
    }
  return widest;
}

/* The width of text with each digit replaced by the widest one. */
static int
widest_text_width (PangoLayout *layout, const char *text, char digit)
{
  g_autofree char *widest = g_strdup (text);

  for (char *at = widest; *at != '\0'; at++)
    if (g_ascii_isdigit (*at))
      *at = digit;
  return text_width (layout, widest);
}

/* Formats what the rows format, so that units and separators are those of the reader's language. */
static void
measure_natural_widths (WeirColumns *self, PangoContext *context)
{
  static const gint64 gaps_us[] = { 8800, 888 * 1000, 88880 * 1000,
                                    G_GINT64_CONSTANT (5280) * G_USEC_PER_SEC };
  static const guint64 sizes[] = { 888, 888800, 888800 * 1000 };
  const gint64 day_us = G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC;
  g_autoptr (PangoLayout) layout = pango_layout_new (context);
  char buffer[WEIR_FORMAT_LENGTH];
  const char digit = find_widest_digit (layout);
  int *natural = self->natural;

  for (WeirColumn column = 0; column < WEIR_N_COLUMNS; column++)
    natural[column] = text_width (layout, weir_column_get_title (column));
  for (WeirTimeFormat format = 0; format < WEIR_N_TIME_FORMATS; format++)
    self->natural_time[format] = MAX (
        natural[WEIR_COLUMN_TIME],
        widest_text_width (layout, weir_format_time (buffer, 2 * day_us, day_us, format), digit));
  for (guint i = 0; i < G_N_ELEMENTS (gaps_us); i++)
    natural[WEIR_COLUMN_GAP] =
        MAX (natural[WEIR_COLUMN_GAP],
             widest_text_width (layout, weir_format_gap (buffer, gaps_us[i]), digit));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    natural[WEIR_COLUMN_SIZE] =
        MAX (natural[WEIR_COLUMN_SIZE],
             widest_text_width (layout, weir_format_size (buffer, sizes[i]), digit));
  natural[WEIR_COLUMN_NUMBER] =
      MAX (natural[WEIR_COLUMN_NUMBER],
           widest_text_width (layout, weir_format_count (buffer, 8888888), digit));
  natural[WEIR_COLUMN_TYPE] =
      MAX (natural[WEIR_COLUMN_TYPE], widest_text_width (layout, "00000000000000", digit));
  pango_layout_set_font_description (layout, self->mono);
  natural[WEIR_COLUMN_ID] = MAX (natural[WEIR_COLUMN_ID], text_width (layout, "00000000"));
}

void
weir_columns_measure (WeirColumns *self, PangoContext *context)
{
  const PangoFontDescription *sans = pango_context_get_font_description (context);
  g_autofree char *font = g_settings_get_string (self->settings, "font");
  g_autoptr (PangoFontDescription) mono = pango_font_description_copy (sans);
  PangoFontMetrics *sans_metrics, *mono_metrics;
  int height, ascent;

  g_return_if_fail (WEIR_IS_COLUMNS (self));

  pango_font_description_set_family (mono, "monospace");
  if (pango_font_description_get_size_is_absolute (sans))
    pango_font_description_set_absolute_size (mono, pango_font_description_get_size (sans) * 0.95);
  else
    pango_font_description_set_size (mono, (int) (pango_font_description_get_size (sans) * 0.95));
  if (*font != '\0')
    {
      g_autoptr (PangoFontDescription) chosen = pango_font_description_from_string (font);
      pango_font_description_merge (mono, chosen, TRUE);
    }
  sans_metrics = pango_context_get_metrics (context, sans, NULL);
  mono_metrics = pango_context_get_metrics (context, mono, NULL);
  height = MAX (pango_font_metrics_get_height (sans_metrics),
                pango_font_metrics_get_height (mono_metrics));
  ascent = MAX (pango_font_metrics_get_ascent (sans_metrics),
                pango_font_metrics_get_ascent (mono_metrics));
  self->char_width =
      MAX (1, PANGO_PIXELS (pango_font_metrics_get_approximate_char_width (mono_metrics)));
  self->row_height = PANGO_PIXELS_CEIL (height) + 8;
  self->baseline = (self->row_height - PANGO_PIXELS (height)) / 2 + PANGO_PIXELS (ascent);
  pango_font_metrics_unref (sans_metrics);
  pango_font_metrics_unref (mono_metrics);

  g_clear_pointer (&self->mono, pango_font_description_free);
  self->mono = g_steal_pointer (&mono);
  measure_natural_widths (self, context);
  invalidate (self);
}

static int
natural_width (WeirColumns *self, WeirColumn column)
{
  return column == WEIR_COLUMN_TIME ? self->natural_time[self->time_format] : self->natural[column];
}

static int
wanted_width (WeirColumns *self, WeirColumn column)
{
  return self->widths[column] > 0 ? self->widths[column] : natural_width (self, column);
}

/* Columns that the user widened shrink first; then the least important ones are hidden. */
static void
lay_out (WeirColumns *self, int row_width, gboolean rtl)
{
  int left = row_width - 2 * MARGIN, x = MARGIN;

  for (guint i = 0; i < WEIR_COLUMN_TEXT; i++)
    {
      self->width[i] = self->visible[i] ? wanted_width (self, i) : 0;
      left -= self->visible[i] ? self->width[i] + GAP : 0;
    }
  for (guint i = 0; i < WEIR_COLUMN_TEXT && left < MIN_TEXT_WIDTH; i++)
    {
      const int surplus = MIN (self->width[i] - natural_width (self, i), MIN_TEXT_WIDTH - left);

      self->width[i] -= MAX (0, surplus);
      left += MAX (0, surplus);
    }
  for (guint i = 0; i < G_N_ELEMENTS (give_way) && left < MIN_TEXT_WIDTH; i++)
    if (self->width[give_way[i]] > 0
        && (give_way[i] != WEIR_COLUMN_TIME || left < MIN_TEXT_WIDTH / 2))
      {
        left += self->width[give_way[i]] + GAP;
        self->width[give_way[i]] = 0;
      }
  self->width[WEIR_COLUMN_TEXT] = MAX (left, 1);
  for (guint i = 0; i < WEIR_N_COLUMNS; i++)
    {
      if (self->width[i] == 0)
        continue;
      self->x[i] = rtl ? row_width - x - self->width[i] : x;
      x += self->width[i] + GAP;
    }
  self->laid_out_width = row_width;
  self->laid_out_rtl = rtl;
}

gboolean
weir_columns_get_span (
    WeirColumns *self, WeirColumn column, int row_width, gboolean rtl, int *x, int *width)
{
  if (self->laid_out_width != row_width || self->laid_out_rtl != rtl)
    lay_out (self, row_width, rtl);
  *x = self->x[column];
  *width = self->width[column];
  return self->width[column] > 0;
}

int
weir_columns_get_row_height (WeirColumns *self)
{
  return self->row_height;
}

int
weir_columns_get_baseline (WeirColumns *self)
{
  return self->baseline;
}

int
weir_columns_get_char_width (WeirColumns *self)
{
  return self->char_width;
}

const PangoFontDescription *
weir_columns_get_mono_font (WeirColumns *self)
{
  return self->mono;
}

/* Pango would go by the direction of the text, which in a cell is chance: 12 has none. */
int
weir_column_place (WeirColumn column, PangoLayout *layout, int x, int width, gboolean rtl)
{
  const gboolean numeric =
      column == WEIR_COLUMN_NUMBER || column == WEIR_COLUMN_GAP || column == WEIR_COLUMN_SIZE;
  PangoRectangle text;

  if (column == WEIR_COLUMN_TEXT)
    return x;
  pango_layout_get_pixel_extents (layout, NULL, &text);
  return (numeric != rtl ? x + width - text.width : x) - text.x;
}

const char *
weir_column_get_title (WeirColumn column)
{
  return _ (columns[column].title);
}

const char *
weir_column_get_name (WeirColumn column)
{
  return columns[column].name;
}

gboolean
weir_columns_get_visible (WeirColumns *self, WeirColumn column)
{
  return self->visible[column];
}

void
weir_columns_set_width (WeirColumns *self, WeirColumn column, int width)
{
  g_return_if_fail (WEIR_IS_COLUMNS (self));

  self->widths[column] = CLAMP (width, MIN_COLUMN_WIDTH, MAX_COLUMN_WIDTH);
  invalidate (self);
}

void
weir_columns_keep_widths (WeirColumns *self)
{
  GVariantBuilder widths;

  g_return_if_fail (WEIR_IS_COLUMNS (self));

  g_variant_builder_init (&widths, G_VARIANT_TYPE ("a{si}"));
  for (guint i = 0; i < WEIR_N_COLUMNS; i++)
    if (self->widths[i] > 0)
      g_variant_builder_add (&widths, "{si}", columns[i].name, (gint32) self->widths[i]);
  g_settings_set_value (self->settings, "column-widths", g_variant_builder_end (&widths));
}

int
weir_columns_get_width (WeirColumns *self, WeirColumn column)
{
  g_return_val_if_fail (WEIR_IS_COLUMNS (self), 0);

  return self->laid_out_width >= 0 && self->width[column] > 0 ? self->width[column]
                                                              : wanted_width (self, column);
}

int
weir_columns_get_max_width (WeirColumns *self, WeirColumn column)
{
  g_return_val_if_fail (WEIR_IS_COLUMNS (self), 0);

  return weir_columns_get_width (self, column)
         + MAX (0, self->width[WEIR_COLUMN_TEXT] - MIN_TEXT_WIDTH);
}

WeirTimeFormat
weir_columns_get_time_format (WeirColumns *self)
{
  return self->time_format;
}

/* The first types get different colours. With a hash, two of them could have the same one. */
static guint
get_color_number (const char *type)
{
  static GHashTable *numbers = NULL; /* of char * to number + 1 */
  guint number;

  if (numbers == NULL)
    {
      numbers = g_hash_table_new (g_str_hash, g_str_equal);
      g_hash_table_insert (numbers, g_strdup ("message"), GUINT_TO_POINTER (1));
    }
  number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, type));
  if (number != 0)
    return number - 1;
  number = g_hash_table_size (numbers);
  if (number >= MAX_COLORED_TYPES)
    return g_str_hash (type);
  g_hash_table_insert (numbers, g_strdup (type), GUINT_TO_POINTER (number + 1));
  return number;
}

void
weir_columns_get_type_color (WeirColumns *self, const char *type, GdkRGBA *color)
{
  const guint i = get_color_number (type) % WEIR_TYPE_COLORS;

  gdk_rgba_parse (color, self->dark ? dark_colors[i] : light_colors[i]);
  if (self->high_contrast)
    gdk_rgba_parse (color, self->dark ? "#ffffff" : "#000000");
}

void
weir_columns_get_warning_color (WeirColumns *self, GdkRGBA *color)
{
  gdk_rgba_parse (color, self->dark ? "#f8c53a" : "#8f5902");
}
