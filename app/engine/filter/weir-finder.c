/* SPDX-License-Identifier: MIT */
#include "weir-finder-private.h"

#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

/* How common a byte is in event streams, which are JSON and prose for the most part; by feel. */
static guint
commonness (guint8 c)
{
  static const char common[] = " etaoinsrhldcumfpgwybv";
  const char *place = c != 0 ? strchr (common, g_ascii_tolower ((char) c)) : NULL;

  if (c == '"' || c == ' ' || c == ':' || c == ',')
    return 200;
  if (place != NULL)
    return (g_ascii_isupper ((char) c) ? 40u : 160u) - 3 * (guint) (place - common);
  if (g_ascii_isdigit ((char) c))
    return 100;
  if (c >= 0x80)
    return (c & 0xC0) == 0x80 ? 50 : 60;
  if (c == '{' || c == '}' || c == '/' || c == '-' || c == '_' || c == '.')
    return 70;
  return 10;
}

void
weir_finder_init (WeirFinder *self, const char *text, gsize length, gboolean fold)
{
  g_assert (length > 0);
  *self = (WeirFinder){ .length = length, .fold = fold };
  self->text = g_malloc (length);
  for (gsize i = 0; i < length; i++)
    self->text[i] = (guint8) (fold ? g_ascii_tolower (text[i]) : text[i]);

  for (gsize i = 1; i < length; i++)
    if (commonness (self->text[i]) < commonness (self->text[self->first]))
      self->first = i;
  self->second = self->first == 0 && length > 1 ? 1 : 0;
  for (gsize i = 0; i < length; i++)
    if (i != self->first && commonness (self->text[i]) < commonness (self->text[self->second]))
      self->second = i;
  self->first_byte = self->text[self->first];
  self->second_byte = self->text[self->second];
  self->first_fold = fold && g_ascii_isalpha ((char) self->first_byte) ? 0x20 : 0;
  self->second_fold = fold && g_ascii_isalpha ((char) self->second_byte) ? 0x20 : 0;
}

void
weir_finder_clear (WeirFinder *self)
{
  g_clear_pointer (&self->text, g_free);
}

static gboolean
stands_at (const WeirFinder *self, const guint8 *at)
{
  if (!self->fold)
    return memcmp (at, self->text, self->length) == 0;
  for (gsize i = 0; i < self->length; i++)
    if ((guint8) g_ascii_tolower ((char) at[i]) != self->text[i])
      return FALSE;
  return TRUE;
}

static const guint8 *
find_scalar (const WeirFinder *self, const guint8 *at, const guint8 *last)
{
  for (; at <= last; at++)
    if ((at[self->first] | self->first_fold) == self->first_byte
        && (at[self->second] | self->second_fold) == self->second_byte && stands_at (self, at))
      return at;
  return NULL;
}

#ifdef __x86_64__

static const guint8 *
find_sse2 (const WeirFinder *self, const guint8 *at, const guint8 *last)
{
  const __m128i first = _mm_set1_epi8 ((char) self->first_byte);
  const __m128i second = _mm_set1_epi8 ((char) self->second_byte);
  const __m128i first_fold = _mm_set1_epi8 ((char) self->first_fold);
  const __m128i second_fold = _mm_set1_epi8 ((char) self->second_fold);

  for (; at + 15 <= last; at += 16)
    {
      __m128i a = _mm_loadu_si128 ((const __m128i *) (const void *) (at + self->first));
      __m128i b = _mm_loadu_si128 ((const __m128i *) (const void *) (at + self->second));
      __m128i both = _mm_and_si128 (_mm_cmpeq_epi8 (_mm_or_si128 (a, first_fold), first),
                                    _mm_cmpeq_epi8 (_mm_or_si128 (b, second_fold), second));

      for (guint bits = (guint) _mm_movemask_epi8 (both); bits != 0; bits &= bits - 1)
        if (stands_at (self, at + __builtin_ctz (bits)))
          return at + __builtin_ctz (bits);
    }
  return find_scalar (self, at, last);
}

__attribute__ ((target ("avx2"))) static const guint8 *
find_avx2 (const WeirFinder *self, const guint8 *at, const guint8 *last)
{
  const __m256i first = _mm256_set1_epi8 ((char) self->first_byte);
  const __m256i second = _mm256_set1_epi8 ((char) self->second_byte);
  const __m256i first_fold = _mm256_set1_epi8 ((char) self->first_fold);
  const __m256i second_fold = _mm256_set1_epi8 ((char) self->second_fold);

  for (; at + 31 <= last; at += 32)
    {
      __m256i a = _mm256_loadu_si256 ((const __m256i *) (const void *) (at + self->first));
      __m256i b = _mm256_loadu_si256 ((const __m256i *) (const void *) (at + self->second));
      __m256i both =
          _mm256_and_si256 (_mm256_cmpeq_epi8 (_mm256_or_si256 (a, first_fold), first),
                            _mm256_cmpeq_epi8 (_mm256_or_si256 (b, second_fold), second));

      for (guint bits = (guint) _mm256_movemask_epi8 (both); bits != 0; bits &= bits - 1)
        if (stands_at (self, at + __builtin_ctz (bits)))
          return at + __builtin_ctz (bits);
    }
  return find_sse2 (self, at, last);
}

#endif

const guint8 *
weir_finder_find (const WeirFinder *self, const guint8 *begin, const guint8 *end)
{
  if ((gsize) (end - begin) < self->length)
    return NULL;
#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx2"))
    return find_avx2 (self, begin, end - self->length);
  return find_sse2 (self, begin, end - self->length);
#else
  return find_scalar (self, begin, end - self->length);
#endif
}
