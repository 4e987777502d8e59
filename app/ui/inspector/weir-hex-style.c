/* SPDX-License-Identifier: MIT */
#include "weir-hex-style.h"

#include <adwaita.h>

static void
add (PangoAttrList *attributes, PangoAttribute *attribute, guint begin, guint end)
{
  attribute->start_index = begin;
  attribute->end_index = end;
  pango_attr_list_insert (attributes, attribute);
}

/* Each can be read on its ground (4.5 : 1). */
static void
add_color (PangoAttrList *attributes, const char *light, const char *dark, guint begin, guint end)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  PangoColor color;

  if (adw_style_manager_get_high_contrast (style))
    return;
  pango_color_parse (&color, adw_style_manager_get_dark (style) ? dark : light);
  add (attributes, pango_attr_foreground_new (color.red, color.green, color.blue), begin, end);
}

void
weir_hex_style_add (PangoAttrList *attributes, WeirByteKind kind, guint begin, guint end)
{
  switch (kind)
    {
    case WEIR_BYTE_NAME:
      add (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD), begin, end);
      add_color (attributes, "#0b5fa5", "#7fbdf5", begin, end);
      break;
    case WEIR_BYTE_SEPARATOR:
      add (attributes, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), begin, end);
      add_color (attributes, "#5e5c64", "#c0bfbc", begin, end);
      break;
    case WEIR_BYTE_COMMENT:
      add (attributes, pango_attr_style_new (PANGO_STYLE_ITALIC), begin, end);
      add_color (attributes, "#00704e", "#5cd6a9", begin, end);
      break;
    case WEIR_BYTE_IGNORED:
      add (attributes, pango_attr_strikethrough_new (TRUE), begin, end);
      add_color (attributes, "#8f5902", "#f8c53a", begin, end);
      break;
    case WEIR_BYTE_LINE_END:
    case WEIR_BYTE_BOM:
      add (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD), begin, end);
      add_color (attributes, "#9b2f7d", "#f09bd6", begin, end);
      break;
    case WEIR_BYTE_VALUE:
    case WEIR_BYTE_UNKNOWN:
      break;
    default:
      add_color (attributes, "#5e5c64", "#c0bfbc", begin, end);
      break;
    }
}
