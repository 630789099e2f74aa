/* Eight bytes of a text at a time in one word. In each answer a byte's high bit answers for the
 * byte. What finds something looks at its bytes one by one, so that the order of bytes does not
 * matter. */
#ifndef RS_BASE_EIGHT_H
#define RS_BASE_EIGHT_H

#include <stdint.h>
#include <string.h>

#define RS_EIGHT_ONES 0x0101010101010101u
#define RS_EIGHT_HIGH 0x8080808080808080u

static inline uint64_t rs_eight_load(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

/* Bytes that are `c`, an ASCII character; exact. */
static inline uint64_t rs_eight_equal(uint64_t w, char c)
{
    const uint64_t x = w ^ RS_EIGHT_ONES * (unsigned char)c;
    return ~(((x & ~RS_EIGHT_HIGH) + ~RS_EIGHT_HIGH) | x) & RS_EIGHT_HIGH;
}

/* Bytes from `low` to `high`, both ASCII; exact. With its high bit set no byte borrows from the
 * next. */
static inline uint64_t rs_eight_between(uint64_t w, char low, char high)
{
    const uint64_t set = w | RS_EIGHT_HIGH;
    return (set - RS_EIGHT_ONES * (unsigned char)low) &
           ~(set - RS_EIGHT_ONES * ((unsigned char)high + 1u)) & ~w & RS_EIGHT_HIGH;
}

#endif
