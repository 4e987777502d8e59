/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-fault-private.h"
#include "weir-feed-options.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

typedef enum
{
  NO_VALUE,
  MAY_HAVE_NUMBER,
  NEEDS_NUMBER,
  NEEDS_TEXT,
} ValueRule;

static const struct
{
  const char *name;
  WeirFaultKind kind;
  ValueRule rule;
  const char *value;        /* the name of its value; NULL: it takes none */
  guint64 number, min, max; /* the default or an example, and the limits */
} faults[] = {
  { "cut-mid-event", WEIR_FAULT_CUT_MID_EVENT, MAY_HAVE_NUMBER, "N", 3, 0, G_MAXINT32 },
  { "cut-mid-char", WEIR_FAULT_CUT_MID_CHAR, MAY_HAVE_NUMBER, "N", 3, 0, G_MAXINT32 },
  { "stall", WEIR_FAULT_STALL, MAY_HAVE_NUMBER, "N", 3, 0, G_MAXINT32 },
  { "rst", WEIR_FAULT_RST, MAY_HAVE_NUMBER, "N", 3, 0, G_MAXINT32 },
  { "no-length", WEIR_FAULT_NO_LENGTH, MAY_HAVE_NUMBER, "N", 3, 0, G_MAXINT32 },
  { "slow-drip", WEIR_FAULT_SLOW_DRIP, MAY_HAVE_NUMBER, "MILLISECONDS", 5, 1, 60000 },
  { "bad-gzip", WEIR_FAULT_BAD_GZIP, MAY_HAVE_NUMBER, "N", 3, 0, 100000 },
  { "bad-chunk", WEIR_FAULT_BAD_CHUNK, MAY_HAVE_NUMBER, "N", 3, 0, G_MAXINT32 },
  { "status", WEIR_FAULT_STATUS, NEEDS_NUMBER, "CODE", 503, 200, 599 },
  { "type", WEIR_FAULT_TYPE, NEEDS_TEXT, "TYPE", 0, 0, 0 },
  { "redirect-loop", WEIR_FAULT_REDIRECT_LOOP, NO_VALUE, NULL, 0, 0, 0 },
  { "204-after", WEIR_FAULT_204_AFTER, NEEDS_NUMBER, "N", 2, 0, G_MAXINT32 },
  { "flap", WEIR_FAULT_FLAP, MAY_HAVE_NUMBER, "N", 1, 0, G_MAXINT32 },
};

static gboolean
parse_text (const char *value, WeirFault *fault)
{
  for (const char *at = value; *at; at++)
    if (*at < 0x20 || *at > 0x7e)
      return FALSE;
  return g_strlcpy (fault->text, value, sizeof fault->text) < sizeof fault->text;
}

static gboolean
parse_value (guint i, const char *value, WeirFault *fault)
{
  switch (faults[i].rule)
    {
    case NO_VALUE:
      return value == NULL;
    case NEEDS_TEXT:
      return value != NULL && *value != '\0' && parse_text (value, fault);
    case MAY_HAVE_NUMBER:
      if (value == NULL)
        return TRUE;
      G_GNUC_FALLTHROUGH;
    case NEEDS_NUMBER:
    default:
      return value != NULL
             && g_ascii_string_to_unsigned (value, 10, faults[i].min, faults[i].max, &fault->number,
                                            NULL);
    }
}

GStrv
weir_feed_list_faults (void)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      const gboolean optional = faults[i].rule == MAY_HAVE_NUMBER;
      g_autofree char *one =
          g_strdup_printf (optional          ? "%s[=%s]"
                           : faults[i].value ? "%s=%s"
                                             : "%s%s",
                           faults[i].name, faults[i].value ? faults[i].value : "");

      g_strv_builder_add (list, one);
    }
  return g_strv_builder_end (list);
}

static char *
describe_wrong_name (const char *name)
{
  g_auto (GStrv) list = weir_feed_list_faults ();
  g_autofree char *names = g_strjoinv (", ", list);

  return g_strdup_printf (_ ("There is no fault “%s”. The faults are: %s."), name, names);
}

static char *
describe_wrong_value (guint i)
{
  const char *name = faults[i].name;

  switch (faults[i].rule)
    {
    case NO_VALUE:
      return g_strdup_printf (_ ("The fault %s takes no value."), name);
    case NEEDS_TEXT:
      return g_strdup_printf (_ ("The fault %s needs a content type of at most %u ASCII "
                                 "characters, as in %s=text/html."),
                              name, (guint) sizeof ((WeirFault *) NULL)->text - 1, name);
    case MAY_HAVE_NUMBER:
      return g_strdup_printf (
          _ ("The fault %s takes a number from %llu to %llu, as in %s=%llu, which is the default."),
          name, (unsigned long long) faults[i].min, (unsigned long long) faults[i].max, name,
          (unsigned long long) faults[i].number);
    case NEEDS_NUMBER:
    default:
      return g_strdup_printf (_ ("The fault %s needs a number from %llu to %llu, as in %s=%llu."),
                              name, (unsigned long long) faults[i].min,
                              (unsigned long long) faults[i].max, name,
                              (unsigned long long) faults[i].number);
    }
}

gboolean
weir_fault_parse (const char *text, WeirFault *fault, char **problem)
{
  const char *equals = strchr (text, '=');
  g_autofree char *name = equals ? g_strndup (text, equals - text) : g_strdup (text);

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    if (strcmp (faults[i].name, name) == 0)
      {
        *fault = (WeirFault){ .kind = faults[i].kind, .number = faults[i].number };
        if (parse_value (i, equals ? equals + 1 : NULL, fault))
          return TRUE;
        *problem = describe_wrong_value (i);
        return FALSE;
      }
  *problem = describe_wrong_name (name);
  return FALSE;
}

gboolean
weir_fault_counts_events (const WeirFault *fault)
{
  switch (fault->kind)
    {
    case WEIR_FAULT_CUT_MID_EVENT:
    case WEIR_FAULT_CUT_MID_CHAR:
    case WEIR_FAULT_STALL:
    case WEIR_FAULT_RST:
    case WEIR_FAULT_NO_LENGTH:
    case WEIR_FAULT_BAD_CHUNK:
    case WEIR_FAULT_FLAP:
      return TRUE;
    default:
      return FALSE;
    }
}

gsize
weir_fault_find_cut (const WeirFault *fault, const char *bytes, gsize length)
{
  if (fault->kind == WEIR_FAULT_CUT_MID_EVENT)
    return length / 2;
  for (gsize i = 0; i < length; i++)
    if ((guchar) bytes[i] >= 0xc0)
      return i + 1;
  return 0;
}

void
weir_fault_append_bad_gzip (GString *out, const char *text, gsize length)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6);
  gsize room = length + 1024;
  g_autofree char *bytes = g_malloc (room);
  gsize used, written;

  if (g_converter_convert (G_CONVERTER (compressor), text, length, bytes, room, G_CONVERTER_FLUSH,
                           &used, &written, NULL)
      != G_CONVERTER_ERROR)
    g_string_append_len (out, bytes, written);
  for (guint i = 0; i < 64; i++)
    g_string_append_c (out, (char) 0xff);
}
