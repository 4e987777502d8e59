/* SPDX-License-Identifier: MIT */
/* An AdwApplicationWindow without content, which ./dev bench monitor compares weir's start with. */
#include <adwaita.h>

static void
on_activate (GApplication *app, G_GNUC_UNUSED gpointer data)
{
  gtk_window_present (GTK_WINDOW (adw_application_window_new (GTK_APPLICATION (app))));
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) app =
      adw_application_new ("io.github.weir_monitor.Empty", G_APPLICATION_NON_UNIQUE);
  g_signal_connect (app, "activate", G_CALLBACK (on_activate), NULL);
  return g_application_run (G_APPLICATION (app), argc, argv);
}
