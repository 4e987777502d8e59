/* SPDX-License-Identifier: MIT */
#include "weir-finding-help.h"

#include <glib/gi18n.h>

#define HTML "https://html.spec.whatwg.org/multipage/server-sent-events.html"
#define PARSING                                                                                    \
  N_ ("HTML Standard, 9.2.5 “Parsing an event stream”"), HTML "#parsing-an-event-stream"
#define INTERPRETING                                                                               \
  N_ ("HTML Standard, 9.2.6 “Interpreting an event stream”"), HTML "#event-stream-interpretation"
#define DECODING                                                                                   \
  N_ ("Encoding Standard, 6 “UTF-8 decode”"), "https://encoding.spec.whatwg.org/#utf-8-decode"

typedef struct
{
  const char *text, *section, *uri;
} Help;

static const Help helps[] = {
  [WEIR_FINDING_UNKNOWN_FIELD] = { N_ ("Only data, event, id and retry are fields. Lines with any "
                                       "other name are ignored. Usual causes are a misspelt name, "
                                       "text without “data:” in front of it, or a line break "
                                       "inside the data."),
                                   INTERPRETING },
  [WEIR_FINDING_FIELD_NAME_CASE] = { N_ ("Field names are case-sensitive: “Data” is not “data”."),
                                     INTERPRETING },
  [WEIR_FINDING_FIELD_NAME_SPACE] = { N_ ("The field name is everything before the colon, "
                                          "including spaces. One space after the colon is removed; "
                                          "spaces before it are not."),
                                      INTERPRETING },
  [WEIR_FINDING_INVALID_RETRY] = { N_ ("A retry field is only valid if its value consists of ASCII "
                                       "digits: the reconnection time in milliseconds."),
                                   INTERPRETING },
  [WEIR_FINDING_NUL_IN_ID] = { N_ ("An id that contains U+0000 is ignored, and the last event ID "
                                   "does not change."),
                               INTERPRETING },
  [WEIR_FINDING_BOM_IN_STREAM] = { N_ ("A byte order mark is allowed only at the start of a "
                                       "stream. Anywhere else it becomes part of a field name. It "
                                       "often appears where files were concatenated."),
                                   PARSING },
  [WEIR_FINDING_INVALID_UTF8] = { N_ ("Event streams are always UTF-8. Invalid bytes are replaced "
                                      "by U+FFFD; the rest of the line is kept. Usual causes are a "
                                      "character that the server cut in two, or another encoding."),
                                  DECODING },
  [WEIR_FINDING_MIXED_LINE_ENDS] = { N_ ("LF, CR and CR LF all end a line and may be mixed. This "
                                         "is valid, but simple clients lose events, and it often "
                                         "means that two programs write to the same stream."),
                                     PARSING },
  [WEIR_FINDING_NO_DATA] = { N_ ("A blank line dispatches no event if there is no data. The id is "
                                 "still used, and the event type is reset."),
                             INTERPRETING },
  [WEIR_FINDING_UNFINISHED_EVENT] = { N_ ("An event without a blank line after it is discarded "
                                          "when the stream ends. A server must end every event "
                                          "with a blank line, including the last one."),
                                      INTERPRETING },
  [WEIR_FINDING_LINE_TOO_LONG] = { N_ ("The standard has no limit. This limit is Weir’s own, so "
                                       "that a broken server cannot fill the memory."),
                                   NULL, NULL },
  [WEIR_FINDING_EVENT_TOO_LARGE] = { N_ ("The standard has no limit. This limit is Weir’s own, so "
                                         "that a broken server cannot fill the memory."),
                                     NULL, NULL },
  [WEIR_FINDING_ID_TOO_LONG] = { N_ ("The standard has no limit. This limit is Weir’s own: the id "
                                     "is sent back to the server in a header, and servers reject "
                                     "long headers."),
                                 NULL, NULL },
};

static const Help *
get_help (WeirFindingCode code)
{
  return &helps[(gsize) code < G_N_ELEMENTS (helps) ? code : 0];
}

const char *
weir_finding_help_get_text (WeirFindingCode code)
{
  const char *text = get_help (code)->text;

  return text != NULL ? _ (text) : "";
}

const char *
weir_finding_help_get_section (WeirFindingCode code)
{
  const char *section = get_help (code)->section;

  return section != NULL ? _ (section) : NULL;
}

const char *
weir_finding_help_get_uri (WeirFindingCode code)
{
  return get_help (code)->uri;
}
