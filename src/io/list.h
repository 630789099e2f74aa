/* Inside of room io: the list of members while it is being built, and what is kept of each for
 * reading later. The bottom of the room: who finds members (folder, zip, tar, archive) is above,
 * opening and closing a tree at the top (tree.c).
 *
 * A disk is one file (or one unlinked temporary file) with a shared, lazily opened descriptor. A
 * span is a run of bytes over one or more disks, so that joined parts, a stored member of a zip
 * and a plain file are read by the same function. A container is an archive over a span. */
#ifndef RS_IO_LIST_H
#define RS_IO_LIST_H

#include "io/io.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct rs_io_disk {
    pthread_mutex_t lock;
    const char *name; /* below the root; NULL = the temporary file, open until the tree closes */
    int64_t n_bytes, mtime_ns;
    int fd;
    uint32_t n_users;
} rs_io_disk;

typedef struct rs_io_segment {
    rs_io_disk *disk;
    int64_t disk_begin; /* where on the disk */
    int64_t begin;      /* where in the span */
    int64_t n_bytes;
} rs_io_segment;

typedef struct rs_io_span {
    const rs_io_segment *segments;
    size_t n_segments;
    int64_t n_bytes;
} rs_io_span;

typedef enum rs_io_kind {
    RS_IO_PLAIN, /* no archive: one member, the span itself */
    RS_IO_ZIP,
    RS_IO_TAR,
    RS_IO_PACKED_TAR, /* tar.gz, tar.bz2, tar.xz, tar.zst: read from the start */
    RS_IO_PACKED,     /* the same compressors around a tar or around one file */
    RS_IO_RAR,
    RS_IO_7Z,
    RS_IO_ROWS,     /* a file of rows as text: one member of that name */
    RS_IO_ROW_CELLS /* the pictures of such a file, row by row */
} rs_io_kind;

static inline bool rs_io_is_sequential(rs_io_kind kind)
{
    return kind >= RS_IO_PACKED_TAR && kind != RS_IO_ROWS;
}

/* How many notes of one kind a container has had: the first few are kept, the rest counted. */
typedef struct rs_io_tally {
    uint64_t name, unsupported, link, closed, repeated, written, tool;
    uint64_t limit, damaged; /* of archives in archives, for the whole tree */
} rs_io_tally;

typedef struct rs_io_container {
    rs_io_kind kind;
    rs_io_span span;
    bool volumes;   /* segments are volumes of a split rar or zip, not joined bytes */
    uint32_t file;  /* first file on disk that holds it */
    uint32_t depth; /* archives from the disk to here: 1 for an archive in a folder */
    rs_str chain;
    rs_str prefix;             /* logical folder of its members, "" or ending in '/' */
    rs_str bare_name;          /* RS_IO_PACKED: the name of its single file */
    struct rs_io_table *table; /* RS_IO_ROWS, RS_IO_ROW_CELLS: see rows.h */
    size_t first_member, end_member;
    rs_io_tally tally;
} rs_io_container;

/* What the public member does not tell. */
typedef struct rs_io_entry {
    int64_t begin; /* zip: local header; tar: data; sequential: ordinal in the archive; cell: row */
    int64_t n_packed;   /* zip; cell: its number in the row */
    uint32_t container; /* RS_IO_LOOSE = a file of its own */
    uint32_t crc;
    uint16_t method;
    uint16_t flags;
} rs_io_entry;

#define RS_IO_LOOSE UINT32_MAX

/* Changes after opening; everything else in the tree does not. */
typedef struct rs_io_shared {
    pthread_mutex_t lock; /* of idle and half_of_free */
    rs_io_stream *idle;
    size_t n_idle;
    uint64_t half_of_free;         /* bytes, where temporary files are made; 0 = not asked yet */
    atomic_int n_open;             /* descriptors held by disks */
    atomic_int_fast64_t n_spooled; /* bytes in temporary files now */
} rs_io_shared;

struct rs_io_tree {
    rs_arena arena;
    char *text, *text_end;
    rsift_limits limits;
    const char *spool_dir;
    bool keep_closed, open_sheets;
    const struct rs_io_rows_face *rows;
    void *rows_engine;          /* of `rows`, made with the first such file */
    struct rs_io_table *tables; /* of this tree */
    size_t n_table_copies;      /* temporary files that they hold open */
    int root_fd;
    const char *root_path; /* resolved, for links; NULL when it cannot be */
    rs_io_shared *shared;
    rs_io_member *members;
    rs_io_entry *entries; /* [n_members] */
    size_t n_members, cap_members, cap_entries;
    rs_io_file *files;
    size_t n_files, cap_files;
    rs_io_note *notes;
    size_t n_notes, cap_notes;
    rs_io_container **containers;
    size_t n_containers, cap_containers;
    rs_io_disk **disks;
    size_t n_disks, cap_disks;
    rs_io_disk *spool; /* of archives that had to be unpacked; NULL = none yet */
    uint64_t n_nested; /* archives inside the file nested_in that are open */
    uint32_t nested_in;
    uint32_t *index; /* open addressing over members' paths: number + 1, 0 = free */
    size_t cap_index;
    rs_io_tally tally; /* of the folder itself */
    rs_str encoding;   /* of its texts; empty = UTF-8 */
};

/* Building ---- */

/* a + b + c in the tree's text, NUL behind it; ptr == NULL when out of memory. */
rs_str rs_io_text(rs_io_tree *tree, rs_str a, rs_str b, rs_str c);
rsift_status rs_io_add_member(rs_io_tree *tree, const rs_io_member *member,
                              const rs_io_entry *entry, rsift_error *err);
rsift_status rs_io_add_file(rs_io_tree *tree, rs_str path, int64_t n_bytes, int64_t mtime_ns,
                            uint32_t *index, rsift_error *err);
/* `alike` counts the notes of this kind in this container (NULL = always kept). */
rsift_status rs_io_add_note(rs_io_tree *tree, uint64_t *alike, const char *code, rs_str chain,
                            rsift_error *err, const char *fmt, ...) RS_PRINTF(6, 7);

/* RSIFT_E_FORMAT at byte `at` of the archive; returns the status. */
rsift_status rs_io_damaged(rsift_error *err, int64_t at, const char *what);

/* RSIFT_E_LIMIT when packed bytes unpack to too many. Masks of real releases compress 200 to one
 * and are small; a gigabyte that does was made to fill a disk. */
#define RS_IO_FREE_OF_RATIO ((int64_t)1 << 30)
rsift_status rs_io_check_ratio(const rs_io_tree *tree, int64_t n_packed, int64_t n_bytes,
                               rsift_error *err);

/* Names of one member of `container` from the outside name: path and chain, cleaned, with a note
 * when that changed it. path.ptr == NULL when nothing usable is left (noted). */
rsift_status rs_io_name_member(rs_io_tree *tree, rs_io_container *container, rs_str name,
                               rs_str *path, rs_str *chain, rsift_error *err);

/* Something that may turn out to be an archive. */
typedef struct rs_io_item {
    rs_str path, chain; /* the names it has as a plain member */
    rs_io_span span;
    uint32_t file;
    uint32_t depth; /* archives around it */
    bool joined;    /* its name need not say that it is an archive */
    bool volumes;
    bool strict; /* damage is an error, not a note */
} rs_io_item;

/* Adds the members of what may be an archive; *opened is set when it was one
 * (false: the caller adds it as a plain member). `stream`: its bytes where they can only be had in
 * turn; NULL = item->span holds them. Containers report nested archives to such a function:
 * nested.c's. */
typedef rsift_status rs_io_nested_fn(rs_io_tree *tree, const rs_io_item *item, rs_io_stream *stream,
                                     bool *opened, rsift_error *err);

/* A finished list: repeated names resolved, the index for rs_io_find built. */
rsift_status rs_io_tree_finish(rs_io_tree *tree, rsift_error *err);

#endif
