/* The loops of the scorer that run over many numbers side by side. Where the compiler and the
   system can choose a function when the program starts, each is compiled for newer processors too;
   the results are the same to the bit, since each number is computed in the same order. */

#ifndef GIVESELL_LANES_H
#define GIVESELL_LANES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "givesell/text/processor.h"

/* Not every kernel that includes this takes all of it. */
#if defined(__GNUC__) && defined(__x86_64__) && defined(__GLIBC__) && !defined(GIVESELL_SANITIZE) \
    && (!defined(__clang__) || __clang_major__ >= 14)
#define GIVESELL_WIDE __attribute__((unused, target_clones("avx2", "default")))
#elif defined(__GNUC__)
#define GIVESELL_WIDE __attribute__((unused))
#else
#define GIVESELL_WIDE
#endif

#if defined(__GNUC__)
#define GIVESELL_INLINE inline __attribute__((always_inline))
#else
#define GIVESELL_INLINE inline
#endif

#if defined(_MSC_VER)
#define GIVESELL_RESTRICT __restrict
#else
#define GIVESELL_RESTRICT __restrict__
#endif

enum { GIVESELL_FACETS = 16, GIVESELL_ROWS = 4, GIVESELL_WINDOW = 3 };
#define GIVESELL_TILE 32 /* columns of a matrix that are multiplied at once */
#define GIVESELL_LINE 16 /* numbers of a cache line */

/* Write the products of vectors and a matrix. The matrix lies in tiles, each GIVESELL_TILE of its
   `width` columns, `size` rows long, and zeros where there is no column any more. Each number is
   summed in the order of the rows, so that it is the same on every machine. */
GIVESELL_WIDE static void multiply(
    const float *const *vectors, float *const *products, int count,
    const float *tiles, size_t size, size_t width)
{
    for (size_t first = 0; first < width; first += GIVESELL_TILE) {
        const size_t columns = width - first < GIVESELL_TILE ? width - first : GIVESELL_TILE;
        for (int i = 0; i < count; i++) {
            const float *vector = vectors[i], *row = tiles;
            float sums[GIVESELL_TILE] = {0};
            for (size_t k = 0; k < size; k++) {
                for (int j = 0; j < GIVESELL_TILE; j++)
                    sums[j] += vector[k] * row[j];
                row += GIVESELL_TILE;
            }
            memcpy(products[i] + first, sums, columns * sizeof(float));
        }
        tiles += size * GIVESELL_TILE;
    }
}

/* Add one window to so many pooled values; the rows of marks are NULL where no token has one. */
static GIVESELL_INLINE void pool_lanes(
    const float *bias, const float *before, const float *here, const float *after,
    const float *mark_before, const float *mark, const float *mark_after,
    float *GIVESELL_RESTRICT sums, float *GIVESELL_RESTRICT maxima, size_t lanes)
{
    for (size_t c = 0; c < lanes; c++) {
        float value = bias[c] + before[c] + here[c] + after[c];
        if (mark)
            value = value + mark_before[c] + mark[c] + mark_after[c];
        value = value > 0 ? value : 0;
        sums[c] += value;
        maxima[c] = maxima[c] > value ? maxima[c] : value;
    }
}

/* Add the windows of a post to its pooled values. `rows` leads to those of its tokens, `count` of
   them, between two more; `marks` has the mark rows of its tokens; a row is GIVESELL_WINDOW *
   channels. While a window is added the rows of the next one are fetched: most of the time is their
   way. */
GIVESELL_WIDE static void pool_windows(
    const float *const *rows, const float *mark_rows, const float *bias, const uint8_t *marks,
    int count, size_t channels, float *GIVESELL_RESTRICT sums, float *GIVESELL_RESTRICT maxima)
{
    const size_t row = GIVESELL_WINDOW * channels;
    for (int i = 0; i < count; i++) {
        const float *before = rows[i];
        const float *here = rows[i + 1] + channels;
        const float *after = rows[i + 2] + 2 * channels;
        const int next = i + 1 < count ? i + 1 : i;
        const float *next_before = rows[next];
        const float *next_here = rows[next + 1] + channels;
        const float *next_after = rows[next + 2] + 2 * channels;
        const int first = i > 0 ? marks[i - 1] : 0, second = marks[i];
        const int third = i + 1 < count ? marks[i + 1] : 0;
        const float *mark_before = mark_rows + (size_t)first * row; /* row 0 is all zeros */
        const float *mark = mark_rows + (size_t)second * row + channels;
        const float *mark_after = mark_rows + (size_t)third * row + 2 * channels;
        size_t c = 0;
        for (; c + GIVESELL_LINE <= channels; c += GIVESELL_LINE) {
            GIVESELL_FETCH(next_before + c);
            GIVESELL_FETCH(next_here + c);
            GIVESELL_FETCH(next_after + c);
            if (first | second | third)
                pool_lanes(bias + c, before + c, here + c, after + c, mark_before + c, mark + c,
                           mark_after + c, sums + c, maxima + c, GIVESELL_LINE);
            else
                pool_lanes(bias + c, before + c, here + c, after + c, NULL, NULL, NULL, sums + c,
                           maxima + c, GIVESELL_LINE);
        }
        pool_lanes(bias + c, before + c, here + c, after + c, mark_before + c, mark + c,
                   mark_after + c, sums + c, maxima + c, channels - c);
    }
}

/* Add rows, `blocks` times four of them, times values to sums, as long as a row. */
GIVESELL_WIDE static void add_rows(
    const float *values, const float *GIVESELL_RESTRICT rows, size_t blocks, size_t length,
    float *GIVESELL_RESTRICT sums)
{
    for (size_t block = 0; block < blocks; block++) {
        const float a = values[0], b = values[1], c = values[2], d = values[3];
        for (size_t j = 0; j < length; j++)
            sums[j] += (a * rows[j] + b * rows[length + j]) +
                       (c * rows[2 * length + j] + d * rows[3 * length + j]);
        values += GIVESELL_ROWS;
        rows += GIVESELL_ROWS * length;
    }
}

/* Add rows of a head's weights times values, `count` of each, to the log-odds of facets. */
GIVESELL_WIDE static void add_facets(
    const float *weights, const int64_t *rows, const float *values, int count,
    float *GIVESELL_RESTRICT odds)
{
    float sums[GIVESELL_FACETS];
    for (int j = 0; j < GIVESELL_FACETS; j++)
        sums[j] = odds[j];
    for (int i = 0; i < count; i++) {
        const float value = values[i], *row = weights + GIVESELL_FACETS * rows[i];
        for (int j = 0; j < GIVESELL_FACETS; j++)
            sums[j] += value * row[j];
    }
    for (int j = 0; j < GIVESELL_FACETS; j++)
        odds[j] = sums[j];
}

#endif
