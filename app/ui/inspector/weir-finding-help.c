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
  [WEIR_FINDING_UNKNOWN_FIELD] = { N_ ("Only data, event, id and retry are fields; a line of any "
                                       "other name is ignored. A misspelt name, text "
                                       "without “data:” before it, or a line break inside of the "
                                       "data usually bring it about."),
                                   INTERPRETING },
  [WEIR_FINDING_FIELD_NAME_CASE] = { N_ ("Names are compared as they are written: “Data” is "
                                         "another name than “data”."),
                                     INTERPRETING },
  [WEIR_FINDING_FIELD_NAME_SPACE] = { N_ ("A field’s name is all that stands before the colon, "
                                          "spaces too. One space behind the colon is taken away, "
                                          "none before it."),
                                      INTERPRETING },
  [WEIR_FINDING_INVALID_RETRY] = { N_ ("A retry field counts if its value is ASCII digits and "
                                       "nothing else: the reconnection time in "
                                       "milliseconds."),
                                   INTERPRETING },
  [WEIR_FINDING_NUL_IN_ID] = { N_ ("An id that holds U+0000 is ignored; the last event ID stays "
                                   "what it was."),
                               INTERPRETING },
  [WEIR_FINDING_BOM_IN_STREAM] = { N_ ("One byte order mark may stand at the very start of a "
                                       "stream. Anywhere else it is a character, and becomes "
                                       "part of a field’s name. Files that were put together often "
                                       "bring it along."),
                                   PARSING },
  [WEIR_FINDING_INVALID_UTF8] = { N_ ("Event streams are UTF-8, always. Bytes that are not become "
                                      "U+FFFD, one for each part that cannot be read; "
                                      "the rest of the line stays. A character that a server cut "
                                      "in two, or another encoding, usually bring it "
                                      "about."),
                                  DECODING },
  [WEIR_FINDING_MIXED_LINE_ENDS] = { N_ ("LF, CR and CR LF all end a line, and may be mixed. That "
                                         "is no error; but simple clients lose events over "
                                         "it, and it often means that two programs write into one "
                                         "stream."),
                                     PARSING },
  [WEIR_FINDING_NO_DATA] = { N_ ("When the blank line comes and there is no data, no event is "
                                 "dispatched. An id counts nevertheless, and the "
                                 "event type is forgotten."),
                             INTERPRETING },
  [WEIR_FINDING_UNFINISHED_EVENT] = { N_ ("What has no blank line behind it when the stream ends "
                                          "is thrown away. A server ends each event with a "
                                          "blank line, the last one too."),
                                      INTERPRETING },
  [WEIR_FINDING_LINE_TOO_LONG] = { N_ ("No standard knows a limit. This one is Weir’s, so that a "
                                       "broken server cannot fill the memory."),
                                   NULL, NULL },
  [WEIR_FINDING_EVENT_TOO_LARGE] = { N_ ("No standard knows a limit. This one is Weir’s, so that a "
                                         "broken server cannot fill the memory."),
                                     NULL, NULL },
  [WEIR_FINDING_ID_TOO_LONG] = { N_ ("No standard knows a limit. This one is Weir’s: an id goes "
                                     "back to the server in a header, and servers "
                                     "refuse long ones."),
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
