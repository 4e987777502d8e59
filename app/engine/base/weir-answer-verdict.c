/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-answer-verdict.h"

#include <glib/gi18n-lib.h>

#include "weir-direction.h"

static void *
resize_or_abort (void *user_data, void *block, size_t old_size, size_t new_size)
{
  return g_realloc (block, new_size);
}

WeirAnswer *
weir_answer_make (void)
{
  const WeirAllocator allocator = { resize_or_abort, NULL };

  return weir_answer_new (&allocator);
}

const char *
weir_answer_state_get_name (WeirAnswerState state)
{
  static const char *const names[] = { "growing", "complete", "incomplete",       "cut-off",
                                       "failed",  "blocked",  "invalid-tool-call" };

  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (names), "");
  return names[state];
}

char *
weir_answer_clean (const char *said)
{
  GString *line = g_string_new (NULL);

  for (const char *p = said; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (line,
                               g_unichar_iscntrl (c) || weir_turns_direction (c) ? 0xFFFD : c);
    }
  return g_string_free (line, FALSE);
}

/* --- The verdict ------------------------------------------------------------------- */

static char *
describe_cut_off (const WeirAnswerVerdict *verdict)
{
  if (verdict->missing[1] != NULL)
    /* Translators: two words of a protocol, such as "finish_reason" and "[DONE]". */
    return g_strdup_printf (_ ("cut off: %s and %s are missing"), verdict->missing[0],
                            verdict->missing[1]);
  return g_strdup_printf (_ ("cut off: %s is missing"), verdict->missing[0]);
}

static char *
describe_tool (const WeirAnswerVerdict *verdict)
{
  g_autofree char *name =
      weir_answer_clean (verdict->tool->name.length > 0 ? verdict->tool->name.text : "?");
  const char *problem = _ (weir_json_error_sentence (verdict->tool_error));

  /* Translators: the name of a tool, a position, and what is wrong there. */
  return g_strdup_printf (_ ("invalid JSON for the tool %s at byte %llu: %s"), name,
                          (unsigned long long) verdict->tool_position, problem);
}

static char *
describe_failure (const WeirAnswer *self, const char *reason)
{
  g_autofree char *code =
      self->error_code.length > 0 ? weir_answer_clean (self->error_code.text) : NULL;

  if (reason == NULL || g_str_equal (reason, "failed") || g_str_equal (reason, "error"))
    return g_strdup (_ ("failed"));
  if (code != NULL && !g_str_equal (code, reason))
    return g_strdup_printf (_ ("failed: %s (%s)"), reason, code);
  return g_strdup_printf (_ ("failed: %s"), reason);
}

static char *
describe_complete (const WeirAnswerVerdict *verdict, const char *reason)
{
  if (verdict->is_refusal)
    return g_strdup (_ ("complete: the model refused"));
  return reason != NULL ? g_strdup_printf (_ ("complete: %s"), reason) : g_strdup (_ ("complete"));
}

char *
weir_answer_describe_verdict (const WeirAnswer *self)
{
  WeirAnswerVerdict verdict;
  g_autofree char *reason = NULL;

  weir_answer_judge (self, &verdict);
  reason = verdict.reason != NULL ? weir_answer_clean (verdict.reason) : NULL;
  switch (verdict.state)
    {
    case WEIR_ANSWER_COMPLETE:
      return describe_complete (&verdict, reason);
    case WEIR_ANSWER_INCOMPLETE:
      return reason != NULL && !g_str_equal (reason, "incomplete")
                 ? g_strdup_printf (_ ("incomplete: %s"), reason)
                 : g_strdup (_ ("incomplete"));
    case WEIR_ANSWER_CUT_OFF:
      return describe_cut_off (&verdict);
    case WEIR_ANSWER_FAILED:
      return describe_failure (self, reason);
    case WEIR_ANSWER_BLOCKED:
      return g_strdup_printf (_ ("blocked: %s"), reason);
    case WEIR_ANSWER_INVALID_TOOL:
      return describe_tool (&verdict);
    case WEIR_ANSWER_GROWING:
    default:
      return g_strdup (_ ("still arriving"));
    }
}
