/* Status codes, the caller-owned error, borrowed text and resource limits: the words every
 * other header of rsift uses. */
#ifndef RSIFT_ERROR_H
#define RSIFT_ERROR_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define RSIFT_API __attribute__((visibility("default")))
#else
#define RSIFT_API
#endif

/* A struct of options with its size filled in and everything else zero. */
#ifdef __cplusplus
#define RSIFT_OPTIONS(type) (type{sizeof(type)})
#else
#define RSIFT_OPTIONS(type) ((type){.size = sizeof(type)})
#endif

/* Borrowed text: UTF-8 unless a call names another encoding, not NUL-terminated. */
typedef struct rsift_str {
    const char *ptr;
    size_t len;
} rsift_str;

typedef enum rsift_status {
    RSIFT_OK = 0,
    RSIFT_END,   /* the end of what is read; not an error */
    RSIFT_E_ARG, /* the caller asked for something that makes no sense */
    RSIFT_E_NOMEM,
    RSIFT_E_IO,          /* the disk or the operating system */
    RSIFT_E_FORMAT,      /* bytes that are not what they claim to be */
    RSIFT_E_LIMIT,       /* a limit of rsift_limits was crossed; the message names it */
    RSIFT_E_UNSUPPORTED, /* well-formed, but rsift does not read it */
    RSIFT_E_CANCELLED
} rsift_status;

/* Filled by the call that failed; owned by the caller; may be NULL. One per thread. */
typedef struct rsift_error {
    rsift_status status;
    char where[512];   /* "train.zip > ann/1.json > record 1812 > byte 88123" */
    char message[256]; /* "expected a string, found a number" */
} rsift_error;

/* Bounds on what an input may make rsift do. A field of 0 means the default. */
typedef struct rsift_limits {
    size_t size;          /* sizeof(rsift_limits), set by rsift_limits_default */
    uint32_t max_depth;   /* nesting of JSON, XML, YAML and of archives in bytes: 64 */
    uint64_t max_string;  /* bytes of one text value: 16 MiB */
    uint64_t max_record;  /* bytes of one record: 64 MiB */
    uint64_t max_members; /* members of one archive, files of one folder: 50 million */
    uint64_t max_pixels;  /* of a picture to be decoded: 1 Gpx */
    uint32_t max_ratio;   /* decoded bytes per compressed byte, above 1 GiB decoded: 100 */
    /* bytes that may be unpacked to temporary files: 64 GiB, and never more than half of what is
     * free in TMPDIR */
    uint64_t max_spool;
    uint32_t max_archives; /* archives inside each other: 4 */
    uint64_t max_findings; /* findings stored per code and file; all are counted: 100 */
    uint64_t max_nested;   /* archives inside one file on disk: 10,000, and one in 64 bytes */
    uint64_t max_image;    /* bytes of decoded pictures, all threads together: 512 MiB */
} rsift_limits;

RSIFT_API rsift_limits rsift_limits_default(void);

/* "error", "out of memory", ...: a static word for a status. */
RSIFT_API const char *rsift_status_name(rsift_status status);

#endif
