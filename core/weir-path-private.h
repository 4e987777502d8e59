/* SPDX-License-Identifier: MIT */
/* The loops over bytes that exist once for each instruction set. */
#ifndef WEIR_PATH_PRIVATE_H
#define WEIR_PATH_PRIVATE_H

#include "weir-parser-types.h"
#include "weir-path.h"

#define WEIR_BLOCK 64
#define WEIR_WINDOW (WEIR_BLOCK * WEIR_WINDOW_BLOCKS)

/* Prefetch distance in bytes. */
#define WEIR_AHEAD 2048

/* A table indexed by the low nibble of a byte: only LF and CR find themselves in it. */
#define WEIR_LINE_ENDS 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\n', 0, 0, '\r', 0, 0

struct WeirPathFunctions
{
  /* Fills in *window for length bytes, at most WEIR_WINDOW. Bits beyond the length are 0. before contains
   * the four preceding bytes, the last one in the highest bits. If utf8 is false, suspect is not set. */
  void (*scan) (const char *bytes, size_t length, uint32_t before, bool utf8, WeirWindow *window);

  /* Copies whole blocks until one is not ASCII or contains a line end. length is a multiple of
   * WEIR_BLOCK. Returns: the number of bytes copied. */
  size_t (*copy_plain) (char *to, const char *from, size_t length);

  /* The same for more bytes than the caches can hold. to is aligned to WEIR_BLOCK. */
  size_t (*copy_plain_far) (char *to, const char *from, size_t length);

  /* Returns: the number of bytes at the start of text that are complete, valid characters. */
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

/* Returns: the functions of weir_get_path(). */
const WeirPathFunctions *weir_path_functions (void);

/* The end of utf8_valid_length(): text is valid up to good, except that the last character before it may
 * be cut or invalid. Checks the rest byte by byte. Returns: the number of bytes that are complete, valid
 * characters. */
size_t weir_utf8_finish (const char *text, size_t good, size_t length);

#endif
