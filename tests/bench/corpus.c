/* SPDX-License-Identifier: MIT */
#include "corpus.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 16384
#define ONE_LINE ((size_t) 64 << 20)

typedef struct
{
  uint64_t state;
  unsigned long n;
} Source;

/* splitmix64 */
static uint64_t
next (Source *source)
{
  uint64_t z = source->state += UINT64_C (0x9E3779B97F4A7C15);

  z = (z ^ z >> 30) * UINT64_C (0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C (0x94D049BB133111EB);
  return z ^ z >> 31;
}

static unsigned
below (Source *source, unsigned n)
{
  return (unsigned) (next (source) % n);
}

static const char *
pick (Source *source, const char *const *words, unsigned n)
{
  return words[below (source, n)];
}

#define PICK(source, words) pick (source, words, sizeof words / sizeof *words)

static const char *const english[] = { " the",     " stream", " of",    " events", " is",
                                       " long",    ",",       " and",   " every",  " one",
                                       " matters", ".",       " Water", " runs",   " over",
                                       " a",       " weir",   "\\n" };
static const char *const chinese[] = { "会议", "将在", "十分钟", "后",   "开始", "，",   "请",
                                       "各位", "代表", "签到",   "。",   "任务", "进度", "已",
                                       "更新", "系统", "告警",   "解除", "数据", "同步" };
static const char *const titles[] = { "Talk:Weir",    "Category:Rivers", "User:Example",
                                      "List of dams", "Sluice",          "Q42" };
static const char *const wikis[] = { "enwiki", "dewiki", "wikidatawiki", "commonswiki", "zhwiki" };

static int
tiny (Source *source, char *to)
{
  return sprintf (to, "data: %u\n\n", below (source, 10));
}

static int
openai (Source *source, char *to)
{
  return sprintf (
      to,
      "data: {\"id\":\"chatcmpl-%016llx\",\"object\":\"chat.completion.chunk\",\"created\":%lu,"
      "\"model\":\"gpt-4o-2024-08-06\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_%"
      "08x\","
      "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"logprobs\":null,"
      "\"finish_reason\":null}]}\n\n",
      (unsigned long long) next (source), 1700000000 + source->n, below (source, 1u << 31),
      PICK (source, english));
}

static int
anthropic (Source *source, char *to)
{
  return sprintf (to,
                  "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                  "\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n",
                  PICK (source, english));
}

static int
wikipedia_with (Source *source, char *to, const char *end)
{
  const char *wiki = PICK (source, wikis);
  const char *title = PICK (source, titles);
  unsigned revision = below (source, 1u << 30);
  int n;

  n = sprintf (
      to,
      "event: message%sid: [{\"topic\":\"eqiad.mediawiki.recentchange\",\"partition\":0,"
      "\"timestamp\":%lu000},{\"topic\":\"codfw.mediawiki.recentchange\",\"partition\":0,"
      "\"offset\":-1}]%s"
      "data: "
      "{\"$schema\":\"/mediawiki/recentchange/1.0.0\",\"meta\":{\"uri\":\"https://%s.example.org/"
      "wiki/%s\","
      "\"request_id\":\"%016llx-%016llx\",\"id\":\"%016llx\",\"dt\":\"2026-01-01T00:00:00Z\","
      "\"domain\":\"%s.example.org\",\"stream\":\"mediawiki.recentchange\",\"topic\":\"eqiad."
      "mediawiki."
      "recentchange\",\"partition\":0,\"offset\":%lu},\"id\":%u,\"type\":\"edit\",\"namespace\":0,"
      "\"title\":\"%s\",",
      end, 1700000000 + source->n, end, wiki, title, (unsigned long long) next (source),
      (unsigned long long) next (source), (unsigned long long) next (source), wiki, source->n,
      revision, title);
  n += sprintf (
      to + n,
      "\"title_url\":\"https://%s.example.org/wiki/%s\",\"comment\":\"/* wbsetclaim-create:2||1 */"
      "%s%s%s%s%s%s\",\"timestamp\":%lu,\"user\":\"Example%u\",\"bot\":false,\"notify_url\":"
      "\"https://%s.example.org/w/"
      "index.php?diff=%u&oldid=%u&rcid=%u\",\"minor\":true,\"patrolled\":true,"
      "\"length\":{\"old\":%u,\"new\":%u},\"revision\":{\"old\":%u,\"new\":%u},\"server_url\":"
      "\"https://%s.example.org\",\"server_name\":\"%s.example.org\",\"server_script_path\":\"/w\","
      "\"wiki\":\"%s\",\"parsedcomment\":\"%s%s%s%s\"}%s%s",
      wiki, title, PICK (source, english), PICK (source, english), PICK (source, english),
      PICK (source, english), PICK (source, english), PICK (source, english),
      1700000000 + source->n, below (source, 100000), wiki, revision, revision - 1,
      below (source, 1u << 30), below (source, 10000), below (source, 10000), revision - 1,
      revision, wiki, wiki, wiki, PICK (source, english), PICK (source, english),
      PICK (source, english), PICK (source, english), end, end);
  return n;
}

static int
wikipedia (Source *source, char *to)
{
  return wikipedia_with (source, to, "\n");
}

static int
crlf (Source *source, char *to)
{
  return wikipedia_with (source, to, "\r\n");
}

static int
chinese_json (Source *source, char *to)
{
  int n = sprintf (to, "data: {\"编号\":%lu,\"类型\":\"通知\",\"内容\":\"", source->n);

  for (unsigned i = 20 + below (source, 40); i > 0; i--)
    n += sprintf (to + n, "%s", PICK (source, chinese));
  return n + sprintf (to + n, "\",\"时间\":%lu}\n\n", 1700000000 + source->n);
}

static int
several_lines (Source *source, char *to)
{
  int n = 0;

  for (unsigned lines = 2 + below (source, 8); lines > 0; lines--)
    {
      n += sprintf (to + n, "data: ");
      for (unsigned words = 4 + below (source, 12); words > 0; words--)
        n += sprintf (to + n, "%s", PICK (source, english));
      n += sprintf (to + n, "\n");
    }
  return n + sprintf (to + n, "\n");
}

static int
heartbeats (Source *source, char *to)
{
  return sprintf (to, below (source, 2) ? ": keep-alive\n\n" : ":\n\n");
}

const Corpus corpora[] = {
  { "tiny", "data: 1" },
  { "openai", "OpenAI deltas, 260 bytes" },
  { "anthropic", "Anthropic deltas, event and data, 120 bytes" },
  { "wikipedia", "Wikipedia changes: event, id, 900 bytes of data" },
  { "chinese", "Chinese JSON, 400 bytes" },
  { "lines", "several data lines" },
  { "crlf", "Wikipedia changes with CRLF" },
  { "heartbeats", "comments and nothing else" },
  { "one-line", "one data line of 64 MB" },
  { NULL, NULL },
};

static int (*const makers[]) (Source *, char *) = { tiny,      openai,       anthropic,
                                                    wikipedia, chinese_json, several_lines,
                                                    crlf,      heartbeats };

static void
one_line (char *to)
{
  static const char pattern[] = "0123456789abcdefghijklmnopqrstuvwxyz";

  memcpy (to, "data: ", 6);
  for (size_t i = 6; i < ONE_LINE - 2; i++)
    to[i] = pattern[i % (sizeof pattern - 1)];
  memcpy (to + ONE_LINE - 2, "\n\n", 2);
}

char *
corpus_new (const char *name, size_t size, size_t *length)
{
  size_t which = 0;
  char *bytes = malloc (size + LONGEST);
  Source source = { 1, 0 };

  *length = 0;
  while (corpora[which].name != NULL && strcmp (corpora[which].name, name) != 0)
    which++;
  if (bytes == NULL || corpora[which].name == NULL)
    {
      free (bytes);
      return NULL;
    }
  if (which == sizeof makers / sizeof *makers)
    {
      for (; *length + ONE_LINE <= size; *length += ONE_LINE)
        one_line (bytes + *length);
      return bytes;
    }
  while (*length + LONGEST < size)
    {
      source.n++;
      *length += (size_t) makers[which](&source, bytes + *length);
    }
  return bytes;
}
