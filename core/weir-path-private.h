/* SPDX-License-Identifier: MIT */
/* The loops over bytes that are worth wide instructions, and who has them. */
#ifndef WEIR_PATH_PRIVATE_H
#define WEIR_PATH_PRIVATE_H

#include "weir-parser.h"
#include "weir-path.h"

#define WEIR_BLOCK 64
#define WEIR_WINDOW (WEIR_BLOCK * WEIR_WINDOW_BLOCKS)

/* So far ahead of the block that is scanned, memory is asked for. */
#define WEIR_AHEAD 2048

/* A table to look bytes up in by their low nibble: a line end finds itself, any other byte does not. */
#define WEIR_LINE_ENDS 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\n', 0, 0, '\r', 0, 0

struct WeirPathFunctions
{
  /* Fills in what window says of length bytes, at most WEIR_WINDOW; bits past the length are 0. In
   * before are the four bytes that stand before them, the last one the highest. Without utf8 nothing
   * is suspect. */
  void (*scan) (const char *bytes, size_t length, uint32_t before, bool utf8, WeirWindow *window);

  /* Copies whole blocks from the middle of a line, as long as they are ASCII and no line end comes;
   * length is a multiple of a block. Returns how many bytes. */
  size_t (*copy_plain) (char *to, const char *from, size_t length);

  /* The same, for so much that no cache holds it until it is read again. to is aligned to a block. */
  size_t (*copy_plain_far) (char *to, const char *from, size_t length);

  /* How many bytes at the start of text are whole, valid characters. */
  size_t (*utf8_valid_length) (const char *text, size_t length);
};

typedef struct WeirPathFunctions WeirPathFunctions;

extern const WeirPathFunctions weir_path_scalar;

#if defined __x86_64__ || defined __i386__
#define WEIR_HAVE_X86 1
extern const WeirPathFunctions weir_path_sse2, weir_path_ssse3, weir_path_avx2, weir_path_avx512;
#elif defined __aarch64__
#define WEIR_HAVE_NEON 1
extern const WeirPathFunctions weir_path_neon;
#elif defined __wasm_simd128__
#define WEIR_HAVE_SIMD128 1
extern const WeirPathFunctions weir_path_simd128;
#endif

/* Those of weir_get_path(). */
const WeirPathFunctions *weir_path_functions (void);

/* For a path whose vectors found length bytes good, but for the last character, which may be cut or
 * bad: where the valid characters end, found step by step. */
size_t weir_utf8_finish (const char *text, size_t good, size_t length);

#endif
