/* SPDX-License-Identifier: MIT */
/*
 * weir-columns: positions, fonts and colours of the parts of a row. One WeirColumns serves all
 * rows of a list and its header, so that a row holds only its layouts.
 */
#pragma once

#include <gtk/gtk.h>

#include "common/weir-format.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_COLUMN_NUMBER,
  WEIR_COLUMN_TIME,
  WEIR_COLUMN_GAP,
  WEIR_COLUMN_TYPE,
  WEIR_COLUMN_ID,
  WEIR_COLUMN_SIZE,
  WEIR_COLUMN_TEXT,
  WEIR_N_COLUMNS,
} WeirColumn;

#define WEIR_TYPE_COLORS 8

#define WEIR_TYPE_COLUMNS (weir_columns_get_type ())
G_DECLARE_FINAL_TYPE (WeirColumns, weir_columns, WEIR, COLUMNS, GObject)

WeirColumns *weir_columns_new (void);

/* Reads the font's metrics from context; to be called when the list's style changed. */
void weir_columns_measure (WeirColumns *self, PangoContext *context);

/* Gives x and width of column, in pixels, in a row of row_width pixels; FALSE where the column
 * is hidden or the row too narrow for it. */
gboolean weir_columns_get_span (
    WeirColumns *self, WeirColumn column, int row_width, gboolean rtl, int *x, int *width);

int weir_columns_get_row_height (WeirColumns *self);
int weir_columns_get_baseline (WeirColumns *self);
int weir_columns_get_char_width (WeirColumns *self);
const PangoFontDescription *weir_columns_get_mono_font (WeirColumns *self);

/* The place to draw a layout so that its text begins at x in the column, aligned for numbers or for words in
 * the direction of the locale. Data keeps its own direction. */
int weir_column_place (WeirColumn column, PangoLayout *layout, int x, int width, gboolean rtl);

/* The column's title, translated; its name in settings. */
const char *weir_column_get_title (WeirColumn column);
const char *weir_column_get_name (WeirColumn column);

gboolean weir_columns_get_visible (WeirColumns *self, WeirColumn column);

/* Sets the width that a reader drags the column to, in pixels, and keeps all widths for every list
 * and the next time. */
void weir_columns_set_width (WeirColumns *self, WeirColumn column, int width);
void weir_columns_keep_widths (WeirColumns *self);
int weir_columns_get_width (WeirColumns *self, WeirColumn column);
/* Wider than this, the column would leave the text too little. */
int weir_columns_get_max_width (WeirColumns *self, WeirColumn column);

WeirTimeFormat weir_columns_get_time_format (WeirColumns *self);

/* The colour for an event type's name: the same for the same name in every stream. */
void weir_columns_get_type_color (WeirColumns *self, const char *type, GdkRGBA *color);
void weir_columns_get_warning_color (WeirColumns *self, GdkRGBA *color);

G_END_DECLS
