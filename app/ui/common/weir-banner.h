/* SPDX-License-Identifier: MIT */
/*
 * weir-banner: one sentence across the top of a page, with at most one thing to do about it.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_BANNER (weir_banner_get_type ())
G_DECLARE_FINAL_TYPE (WeirBanner, weir_banner, WEIR, BANNER, GtkWidget)

typedef enum
{
  WEIR_BANNER_PLAIN,
  WEIR_BANNER_WARNING,
  WEIR_BANNER_ERROR,
} WeirBannerKind;

/* Shows text and, unless button is NULL, a button that activates action. */
void weir_banner_show (WeirBanner *self,
                       WeirBannerKind kind,
                       const char *text,
                       const char *button,
                       const char *action);
void weir_banner_hide (WeirBanner *self);

G_END_DECLS
