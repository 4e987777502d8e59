/* SPDX-License-Identifier: MIT */
#include "weir-state.h"

#include <glib/gi18n.h>

static const char *
get_style (WeirStreamState state, gboolean failed)
{
  if (failed)
    return "error";
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

const char *
weir_state_get_word (WeirStreamState state, gboolean failed)
{
  if (failed)
    return _ ("Failed");
  switch (state)
    {
    case WEIR_STREAM_STATE_OPEN:
      return _ ("Open");
    case WEIR_STREAM_STATE_CONNECTING:
      return _ ("Connecting…");
    case WEIR_STREAM_STATE_WAITING:
      return _ ("Waiting to reconnect");
    case WEIR_STREAM_STATE_ENDED:
      return _ ("Ended");
    case WEIR_STREAM_STATE_IDLE:
    default:
      return _ ("Not connected");
    }
}

void
weir_state_set_style (GtkWidget *widget, WeirStreamState state, gboolean failed)
{
  static const char *const styles[] = { "error", "success", "accent", "warning", "dim-label" };
  const char *style = get_style (state, failed);

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (styles[i] != style)
      gtk_widget_remove_css_class (widget, styles[i]);
  gtk_widget_add_css_class (widget, style);
}
