/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-scenario-private.h"

#include <glib/gi18n-lib.h>

/* A slow wave between low and high. Integers only: printf() would write floats in the user's locale. */
static guint
wave (guint64 number, guint period, guint low, guint high)
{
  guint phase = (guint) (number % period);
  guint half = period / 2;
  guint up = phase < half ? phase : period - phase;

  return low + (high - low) * up / half;
}

static void
append_metrics (GString *out, guint64 number)
{
  g_autofree char *data = NULL;
  guint load = wave (number, 240, 3, 97);

  if (number % 60 == 0)
    {
      data = g_strdup_printf ("{\"host\":\"gauge-%u\",\"uptime_s\":%" G_GUINT64_FORMAT "}",
                              (guint) (number / 60 % 3) + 1, number);
      weir_scenario_append_event (out, number, "uptime", data);
      return;
    }
  /* A client can compute the delay from sent_us. */
  data = g_strdup_printf (
      "{\"sent_us\":%" G_GINT64_FORMAT
      ",\"host\":\"gauge-%u\",\"cpu\":0.%02u,\"memory_bytes\":%" G_GUINT64_FORMAT
      ",\"level_m\":%u.%02u,\"flow_m3s\":%u.%u,\"gates\":[%s,%s,%s]}",
      g_get_real_time (), (guint) (number % 3) + 1, load, (guint64) 4294967296 + number * 4096,
      wave (number, 900, 1, 4), (guint) (number * 7 % 100), wave (number, 500, 12, 480),
      (guint) (number % 10), load > 80 ? "true" : "false", load > 50 ? "true" : "false", "false");
  weir_scenario_append_event (out, number, "metrics", data);
}

const WeirScenario weir_scenario_metrics = {
  .name = "metrics",
  .summary = N_ ("samples of three gauges, each with the time when it was sent"),
  .rate = 10,
  .append = append_metrics,
};
