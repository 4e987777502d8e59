/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-llm-private.h"
#include "weir-scenario-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MODEL "weir-sample-1"

#define ENGLISH                                                                                    \
  "A weir is a low wall built across a river. It does not stop the water; it holds it back a "     \
  "little, so that the level above stays steady and the flow below can be measured. Whoever "      \
  "stands beside one sees at a glance how much comes down: a thin sheet in August, a brown roar "  \
  "after the rain.\n\n"                                                                            \
  "Three things are worth noting:\n\n"                                                             \
  "1. **Nothing is lost.** What arrives above leaves below.\n"                                     \
  "2. **The level tells the truth.** A rise means more water, not a stronger wish.\n"              \
  "3. **It is quiet.** Good instruments are."

#define CHINESE                                                                                                                                   \
  "堰是横在河上的一道矮墙。它不截断水流，只是把水稍稍拦住：上游的水位因此平稳，下游的流量因此可量" \
  "。"                                                                                                                                           \
  "站在堰边的人一眼就能看出来水多少——八月薄薄一层，雨后浑黄轰鸣。🌊\n\n"                                      \
  "记住三件事：不丢一滴；水位说真话；好的仪器都很安静。"

#define CODE                                                                                       \
  "Here is a short program that reads the gauge:\n\n"                                              \
  "```python\n"                                                                                    \
  "def read(level_m, width_m=4.0):\n"                                                              \
  "    \"\"\"Flow over a sharp-crested weir, in m³/s.\"\"\"\n"                                    \
  "    return 1.84 * width_m * level_m ** 1.5\n"                                                   \
  "```\n\n"                                                                                        \
  "At 0.25 m it gives **0.92 m³/s**. Don't forget to clean the crest; moss lies. 🙂"

static const char *const texts[] = { ENGLISH, CHINESE, CODE, ENGLISH "\n\n" CHINESE "\n\n" CODE };

G_STATIC_ASSERT (G_N_ELEMENTS (texts) == WEIR_LLM_WHOLE + 1);

/* Where each piece of each text begins, and where the text ends. */
static GArray *pieces[G_N_ELEMENTS (texts)];

/* A piece is a word with the space before it, or two characters of a script that has no spaces. */
static const char *
find_piece_end (const char *start)
{
  const char *at = g_utf8_next_char (start);

  if (g_unichar_iswide (g_utf8_get_char (start)))
    return *at && g_unichar_iswide (g_utf8_get_char (at)) ? g_utf8_next_char (at) : at;
  while (*at && *at != ' ' && *at != '\n' && !g_unichar_iswide (g_utf8_get_char (at))
         && at - start < 9)
    at = g_utf8_next_char (at);
  return at;
}

static void
cut_texts (void)
{
  static gsize done;

  if (!g_once_init_enter (&done))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      guint end = (guint) strlen (texts[i]);

      pieces[i] = g_array_new (FALSE, FALSE, sizeof (guint));
      for (guint at = 0; at < end; at = (guint) (find_piece_end (texts[i] + at) - texts[i]))
        g_array_append_val (pieces[i], at);
      g_array_append_val (pieces[i], end);
    }
  g_once_init_leave (&done, 1);
}

static guint
count_pieces (guint text)
{
  cut_texts ();
  return pieces[text]->len - 1;
}

static void
append_piece_json (GString *out, guint text, guint piece)
{
  guint begin = g_array_index (pieces[text], guint, piece);
  guint end = g_array_index (pieces[text], guint, piece + 1);
  g_autofree char *words = g_strndup (texts[text] + begin, end - begin);

  weir_scenario_append_json (out, words);
}

const char *
weir_llm_get_text (guint text)
{
  return texts[text];
}

/* --- OpenAI: the role, the pieces, the finish reason, the usage, [DONE] ----------- */

guint
weir_llm_count_openai (guint text)
{
  return count_pieces (text) + 4;
}

void
weir_llm_append_openai (GString *out, guint64 id, guint text, guint index)
{
  guint n = count_pieces (text);
  g_autoptr (GString) data = g_string_new (NULL);

  if (index == n + 3)
    {
      weir_scenario_append_event (out, id, NULL, "[DONE]");
      return;
    }
  g_string_printf (data,
                   "{\"id\":\"chatcmpl-weir%u\",\"object\":\"chat.completion.chunk\","
                   "\"created\":1772413200,\"model\":\"" MODEL "\",\"choices\":[",
                   text);
  if (index == 0)
    g_string_append (data, "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                           "\"finish_reason\":null}]}");
  else if (index <= n)
    {
      g_string_append (data, "{\"index\":0,\"delta\":{\"content\":");
      append_piece_json (data, text, index - 1);
      g_string_append (data, "},\"finish_reason\":null}]}");
    }
  else if (index == n + 1)
    g_string_append (data, "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
  else
    g_string_append_printf (data,
                            "],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":%u,"
                            "\"total_tokens\":%u}}",
                            n, n + 12);
  weir_scenario_append_event (out, id, NULL, data->str);
}

char *
weir_llm_dup_openai (guint text)
{
  guint n = count_pieces (text);
  GString *out = g_string_new (NULL);

  g_string_printf (out,
                   "{\"id\":\"chatcmpl-weir%u\",\"object\":\"chat.completion\","
                   "\"created\":1772413200,\"model\":\"" MODEL "\",\"choices\":[{\"index\":0,"
                   "\"message\":{\"role\":\"assistant\",\"content\":",
                   text);
  weir_scenario_append_json (out, texts[text]);
  g_string_append_printf (out,
                          "},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":12,"
                          "\"completion_tokens\":%u,\"total_tokens\":%u}}",
                          n, n + 12);
  return g_string_free (out, FALSE);
}

/* --- Anthropic: message and block start, ping, the pieces, both stop -------------- */

guint
weir_llm_count_anthropic (guint text)
{
  return count_pieces (text) + 6;
}

void
weir_llm_append_anthropic (GString *out, guint64 id, guint text, guint index)
{
  guint n = count_pieces (text);
  g_autoptr (GString) data = g_string_new (NULL);
  const char *type;

  if (index == 0)
    {
      type = "message_start";
      g_string_printf (data,
                       "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_weir%u\","
                       "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"" MODEL "\","
                       "\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                       "\"usage\":{\"input_tokens\":12,\"output_tokens\":1}}}",
                       text);
    }
  else if (index == 1)
    {
      type = "content_block_start";
      g_string_append (data, "{\"type\":\"content_block_start\",\"index\":0,"
                             "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
    }
  else if (index == 2)
    {
      type = "ping";
      g_string_append (data, "{\"type\":\"ping\"}");
    }
  else if (index < n + 3)
    {
      type = "content_block_delta";
      g_string_append (data, "{\"type\":\"content_block_delta\",\"index\":0,"
                             "\"delta\":{\"type\":\"text_delta\",\"text\":");
      append_piece_json (data, text, index - 3);
      g_string_append (data, "}}");
    }
  else if (index == n + 3)
    {
      type = "content_block_stop";
      g_string_append (data, "{\"type\":\"content_block_stop\",\"index\":0}");
    }
  else if (index == n + 4)
    {
      type = "message_delta";
      g_string_printf (data,
                       "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
                       "\"stop_sequence\":null},\"usage\":{\"output_tokens\":%u}}",
                       n);
    }
  else
    {
      type = "message_stop";
      g_string_append (data, "{\"type\":\"message_stop\"}");
    }
  weir_scenario_append_event (out, id, type, data->str);
}

char *
weir_llm_dup_anthropic (guint text)
{
  GString *out = g_string_new (NULL);

  g_string_printf (out,
                   "{\"id\":\"msg_weir%u\",\"type\":\"message\",\"role\":\"assistant\","
                   "\"model\":\"" MODEL "\",\"content\":[{\"type\":\"text\",\"text\":",
                   text);
  weir_scenario_append_json (out, texts[text]);
  g_string_append_printf (out,
                          "}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
                          "\"usage\":{\"input_tokens\":12,\"output_tokens\":%u}}",
                          count_pieces (text));
  return g_string_free (out, FALSE);
}

/* --- The scenario ---------------------------------------------------------------- */

void
weir_llm_append_round (GString *out, guint64 id, guint64 index)
{
  guint64 round = 0;

  for (guint i = 0; i < WEIR_LLM_WHOLE; i++)
    round += weir_llm_count_openai (i) + weir_llm_count_anthropic (i);
  index %= round;
  for (guint i = 0;; i++)
    {
      if (index < weir_llm_count_openai (i))
        {
          weir_llm_append_openai (out, id, i, (guint) index);
          return;
        }
      index -= weir_llm_count_openai (i);
      if (index < weir_llm_count_anthropic (i))
        {
          weir_llm_append_anthropic (out, id, i, (guint) index);
          return;
        }
      index -= weir_llm_count_anthropic (i);
    }
}

static void
append_llm (GString *out, guint64 number)
{
  weir_llm_append_round (out, number, number - 1);
}

static void
append_openai (GString *out, guint64 number)
{
  weir_llm_append_openai (out, 0, WEIR_LLM_WHOLE, (guint) number - 1);
}

static void
append_anthropic (GString *out, guint64 number)
{
  weir_llm_append_anthropic (out, 0, WEIR_LLM_WHOLE, (guint) number - 1);
}

const WeirScenario weir_scenario_llm = {
  .name = "llm",
  .summary = N_ ("a language model's answers, as OpenAI's and Anthropic's APIs stream them"),
  .rate = 40,
  .append = append_llm,
};

const WeirScenario weir_scenario_openai = { .name = "openai", .rate = 40, .append = append_openai };
const WeirScenario weir_scenario_anthropic = { .name = "anthropic",
                                               .rate = 40,
                                               .append = append_anthropic };
