/* The state of something that threads make when the first of them needs it. A state is one byte;
   what was written before it was set to GIVESELL_MADE is seen by who reads that. */

#ifndef GIVESELL_ONCE_H
#define GIVESELL_ONCE_H

enum { GIVESELL_NOT_MADE = 0, GIVESELL_CLAIMED = 1, GIVESELL_MADE = 2 };

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
static __inline int is_made(char *state)
{
    return _InterlockedOr8((volatile char *)state, 0) == GIVESELL_MADE;
}
static __inline int claim(char *state)
{
    return _InterlockedCompareExchange8(
               (volatile char *)state, GIVESELL_CLAIMED, GIVESELL_NOT_MADE) == GIVESELL_NOT_MADE;
}
static __inline void set_made(char *state)
{
    _InterlockedExchange8((volatile char *)state, GIVESELL_MADE);
}
#else
static inline int is_made(char *state)
{
    return __atomic_load_n(state, __ATOMIC_ACQUIRE) == GIVESELL_MADE;
}
static inline int claim(char *state)
{
    char expected = GIVESELL_NOT_MADE;
    return __atomic_compare_exchange_n(
        state, &expected, GIVESELL_CLAIMED, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}
static inline void set_made(char *state)
{
    __atomic_store_n(state, GIVESELL_MADE, __ATOMIC_RELEASE);
}
#endif

#endif
