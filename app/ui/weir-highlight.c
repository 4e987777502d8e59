/* SPDX-License-Identifier: MIT */
#include "weir-highlight.h"

#include <string.h>

struct _WeirHighlight
{
  GObject parent_instance;

  GPtrArray *words; /* of char *, in lower case, none empty */
};

G_DEFINE_FINAL_TYPE (WeirHighlight, weir_highlight, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
weir_highlight_finalize (GObject *object)
{
  g_ptr_array_unref (WEIR_HIGHLIGHT (object)->words);
  G_OBJECT_CLASS (weir_highlight_parent_class)->finalize (object);
}

static void
weir_highlight_class_init (WeirHighlightClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_highlight_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_highlight_init (WeirHighlight *self)
{
  self->words = g_ptr_array_new_with_free_func (g_free);
}

WeirHighlight *
weir_highlight_new (void)
{
  return g_object_new (WEIR_TYPE_HIGHLIGHT, NULL);
}

void
weir_highlight_set_words (WeirHighlight *self, const char *const *words)
{
  g_return_if_fail (WEIR_IS_HIGHLIGHT (self));

  g_ptr_array_set_size (self->words, 0);
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_ptr_array_add (self->words, g_utf8_strdown (words[i], -1));
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* The length in bytes of word where it stands at text, in any case; 0 where it does not. */
static gsize
match_at (const char *text, const char *word)
{
  const char *p = text;

  for (; *word != '\0'; word = g_utf8_next_char (word), p = g_utf8_next_char (p))
    if (*p == '\0' || g_unichar_tolower (g_utf8_get_char (p)) != g_utf8_get_char (word))
      return 0;
  return (gsize) (p - text);
}

static void
mark (PangoAttrList *attributes, const GdkRGBA *color, gsize begin, gsize end)
{
  PangoAttribute *ground =
      pango_attr_background_new ((guint16) (color->red * 65535), (guint16) (color->green * 65535),
                                 (guint16) (color->blue * 65535));
  PangoAttribute *weight = pango_attr_weight_new (PANGO_WEIGHT_BOLD);

  ground->start_index = weight->start_index = (guint) begin;
  ground->end_index = weight->end_index = (guint) end;
  pango_attr_list_insert (attributes, ground);
  pango_attr_list_insert (attributes, weight);
}

void
weir_highlight_apply (WeirHighlight *self, WeirColumns *columns, PangoLayout *layout)
{
  const char *text = pango_layout_get_text (layout);
  g_autoptr (PangoAttrList) attributes = NULL;
  GdkRGBA color;

  if (self->words->len == 0)
    {
      pango_layout_set_attributes (layout, NULL);
      return;
    }
  attributes = pango_attr_list_new ();
  weir_columns_get_match_color (columns, &color);
  for (const char *p = text; *p != '\0';)
    {
      gsize length = 0;

      for (guint i = 0; i < self->words->len && length == 0; i++)
        length = match_at (p, g_ptr_array_index (self->words, i));
      if (length > 0)
        mark (attributes, &color, (gsize) (p - text), (gsize) (p - text) + length);
      p = length > 0 ? p + length : g_utf8_next_char (p);
    }
  pango_layout_set_attributes (layout, attributes);
}
