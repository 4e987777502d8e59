/* SPDX-License-Identifier: MIT */
/* The names and sentences of the findings. */
#include "weir-parser.h"

/* Marks a sentence for translation. The program that shows it looks up the translation. */
#define N_(text) text

typedef struct
{
  const char *name, *sentence;
} Text;

static const Text texts[] = {
  [0] = { "none", N_ ("Nothing was found.") },
  [WEIR_FINDING_UNKNOWN_FIELD] = { "unknown-field",
                                   N_ ("The field's name is unknown; the line is ignored.") },
  [WEIR_FINDING_FIELD_NAME_CASE] = { "field-name-case",
                                     N_ ("Field names are lower case; the line is ignored.") },
  [WEIR_FINDING_FIELD_NAME_SPACE] = { "field-name-space",
                                      N_ ("A space before the colon belongs to the "
                                          "field's name; the line is ignored.") },
  [WEIR_FINDING_INVALID_RETRY] = { "invalid-retry", N_ ("A reconnection time must consist of "
                                                        "digits only; the line is ignored.") },
  [WEIR_FINDING_NUL_IN_ID] = { "nul-in-id",
                               N_ ("The id holds a NUL character; the line is ignored.") },
  [WEIR_FINDING_BOM_IN_STREAM] = { "bom-in-stream",
                                   N_ ("A byte order mark inside the stream belongs "
                                       "to the field's name; the line is ignored.") },
  [WEIR_FINDING_INVALID_UTF8] = { "invalid-utf8",
                                  N_ ("Bytes that are not UTF-8 were replaced by U+FFFD.") },
  [WEIR_FINDING_MIXED_LINE_ENDS] = { "mixed-line-ends",
                                     N_ ("The stream uses more than one kind of line end.") },
  [WEIR_FINDING_NO_DATA] = { "no-data",
                             N_ ("The block has no data field, so no event is dispatched.") },
  [WEIR_FINDING_UNFINISHED_EVENT] = { "unfinished-event",
                                      N_ ("The stream ended before the blank line "
                                          "that would have finished the event.") },
  [WEIR_FINDING_LINE_TOO_LONG] = { "line-too-long", N_ ("The line is longer than the limit; its "
                                                        "event is dropped.") },
  [WEIR_FINDING_EVENT_TOO_LARGE] = { "event-too-large", N_ ("The data of the event is larger than "
                                                            "the limit; the event is dropped.") },
  [WEIR_FINDING_ID_TOO_LONG] = { "id-too-long",
                                 N_ ("The id is longer than the limit; the line is ignored.") },
};

static const Text *
text (WeirFindingCode code)
{
  return &texts[(unsigned) code < sizeof texts / sizeof *texts ? (unsigned) code : 0];
}

const char *
weir_finding_name (WeirFindingCode code)
{
  return text (code)->name;
}

const char *
weir_finding_sentence (WeirFindingCode code)
{
  return text (code)->sentence;
}
