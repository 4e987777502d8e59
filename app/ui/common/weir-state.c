/* SPDX-License-Identifier: MIT */
#include "weir-state.h"

static const char *
get_style (WeirStreamState state, gboolean failed, gboolean quiet)
{
  if (failed)
    return "error";
  if (quiet)
    return "warning";
  switch (state)
    {
    case WEIR_STREAM_STATE_OPEN:
      return "success";
    case WEIR_STREAM_STATE_CONNECTING:
      return "accent";
    case WEIR_STREAM_STATE_WAITING:
      return "warning";
    case WEIR_STREAM_STATE_IDLE:
    case WEIR_STREAM_STATE_ENDED:
    default:
      return "dim-label";
    }
}

const char *
weir_state_get_icon (WeirStreamState state, gboolean failed)
{
  if (failed)
    return "weir-failed-symbolic";
  switch (state)
    {
    case WEIR_STREAM_STATE_OPEN:
      return "weir-open-symbolic";
    case WEIR_STREAM_STATE_CONNECTING:
      return "weir-connecting-symbolic";
    case WEIR_STREAM_STATE_WAITING:
      return "weir-waiting-symbolic";
    case WEIR_STREAM_STATE_ENDED:
      return "weir-ended-symbolic";
    case WEIR_STREAM_STATE_IDLE:
    default:
      return "weir-idle-symbolic";
    }
}

void
weir_state_set_style (GtkWidget *widget, WeirStreamState state, gboolean failed, gboolean quiet)
{
  static const char *const styles[] = { "error", "success", "accent", "warning", "dim-label" };
  const char *style = get_style (state, failed, quiet);

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (styles[i] != style)
      gtk_widget_remove_css_class (widget, styles[i]);
  gtk_widget_add_css_class (widget, style);
}
