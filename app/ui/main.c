/* SPDX-License-Identifier: MIT */
#include "weir-application.h"

#include "app/engine/base/weir-file-limit.h"
#include "app/engine/base/weir-home.h"
#include "app/engine/base/weir-threads.h"

int
main (int argc, char *argv[])
{
  g_autoptr (WeirApplication) application = NULL;

  weir_locale_init ();
  weir_threads_set_low_priority ();
  weir_file_limit_raise ();
  application = weir_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
