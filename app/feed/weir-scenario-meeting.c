/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-scenario-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What the back end of a mini-program for meetings sends to its users: notices, commands to a meeting, the
 * progress of tasks, and alarms. */

static const char *const notices[][2] = {
  { "周一例会改到三号会议室", "Monday's meeting has moved to room 3" },
  { "请在下班前提交周报", "Please hand in the weekly report today" },
  { "系统将于今晚 23:00 升级，约需 20 分钟",
    "The system is upgraded tonight at 23:00, for about 20 minutes" },
  { "欢迎新同事李雷加入项目组 🎉", "Welcome Li Lei to the project team 🎉" },
  { "消防演练：听到警报请走楼梯", "Fire drill: when you hear the alarm, take the stairs" },
};

static const char *const commands[] = {
  "start", "mute", "unmute", "share-screen", "next-agenda-item", "vote", "record", "extend", "end"
};
static const char *const people[] = { "王芳",      "李雷",      "韩梅梅",
                                      "Ana Souza", "Jean-Noël", "Zoë O'Neil" };
static const char *const tasks[] = { "导出会议纪要", "Transcribe the recording", "生成待办清单",
                                     "Upload the slides" };
static const char *const alarms[][2] = {
  { "水位超过警戒线 0.35 米", "The water is 0.35 m above the warning level" },
  { "3 号会议室二氧化碳 1450 ppm", "CO₂ in room 3 is at 1450 ppm" },
  { "录制空间只剩 5%", "Only 5% of the recording space is left" },
};
static const char *const levels[] = { "info", "warning", "critical" };

/* Events are a second apart from 2026-03-02 09:00:00 +08:00 on. */
static void
append_time (GString *data, guint64 number)
{
  guint64 seconds = 9 * 3600 + number;

  g_string_append_printf (data, "\"time\":\"2026-03-%02uT%02u:%02u:%02u+08:00\"",
                          (guint) (2 + seconds / 86400 % 28), (guint) (seconds / 3600 % 24),
                          (guint) (seconds / 60 % 60), (guint) (seconds % 60));
}

static void
append_two_languages (GString *data, const char *const *texts)
{
  g_string_append (data, ",\"zh\":");
  weir_scenario_append_json (data, texts[0]);
  g_string_append (data, ",\"en\":");
  weir_scenario_append_json (data, texts[1]);
  g_string_append_c (data, '}');
}

static const char *
make_notice (GString *data, guint64 number)
{
  g_string_append (data, ",\"from\":");
  weir_scenario_append_json (data, people[number / 5 % G_N_ELEMENTS (people)]);
  append_two_languages (data, notices[number / 10 % G_N_ELEMENTS (notices)]);
  return "notice";
}

static const char *
make_command (GString *data, guint64 number)
{
  g_string_append_printf (data, ",\"meetingId\":%" G_GUINT64_FORMAT ",\"command\":\"%s\",\"by\":",
                          (guint64) 9007199254740993 + number / 40,
                          commands[number / 4 % G_N_ELEMENTS (commands)]);
  weir_scenario_append_json (data, people[number / 7 % G_N_ELEMENTS (people)]);
  g_string_append_c (data, '}');
  return "meeting-command";
}

static const char *
make_progress (GString *data, guint64 number)
{
  guint step = (guint) (number / 10 * 6 + number % 10);
  guint percent = step % 26 * 4;

  g_string_append_printf (data, ",\"taskId\":\"task-%u\",\"name\":", step / 26 + 1);
  weir_scenario_append_json (data, tasks[step / 26 % G_N_ELEMENTS (tasks)]);
  g_string_append_printf (data, ",\"percent\":%u,\"state\":\"%s\"}", percent,
                          percent == 100 ? "done" : "running");
  return "task-progress";
}

static const char *
make_alarm (GString *data, guint64 number)
{
  g_string_append_printf (data, ",\"level\":\"%s\"", levels[number / 20 % G_N_ELEMENTS (levels)]);
  append_two_languages (data, alarms[number / 20 % G_N_ELEMENTS (alarms)]);
  return "alarm";
}

static void
append_meeting (GString *out, guint64 number)
{
  g_autoptr (GString) data = g_string_new ("{");
  const char *type;

  append_time (data, number);
  if (number % 20 == 13)
    type = make_alarm (data, number);
  else if (number % 10 == 1)
    type = make_notice (data, number);
  else if (number % 4 == 2)
    type = make_command (data, number);
  else
    type = make_progress (data, number);
  weir_scenario_append_event (out, number, type, data->str);
}

const WeirScenario weir_scenario_meeting = {
  .name = "meeting",
  .summary = N_ ("notices, commands, progress and alarms, as pushed to a mini-program"),
  .rate = 4,
  .append = append_meeting,
};
