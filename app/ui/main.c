/* SPDX-License-Identifier: MIT */
#include "weir-application.h"

#include "app/engine/weir-home.h"

int
main (int argc, char *argv[])
{
  g_autoptr (WeirApplication) application = NULL;

  weir_speak_the_users_language ();
  application = weir_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
