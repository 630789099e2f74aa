/* A cursor over untrusted bytes that cannot run past its end and remembers that it failed. */
#ifndef RS_BASE_CUR_H
#define RS_BASE_CUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct rs_cur {
    const uint8_t *p, *end;
    bool bad;
} rs_cur;

static inline rs_cur rs_cur_of(const void *bytes, size_t n)
{
    const uint8_t *p = (const uint8_t *)bytes;
    return (rs_cur){p, p ? p + n : p, false};
}
static inline size_t rs_cur_left(const rs_cur *c)
{
    return (size_t)(c->end - c->p);
}
static inline const uint8_t *rs_cur_take(rs_cur *c, size_t n)
{
    if (rs_cur_left(c) < n) {
        c->bad = true;
        c->p = c->end;
        return NULL;
    }
    const uint8_t *at = c->p;
    c->p += n;
    return at;
}
static inline uint8_t rs_cur_u8(rs_cur *c)
{
    const uint8_t *p = rs_cur_take(c, 1);
    return p ? p[0] : 0;
}
static inline uint16_t rs_cur_u16le(rs_cur *c)
{
    const uint8_t *p = rs_cur_take(c, 2);
    return (uint16_t)(p ? p[0] | p[1] << 8 : 0);
}
static inline uint16_t rs_cur_u16be(rs_cur *c)
{
    const uint8_t *p = rs_cur_take(c, 2);
    return (uint16_t)(p ? p[0] << 8 | p[1] : 0);
}
static inline uint32_t rs_cur_u32le(rs_cur *c)
{
    const uint8_t *p = rs_cur_take(c, 4);
    return p ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24
             : 0;
}
static inline uint32_t rs_cur_u32be(rs_cur *c)
{
    const uint8_t *p = rs_cur_take(c, 4);
    return p ? (uint32_t)p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24
             : 0;
}
static inline uint64_t rs_cur_u64le(rs_cur *c)
{
    uint64_t lo = rs_cur_u32le(c);
    return lo | (uint64_t)rs_cur_u32le(c) << 32;
}
static inline uint64_t rs_cur_u64be(rs_cur *c)
{
    uint64_t hi = rs_cur_u32be(c);
    return hi << 32 | rs_cur_u32be(c);
}

#endif
