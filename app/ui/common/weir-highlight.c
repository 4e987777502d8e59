/* SPDX-License-Identifier: MIT */
#include "weir-highlight.h"

#include <adwaita.h>
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

/* Returns: the length in bytes of word if text begins with it, ignoring case; otherwise 0. */
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
mark (PangoAttrList *attributes, gsize begin, gsize end)
{
  const gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  PangoAttribute *marks[] = {
    dark ? pango_attr_background_new (0x7a7a, 0x5a5a, 0)
         : pango_attr_background_new (0xffff, 0xe0e0, 0x8a8a),
    dark ? pango_attr_foreground_new (0xffff, 0xffff, 0xffff) : pango_attr_foreground_new (0, 0, 0),
    pango_attr_weight_new (PANGO_WEIGHT_BOLD),
  };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      marks[i]->start_index = (guint) begin;
      marks[i]->end_index = (guint) end;
      pango_attr_list_change (attributes, marks[i]);
    }
}

void
weir_highlight_mark (
    WeirHighlight *self, PangoAttrList *attributes, const char *text, gsize begin, gsize end)
{
  g_return_if_fail (WEIR_IS_HIGHLIGHT (self));

  for (const char *p = text + begin; p < text + end;)
    {
      gsize length = 0;

      for (guint i = 0; i < self->words->len && length == 0; i++)
        length = match_at (p, g_ptr_array_index (self->words, i));
      if (length > (gsize) (text + end - p))
        length = 0;
      if (length > 0)
        mark (attributes, (gsize) (p - text), (gsize) (p - text) + length);
      p = length > 0 ? p + length : g_utf8_next_char (p);
    }
}

void
weir_highlight_apply (WeirHighlight *self, PangoLayout *layout)
{
  const char *text = pango_layout_get_text (layout);
  g_autoptr (PangoAttrList) attributes = NULL;

  g_return_if_fail (WEIR_IS_HIGHLIGHT (self));

  if (self->words->len > 0)
    {
      attributes = pango_attr_list_new ();
      weir_highlight_mark (self, attributes, text, 0, strlen (text));
    }
  pango_layout_set_attributes (layout, attributes);
}
