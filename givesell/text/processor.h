/* What processors do faster than plain C says it. */

#ifndef GIVESELL_PROCESSOR_H
#define GIVESELL_PROCESSOR_H

#include <stdint.h>

/* Have memory brought near, which is read soon; the address need not be one. */
#if defined(__GNUC__)
#define GIVESELL_FETCH(address) __builtin_prefetch(address)
#else
#define GIVESELL_FETCH(address) ((void)(address))
#endif

/* How many bits are set, without a branch: they cannot be predicted. */
static inline int64_t givesell_bits_in(uint32_t bits)
{
    bits -= (bits >> 1) & 0x55555555u;
    bits = (bits & 0x33333333u) + ((bits >> 2) & 0x33333333u);
    bits = (bits + (bits >> 4)) & 0x0F0F0F0Fu;
    return (bits * 0x01010101u) >> 24;
}

#endif
