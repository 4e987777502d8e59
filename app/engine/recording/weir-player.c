/* SPDX-License-Identifier: MIT */
#include "weir-player-private.h"

#include "base/weir-threads.h"
#include "weir-delivery-private.h"
#include "weir-marks-private.h"
#include "weir-replay.h"

struct _WeirPlayer
{
  GObject parent_instance;

  GThread *thread;
  gint64 (*now_us) (gpointer data); /* NULL: the monotonic clock */
  gpointer clock_data;
  gint64 begin_us, end_us; /* of the recording */

  /* The thread's. */
  WeirReplay *replay;
  WeirSink *sink;
  WeirDelivery delivery;
  WeirReplayStep step; /* kind 0: the next one is still to be read */

  GMutex lock;
  GCond changed; /* by the user, or the thread has become still */
  gboolean quit;
  gboolean playing;
  double speed;
  guint n_steps;      /* events that are still to be given */
  gint64 given_us;    /* the time of then of what was given last; 0: nothing */
  gint64 anchor_us;   /* this moment of now was … */
  gint64 anchored_us; /* … this time of then; 0: it has not begun */
  gboolean ended, still;
  char *error;
};

G_DEFINE_FINAL_TYPE (WeirPlayer, weir_player, G_TYPE_OBJECT)

static gint64
get_now (WeirPlayer *self)
{
  return self->now_us != NULL ? self->now_us (self->clock_data) : g_get_monotonic_time ();
}

/* Neither a slow replay of a long recording nor a fast one over days overflows. */
static gint64
clamp_span (double span_us)
{
  return (gint64) CLAMP (span_us, -(double) (G_MAXINT64 / 4), (double) (G_MAXINT64 / 4));
}

/* Under the lock: what of the present gap has passed at this speed has passed. */
static void
settle_time (WeirPlayer *self)
{
  const gint64 now_us = get_now (self);

  if (self->playing && self->speed > 0 && self->anchored_us > 0)
    self->anchored_us = MIN (self->anchored_us, WEIR_MARKS_MAX_TIME_US)
                        + clamp_span ((double) (now_us - self->anchor_us) * self->speed);
  self->anchor_us = now_us;
}

/* Under the lock: the user changed something. */
static void
notify_thread (WeirPlayer *self)
{
  self->still = self->ended;
  g_cond_broadcast (&self->changed);
}

/* Under the lock: by which moment of now the step is to be given. */
static gint64
find_due (WeirPlayer *self)
{
  if (self->speed <= 0 || self->step.time_us == 0 || self->anchored_us == 0)
    return G_MININT64;
  return self->anchor_us
         + clamp_span ((double) (self->step.time_us - self->anchored_us) / self->speed);
}

/* Under the lock. */
static void
wait_until (WeirPlayer *self, gint64 due_us)
{
  self->still = TRUE;
  g_cond_broadcast (&self->changed);
  if (self->now_us != NULL || due_us == G_MAXINT64)
    g_cond_wait (&self->changed, &self->lock);
  else
    g_cond_wait_until (&self->changed, &self->lock, due_us);
  self->still = FALSE;
}

/* Under the lock, which is let go: nothing here is the user's. */
static gboolean
read_step (WeirPlayer *self)
{
  GError *error = NULL;
  gboolean there;

  if (self->step.kind != 0)
    return TRUE;
  g_mutex_unlock (&self->lock);
  there = weir_replay_next (self->replay, &self->step, &error);
  g_mutex_lock (&self->lock);
  if (!there)
    self->step.kind = 0;
  if (error != NULL)
    self->error = g_strdup (error->message);
  g_clear_error (&error);
  return there;
}

/* Under the lock, which is let go. */
static void
give_step (WeirPlayer *self, gboolean items)
{
  const gint64 time_us = self->step.time_us;

  g_mutex_unlock (&self->lock);
  weir_delivery_take (&self->delivery, &self->step);
  if (items)
    weir_delivery_give_items (&self->delivery);
  g_mutex_lock (&self->lock);
  self->step.kind = 0;
  if (time_us == 0)
    return;
  self->given_us = time_us;
  if (self->playing && self->speed > 0 && self->anchored_us > 0)
    return;
  self->anchored_us = time_us;
  self->anchor_us = get_now (self);
}

/* Under the lock, which is let go: what of a read was not given yet. */
static void
give_rest (WeirPlayer *self)
{
  gboolean given;

  g_mutex_unlock (&self->lock);
  if (self->playing)
    weir_delivery_give_items (&self->delivery);
  given = !self->playing && weir_delivery_give_event (&self->delivery);
  weir_sink_drained (self->sink);
  g_mutex_lock (&self->lock);
  if (given && self->n_steps > 0)
    self->n_steps--;
}

/* Under the lock. Gives what is due. Returns: FALSE at the end of the recording. */
static gboolean
go_on (WeirPlayer *self)
{
  gint64 due_us;

  if (!self->playing && self->n_steps == 0)
    {
      wait_until (self, G_MAXINT64);
      return TRUE;
    }
  if (self->delivery.status == WEIR_ITEM)
    {
      give_rest (self);
      return TRUE;
    }
  if (self->delivery.enough || !read_step (self))
    return FALSE;
  due_us = self->playing ? find_due (self) : G_MININT64;
  if (due_us <= get_now (self))
    give_step (self, self->playing);
  else
    {
      weir_sink_drained (self->sink);
      wait_until (self, due_us);
    }
  return TRUE;
}

static gpointer
run (gpointer data)
{
  WeirPlayer *self = data;

  weir_threads_begin ();
  g_mutex_lock (&self->lock);
  while (!self->quit && go_on (self))
    ;
  g_mutex_unlock (&self->lock);
  weir_delivery_end (&self->delivery);
  weir_sink_drained (self->sink);
  g_mutex_lock (&self->lock);
  self->ended = self->still = TRUE;
  self->playing = FALSE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* --- The user -------------------------------------------------------------------- */

static void
weir_player_finalize (GObject *object)
{
  WeirPlayer *self = WEIR_PLAYER (object);

  if (self->thread != NULL)
    {
      g_mutex_lock (&self->lock);
      self->quit = TRUE;
      g_cond_broadcast (&self->changed);
      g_mutex_unlock (&self->lock);
      g_thread_join (self->thread);
      weir_delivery_clear (&self->delivery);
    }
  g_clear_pointer (&self->replay, weir_replay_free);
  g_clear_object (&self->sink);
  g_free (self->error);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (weir_player_parent_class)->finalize (object);
}

static void
weir_player_class_init (WeirPlayerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_player_finalize;
}

static void
weir_player_init (WeirPlayer *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->speed = 1;
}

WeirPlayer *
weir_player_new_by_clock (const char *path,
                          WeirSink *sink,
                          gint64 (*now_us) (gpointer data),
                          gpointer data,
                          GError **error)
{
  g_autoptr (WeirPlayer) self = g_object_new (WEIR_TYPE_PLAYER, NULL);

  g_return_val_if_fail (WEIR_IS_SINK (sink), NULL);

  self->replay = weir_replay_new (path, error);
  if (self->replay == NULL)
    return NULL;
  weir_replay_get_span (self->replay, &self->begin_us, &self->end_us);
  self->sink = g_object_ref (sink);
  self->now_us = now_us;
  self->clock_data = data;
  weir_delivery_init (&self->delivery, sink, NULL);
  self->thread = g_thread_new ("weir-player", run, self);
  return g_steal_pointer (&self);
}

WeirPlayer *
weir_player_new (const char *path, WeirSink *sink, GError **error)
{
  return weir_player_new_by_clock (path, sink, NULL, NULL, error);
}

void
weir_player_set_playing (WeirPlayer *self, gboolean playing)
{
  g_return_if_fail (WEIR_IS_PLAYER (self));

  g_mutex_lock (&self->lock);
  settle_time (self);
  self->playing = playing && !self->ended;
  self->n_steps = 0;
  notify_thread (self);
  g_mutex_unlock (&self->lock);
}

void
weir_player_set_speed (WeirPlayer *self, double speed)
{
  g_return_if_fail (WEIR_IS_PLAYER (self));
  g_return_if_fail (speed >= 0);

  g_mutex_lock (&self->lock);
  settle_time (self);
  self->speed = speed;
  notify_thread (self);
  g_mutex_unlock (&self->lock);
}

void
weir_player_step (WeirPlayer *self)
{
  g_return_if_fail (WEIR_IS_PLAYER (self));

  g_mutex_lock (&self->lock);
  settle_time (self);
  self->playing = FALSE;
  self->n_steps++;
  notify_thread (self);
  g_mutex_unlock (&self->lock);
}

void
weir_player_get_state (WeirPlayer *self, WeirPlayerState *state)
{
  g_return_if_fail (WEIR_IS_PLAYER (self));

  g_mutex_lock (&self->lock);
  *state = (WeirPlayerState){
    .playing = self->playing,
    .ended = self->ended,
    .error = g_strdup (self->error),
    .position_us = self->given_us > 0 ? self->given_us - self->begin_us : 0,
    .duration_us = self->end_us - self->begin_us,
    .speed = self->speed,
  };
  g_mutex_unlock (&self->lock);
}

void
weir_player_state_clear (WeirPlayerState *state)
{
  g_clear_pointer (&state->error, g_free);
}

void
weir_player_clock_changed (WeirPlayer *self)
{
  g_mutex_lock (&self->lock);
  notify_thread (self);
  g_mutex_unlock (&self->lock);
}

void
weir_player_wait_still (WeirPlayer *self)
{
  g_mutex_lock (&self->lock);
  while (!self->still)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}
