/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-scenario-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Input that breaks weak parsers, one kind in each event. By the standard every event is valid: it has one ID
 * and is dispatched. */

typedef struct
{
  const char *before; /* the bytes before the event's "id: N" line */
  const char *after;  /* and after it */
  gsize before_length, after_length;
} HostileEvent;

#define NASTY(before, after)                                                                       \
  {                                                                                                \
    before, after, sizeof before - 1, sizeof after - 1                                             \
  }

static const HostileEvent hostile_events[] = {
  NASTY ("", "data: plain, to begin with\n\n"),
  NASTY ("data: one\r\ndata: two\rdata: three\n", "data: CR, LF and CRLF in one event\r\r"),
  NASTY ("", "data\ndata\n\n"),
  NASTY ("", "data:no space\ndata:  two spaces, one of them is data\n\n"),
  NASTY ("", "data: the id below holds a NUL and does not count\nid: 9\0009\n\n"),
  NASTY ("retry: soon\nretry: -1\nretry: 1e3\nretry: 99999999999999999999999\nretry: 500\n",
         "data: only one of those five was a good reconnection time\n\n"),
  NASTY ("Data: wrong case\n data: leading space\ndata : trailing space\nfoo: unknown\nlonely\n",
         "data: five fields above are none\n\n"),
  NASTY (":\n: comment\n:\xff\xfe not UTF-8\n:data: not data\n", "data: four comments above\n\n"),
  NASTY ("", "event: 事件 with spaces\ndata: a type in two scripts\n\n"),
  NASTY ("", "event:\ndata: an empty type is a message\n\n"),
  NASTY ("", "event: first\nevent: second\ndata: the last type wins\n\n"),
  NASTY ("id: lost\nevent: lost\n\n",
         "data: a block without data above; its id was lost a moment ago\n\n"),
  NASTY ("",
         "data: lone bytes \x80 \xbf \xc0 \xff, cut \xe4\xbd, surrogate \xed\xa0\x80, "
         "too far \xf4\x90\x80\x80\n\n"),
  NASTY ("", "data: U+2028 \xe2\x80\xa8 and U+0085 \xc2\x85 and VT \v and FF \f end no line\n\n"),
  NASTY ("",
         "\xef\xbb\xbf"
         "data: a byte order mark spoils this field\ndata: not this one\n\n"),
  NASTY ("", "data: a NUL \0 in the data stays\n\n"),
  NASTY ("",
         "data: \x1b[2J\x1b[31mescape sequences\x1b[0m \x07\x08\x9b"
         "1m \x7f\n\n"),
  NASTY ("", "data: <script>alert(1)</script> <b>markup</b> &amp; %n%s \"quotes\" $(reboot)\n\n"),
  NASTY (
      "",
      "data: \xe2\x80\xae\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d bidi \xe2\x80\xac\xe2\x81\xa6, zero\xe2"
      "\x80\x8bwidth, Z\xcc\xb6\xcc\xa8\xcc\x81\xcc\x82\xcc\x83"
      "algo, "
      "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7\n\n"),
  NASTY ("", "data: {\"id\":12345678901234567890,\"id\":1.10,\"x\":1e400,\"bad\":\"\\ud800\"\n\n"),
  NASTY ("\n\n\n\n\r\n\r\n\r\r", "data: many blank lines above\n\n"),
  NASTY ("", "data:\ndata:\ndata:\n\n"),
  NASTY ("", "data: :colon: in : data:\n\n"),
};

/* Events too large to list: long lines, deep JSON, many lines. */
#define N_BUILT 6

static void
append_repeated (GString *out, const char *text, guint times)
{
  for (guint i = 0; i < times; i++)
    g_string_append (out, text);
}

static void
append_built (GString *out, guint which, const char *id)
{
  switch (which)
    {
    case 0:
      g_string_append (out, "data: ");
      append_repeated (out, "a line of a megabyte 长 ", 40000);
      g_string_append_c (out, '\n');
      break;
    case 1:
      g_string_append (out, "data: ");
      append_repeated (out, "[", 100000);
      append_repeated (out, "]", 100000);
      g_string_append_c (out, '\n');
      break;
    case 2:
      append_repeated (out, "data\n", 20000);
      break;
    case 3:
      g_string_append (out, "event: ");
      append_repeated (out, "type", 10000);
      g_string_append (out, "\ndata: a type of 40,000 letters\n");
      break;
    case 4:
      append_repeated (out, ":\n", 20000);
      g_string_append (out, "data: after 20,000 empty comments\n");
      break;
    default:
      append_repeated (out, "name", 50000);
      g_string_append (out, ": a field name of 200,000 letters\ndata: after it\n");
      break;
    }
  g_string_append (out, id);
  g_string_append_c (out, '\n');
}

static void
append_hostile (GString *out, guint64 number)
{
  guint64 which = (number - 1) % (G_N_ELEMENTS (hostile_events) + N_BUILT);
  g_autofree char *id = g_strdup_printf ("id: %" G_GUINT64_FORMAT "\n", number);

  if (which < G_N_ELEMENTS (hostile_events))
    {
      const HostileEvent *hostile = &hostile_events[which];

      g_string_append_len (out, hostile->before, hostile->before_length);
      g_string_append (out, id);
      g_string_append_len (out, hostile->after, hostile->after_length);
    }
  else
    append_built (out, (guint) (which - G_N_ELEMENTS (hostile_events)), id);
}

const WeirScenario weir_scenario_hostile = {
  .name = "hostile",
  .summary = N_ ("input that breaks weak parsers, all of it valid"),
  .rate = 4,
  .append = append_hostile,
};
