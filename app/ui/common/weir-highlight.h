/* SPDX-License-Identifier: MIT */
/*
 * weir-highlight: what is looked for, to be marked wherever it is shown.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_HIGHLIGHT (weir_highlight_get_type ())
G_DECLARE_FINAL_TYPE (WeirHighlight, weir_highlight, WEIR, HIGHLIGHT, GObject)

WeirHighlight *weir_highlight_new (void);

/* words are what to mark, without regard to case; NULL or empty marks nothing. "changed" follows. */
void weir_highlight_set_words (WeirHighlight *self, const char *const *words);

/* Gives layout the attributes that mark every word in its text. */
void weir_highlight_apply (WeirHighlight *self, PangoLayout *layout);

/* Adds attributes for every word that lies completely in the bytes [begin, end) of text. */
void weir_highlight_mark (
    WeirHighlight *self, PangoAttrList *attributes, const char *text, gsize begin, gsize end);

G_END_DECLS
