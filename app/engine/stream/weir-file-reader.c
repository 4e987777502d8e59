/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-file-reader-private.h"

#include "base/weir-io-private.h"
#include "base/weir-recognition-private.h"
#include "base/weir-recording-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_BYTES (256 * 1024)
/* Bytes of a character of UTF-16 that can be left for the next read. */
#define MOST_LEFT 8
/* Other streams need the thread too. */
#define TURN_US (8 * G_TIME_SPAN_MILLISECOND)

struct _WeirFileReader
{
  char *path;
  char *shown;
  int fd;
  gboolean regular;
  guint8 *buffer;
  gboolean has_begun; /* something was read */
  gsize n_left;       /* bytes of a character that is not complete, at the start of the buffer */
  gboolean keeps_encoding;
  GConverter *decoder; /* for UTF-16; NULL: the file is not converted */
  WeirRecognition recognition;
  WeirIntake *intake;
  WeirConnectionInfo *info;
  WeirFileReaderEnded ended;
  gpointer data;
  GSource *source;
};

WeirFileReader *
weir_file_reader_new (const char *path,
                      WeirIntake *intake,
                      WeirConnectionInfo *info,
                      WeirFileReaderEnded ended,
                      gpointer data)
{
  WeirFileReader *self = g_new0 (WeirFileReader, 1);

  self->path = g_strdup (path);
  self->shown =
      strcmp (path, "-") == 0 ? g_strdup (_ ("standard input")) : g_filename_display_name (path);
  self->fd = -1;
  self->intake = intake;
  self->info = weir_connection_info_ref (info);
  self->ended = ended;
  weir_recognition_init (&self->recognition);
  self->data = data;
  return self;
}

void
weir_file_reader_free (WeirFileReader *self)
{
  weir_io_clear_source (&self->source);
  if (self->fd > STDIN_FILENO)
    close (self->fd);
  weir_connection_info_unref (self->info);
  g_free (self->path);
  g_free (self->shown);
  g_free (self->buffer);
  g_clear_object (&self->decoder);
  weir_recognition_clear (&self->recognition);
  g_free (self);
}

static void
end (WeirFileReader *self, WeirEndReason reason, gboolean failed, char *evidence)
{
  self->info->end = reason;
  self->info->failed = failed;
  self->info->evidence = evidence;
  weir_io_clear_source (&self->source);
  self->ended (self->info, self->data);
}

static void
end_unread (WeirFileReader *self, int error)
{
  end (self, WEIR_END_FILE, TRUE,
       g_strdup_printf (_ ("Could not read %s: %s."), self->shown, g_strerror (error)));
}

/* The end of the file. */
static void
end_read (WeirFileReader *self)
{
  const gboolean recognised = self->intake->n_bytes == 0 || self->intake->format != WEIR_BODY_SSE
                              || weir_recognition_finish (&self->recognition);
  WeirDiagnosis diagnosis = WEIR_DIAGNOSIS_FIELDS;
  g_autofree char *problem = weir_intake_diagnose (self->intake, NULL, &diagnosis);

  if (self->intake->format != WEIR_BODY_SSE && self->intake->unfinished)
    {
      end (self, WEIR_END_MALFORMED, TRUE,
           g_strdup (_ ("The file ends in the middle of a frame.")));
      return;
    }
  if (recognised && diagnosis == WEIR_DIAGNOSIS_FIELDS)
    {
      end (self, WEIR_END_SERVER, FALSE, g_strdup (_ ("The file ended.")));
      return;
    }
  self->info->no_event = problem != NULL;
  end (self, WEIR_END_CONTENT_TYPE, TRUE,
       problem != NULL ? g_steal_pointer (&problem)
                       : g_strdup (weir_recognition_describe (&self->recognition)));
}

static void
end_pushed (WeirFileReader *self, WeirIntakeStatus status)
{
  switch (status)
    {
    case WEIR_INTAKE_ENOUGH:
      end (self, WEIR_END_CANCELLED, FALSE, weir_sink_describe_end (self->intake->sink));
      break;
    case WEIR_INTAKE_LIMIT:
      end (self, WEIR_END_TOO_LARGE, TRUE, weir_intake_describe_limit (self->intake));
      break;
    case WEIR_INTAKE_MEMORY:
      end (self, WEIR_END_TOO_LARGE, TRUE, g_strdup (_ ("There is not enough memory.")));
      break;
    case WEIR_INTAKE_DAMAGED:
      end (self, WEIR_END_MALFORMED, TRUE,
           g_strdup (_ ("The file is damaged: a record in it cannot be read.")));
      break;
    case WEIR_INTAKE_MORE:
    default:
      end_read (self);
      break;
    }
}

static gboolean
is_readable (WeirFileReader *self)
{
  struct pollfd fd = { self->fd, POLLIN, 0 };

  return self->regular || poll (&fd, 1, 0) > 0;
}

static WeirIntakeStatus
push (WeirFileReader *self, const guint8 *bytes, gsize length)
{
  if (self->intake->format == WEIR_BODY_SSE)
    weir_recognition_take (&self->recognition, bytes, length);
  return weir_intake_push (self->intake, bytes, length);
}

/* A file that begins as UTF-16 does is decoded, which is reported. */
static void
choose_decoder (WeirFileReader *self, gsize length)
{
  const char *start = (const char *) self->buffer;
  const gboolean big = length > 1 && ((guchar) start[0] == 0xFE || start[0] == '\0');

  if (self->keeps_encoding
      || weir_diagnosis_find (start, MIN (length, WEIR_DIAGNOSIS_BYTES)) != WEIR_DIAGNOSIS_UTF_16)
    return;
  self->decoder =
      G_CONVERTER (g_charset_converter_new ("UTF-8", big ? "UTF-16BE" : "UTF-16LE", NULL));
  if (self->decoder == NULL)
    return;
  g_charset_converter_set_use_fallback (G_CHARSET_CONVERTER (self->decoder), TRUE);
  self->buffer = g_realloc (self->buffer, BUFFER_BYTES + MOST_LEFT);
  weir_intake_note (self->intake, WEIR_NOTE_CHARSET,
                    g_strdup (_ ("The file is UTF-16 and was decoded. Every client reads an event "
                                 "stream as UTF-8, so save it as UTF-8 before it is served.")));
}

/* Decodes and pushes what is in the buffer; bytes of a character that is cut are kept for later. */
static WeirIntakeStatus
push_decoded (WeirFileReader *self, gsize length)
{
  gchar text[8192];
  gsize at = 0;
  WeirIntakeStatus status = WEIR_INTAKE_MORE;

  length += self->n_left;
  self->n_left = 0;
  while (at < length && status == WEIR_INTAKE_MORE)
    {
      gsize used, written;
      g_autoptr (GError) error = NULL;
      GConverterResult result =
          g_converter_convert (self->decoder, self->buffer + at, length - at, text, sizeof text,
                               G_CONVERTER_NO_FLAGS, &used, &written, &error);

      if (result == G_CONVERTER_ERROR
          && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
        {
          /* Half of a pair of surrogates. */
          status = push (self, (const guint8 *) "\xef\xbf\xbd", 3);
          at += MIN (2, length - at);
          g_converter_reset (self->decoder);
          continue;
        }
      if (result == G_CONVERTER_ERROR)
        break;
      at += used;
      status = push (self, (const guint8 *) text, written);
    }
  self->n_left = MIN (length - at, MOST_LEFT);
  memmove (self->buffer, self->buffer + length - self->n_left, self->n_left);
  return status;
}

static WeirIntakeStatus
take_bytes (WeirFileReader *self, gsize length)
{
  if (!self->has_begun)
    choose_decoder (self, length);
  self->has_begun = TRUE;
  return self->decoder != NULL ? push_decoded (self, length) : push (self, self->buffer, length);
}

static gboolean
read_ready (int fd, GIOCondition condition, gpointer data)
{
  WeirFileReader *self = data;
  gint64 until = g_get_monotonic_time () + TURN_US;

  do
    {
      ssize_t n = read (fd, self->buffer + self->n_left, BUFFER_BYTES);
      WeirIntakeStatus status;

      if (n < 0 && (errno == EAGAIN || errno == EINTR))
        break;
      if (n < 0)
        {
          end_unread (self, errno);
          return G_SOURCE_REMOVE;
        }
      status = n > 0 ? take_bytes (self, (gsize) n) : weir_intake_finish (self->intake);
      if (n == 0 || status != WEIR_INTAKE_MORE)
        {
          end_pushed (self, status);
          return G_SOURCE_REMOVE;
        }
    }
  while (is_readable (self) && g_get_monotonic_time () < until);

  weir_sink_drained (self->intake->sink);
  return G_SOURCE_CONTINUE;
}

static gboolean
read_regular (gpointer data)
{
  WeirFileReader *self = data;

  return read_ready (self->fd, G_IO_IN, self);
}

static char *
describe_unopened (WeirFileReader *self, int error)
{
  if (error != ENOENT)
    return g_strdup_printf (_ ("Could not open %s: %s."), self->shown, g_strerror (error));
  if (g_path_is_absolute (self->path))
    return g_strdup_printf (_ ("The file “%s” does not exist."), self->shown);
  return g_strdup_printf (_ ("The file “%s” does not exist. If it is the address of a host, write "
                             "http:// before it."),
                          self->shown);
}

/* The first by its name. (transfer full), or NULL. */
static char *
find_recording_in (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  char *first = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!g_str_has_suffix (name, WEIR_RECORDING_SUFFIX) || !weir_recording_is (path)
          || (first != NULL && strcmp (first, path) < 0))
        continue;
      g_free (first);
      first = g_steal_pointer (&path);
    }
  return first;
}

static char *
describe_directory (WeirFileReader *self)
{
  g_autofree char *recording = strcmp (self->path, "-") ? find_recording_in (self->path) : NULL;
  g_autofree char *shown = recording ? g_filename_display_name (recording) : NULL;

  if (shown == NULL)
    return g_strdup_printf (_ ("%s is a directory. Name a file in it."), self->shown);
  return g_strdup_printf (_ ("%s contains recordings. Name one of them, such as “%s”."),
                          self->shown, shown);
}

void
weir_file_reader_keep_encoding (WeirFileReader *self)
{
  self->keeps_encoding = TRUE;
}

gboolean
weir_file_reader_start (WeirFileReader *self, char **evidence)
{
  struct stat status;

  /* Not blocking, so that a FIFO without a writer does not hold the thread. */
  self->fd = strcmp (self->path, "-") == 0 ? STDIN_FILENO
                                           : open (self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (self->fd < 0 || fstat (self->fd, &status) < 0)
    {
      *evidence = describe_unopened (self, errno);
      return FALSE;
    }
  if (S_ISDIR (status.st_mode))
    {
      *evidence = describe_directory (self);
      return FALSE;
    }

  self->buffer = g_malloc (BUFFER_BYTES);
  self->regular = S_ISREG (status.st_mode);
  if (self->regular)
    {
      self->source = g_idle_source_new ();
      g_source_set_priority (self->source, G_PRIORITY_DEFAULT);
      g_source_set_callback (self->source, read_regular, self, NULL);
    }
  else
    {
      self->source = g_unix_fd_source_new (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR);
      g_source_set_callback (self->source, G_SOURCE_FUNC (read_ready), self, NULL);
    }
  g_source_attach (self->source, weir_io_get_context ());
  return TRUE;
}
