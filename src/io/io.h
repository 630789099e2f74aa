/* WHERE bytes are. A tree is what lies under one or more paths on disk once folders, archives,
 * archives inside archives and byte-joined parts (`x.part_aa`, `xpartab`, `x.zip.001`) have been
 * opened: a flat list of members. What a member's bytes mean is not known here.
 *
 * A member has two names. `path` is logical: '/'-separated, container names left out, relative to
 * the opened path, cleaned (no "..", not absolute, no NUL, valid UTF-8; GBK or other encodings are
 * escaped as %XX). `chain` is for people and locators: "train.zip > ann/1.json".
 *
 * Members are in source order: folders sorted bytewise, zips by central directory, other
 * archives as stored. An archive that cannot be sought in (tar.gz, rar, 7z) is read once per visit.
 * The tree is immutable after opening and may be shared by threads; streams are one per thread. */
#ifndef RS_IO_IO_H
#define RS_IO_IO_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/byte_source.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

#include <stdbool.h>

typedef struct rs_io_tree rs_io_tree;
typedef struct rs_io_stream rs_io_stream;

typedef struct rs_io_member {
    rs_str path;     /* logical */
    rs_str chain;    /* source chain from the opened path, " > " between containers */
    int64_t n_bytes; /* decoded size; -1 when the container does not say */
    uint32_t file;   /* index of the file on disk that holds it (rs_io_file) */
    bool random;     /* can be opened by itself without reading what precedes it */
    bool is_picture; /* its container says so, whatever its name: a cell of a column of pictures */
} rs_io_member;

/* A file on disk that the tree depends on; checked at every re-read. */
typedef struct rs_io_file {
    rs_str path; /* relative to the tree's root, as on disk */
    int64_t n_bytes;
    int64_t mtime_ns;
} rs_io_file;

/* Trouble with a container that did not stop the opening: a damaged
 * archive, a member name that had to be changed, two members of one name, an unsupported method. */
typedef struct rs_io_note {
    const char *code; /* "archive-damaged", "archive-limit", "member-name", "member-repeated",
                         "member-unsupported", "link-skipped", "own-output",
                         "tool-folder", "file-closed" */
    rs_str chain;
    rs_str message;
} rs_io_note;

/* Names of the files by which emit marks its output and the store its workspace. */
#define RS_IO_OUTPUT_MARK ".rsift-output"
#define RS_IO_WORKSPACE_MARK "rsift-workspace.json"

typedef struct rs_io_options {
    const rsift_limits *limits;
    const char
        *spool_dir; /* where temporary files may be made (unlinked at once); NULL = $TMPDIR */
    bool keep_archives_closed; /* list archives as plain members, do not open them */
    bool open_sheets;          /* open an .xlsx as the zip that it is */
    /* What reads files of rows (Parquet): such a file is then JSON Lines, one line a row, and the
     * pictures of its columns are members below it. NULL = a file like any other. Static. */
    const struct rs_io_rows_face *rows;
} rs_io_options;

/* Opens a folder, an archive or a plain file. A missing path is RSIFT_E_IO naming it; a damaged
 * archive inside a folder is a note, a damaged archive given by itself is RSIFT_E_FORMAT. */
rsift_status rs_io_tree_open(rs_str path, const rs_io_options *options, rs_io_tree **out,
                             rsift_error *err);
void rs_io_tree_close(rs_io_tree *tree);

size_t rs_io_n_members(const rs_io_tree *tree);
const rs_io_member *rs_io_member_at(const rs_io_tree *tree, size_t i);
size_t rs_io_n_files(const rs_io_tree *tree);
const rs_io_file *rs_io_file_at(const rs_io_tree *tree, size_t i);
size_t rs_io_n_notes(const rs_io_tree *tree);
const rs_io_note *rs_io_note_at(const rs_io_tree *tree, size_t i);

/* The encoding of the tree's texts (iconv's names), which are then read as UTF-8: streams give
 * decoded bytes, and no text can be jumped into. Before any member is opened. RSIFT_E_ARG for an
 * encoding that is not known; UTF-8 and an empty name change nothing. */
rsift_status rs_io_tree_decode(rs_io_tree *tree, rs_str encoding, rsift_error *err);
/* Is the member text that is made while it is read: decoded, or rows spelled as JSON Lines? */
bool rs_io_is_decoded(const rs_io_tree *tree, size_t member);

/* Index of the member with exactly this logical path, RS_NPOS = none. */
size_t rs_io_find(const rs_io_tree *tree, rs_str path);

/* RSIFT_E_IO "changed since it was listed" when a file's size or mtime differs from the list. */
rsift_status rs_io_file_check(const rs_io_tree *tree, size_t file, rsift_error *err);

/* One member as a byte stream. Errors name the chain and the byte. */
rsift_status rs_io_open(const rs_io_tree *tree, size_t member, rs_io_stream **out,
                        rsift_error *err);
/* Up to n bytes; *got == 0 only at the end. */
rsift_status rs_io_read(rs_io_stream *stream, void *dst, size_t n, size_t *got, rsift_error *err);
void rs_io_close(rs_io_stream *stream);
/* The rest of the stream, appended: pictures and what else is larger than a record. `stated` is
 * the size that the container states, -1 = none: a hint, which may be wrong or hostile. More than
 * `most` bytes are RSIFT_E_LIMIT. */
rsift_status rs_io_read_all(rs_io_stream *stream, int64_t stated, uint64_t most, rs_buf *out,
                            rsift_error *err);
/* The stream as what parsers read from; it must outlive them. */
rs_byte_source rs_io_source(rs_io_stream *stream);

/* Random access to a member: a plain file or a stored member is read in place, anything else is
 * unpacked once to an unlinked temporary file. Thread-safe after opening (pread). */
typedef struct rs_io_random rs_io_random;
rsift_status rs_io_random_open(const rs_io_tree *tree, size_t member, rs_io_random **out,
                               rsift_error *err);
/* Does the member stand in its container as it is, so that any part of it can be read without
 * unpacking what stands before? (A loose file, a member of a plain tar, a stored one of a zip.) */
bool rs_io_is_in_place(const rs_io_tree *tree, size_t member);
int64_t rs_io_random_size(const rs_io_random *source);
/* Exactly n bytes at offset, or RSIFT_E_FORMAT "ends early". */
rsift_status rs_io_random_read(const rs_io_random *source, int64_t offset, void *dst, size_t n,
                               rsift_error *err);
void rs_io_random_close(rs_io_random *source);

/* All of a member in memory, at most limits.max_record bytes (RSIFT_E_LIMIT); in `arena`. */
rsift_status rs_io_slurp(const rs_io_tree *tree, size_t member, rs_arena *arena, rs_str *out,
                         rsift_error *err);

/* Visits the given members (indices, ascending) in source order, each sequential archive being
 * read once. `fn` gets an open stream that it must not close and need not read to its end; its
 * error stops the visit, but a member that cannot be opened goes to fn with stream == NULL and
 * `why` set, and the visit goes on. One thread per visit; several visits may run at once. */
typedef rsift_status rs_io_visit_fn(void *ctx, size_t member, rs_io_stream *stream,
                                    const rsift_error *why, rsift_error *err);
rsift_status rs_io_visit(const rs_io_tree *tree, const size_t *members, size_t n,
                         rs_io_visit_fn *fn, void *ctx, rsift_error *err);

/* What a desktop puts beside every file that it packs: __MACOSX/, ._NAME. No data. */
bool rs_io_is_leftover(rs_str path);

/* Cleans an outside name for use as a logical path; ptr == NULL when nothing usable is left.
 * *changed tells that it differs from `name` (backslashes, "./", "..", bad bytes). */
rs_str rs_io_clean_name(rs_arena *arena, rs_str name, bool *changed);

/* Writing: to "<path>.partial-<pid>" first; rs_io_out_commit flushes, fsyncs and renames into
 * place; rs_io_out_discard removes. A full disk is RSIFT_E_IO at write or commit, never later. */
typedef struct rs_io_out rs_io_out;
rsift_status rs_io_out_open(rs_str path, rs_io_out **out, rsift_error *err);
rsift_status rs_io_out_write(rs_io_out *out, const void *bytes, size_t n, rsift_error *err);
rs_id rs_io_out_hash(const rs_io_out *out); /* XXH3-128 of what was written so far */
int64_t rs_io_out_size(const rs_io_out *out);
rsift_status rs_io_out_commit(rs_io_out *out, rsift_error *err); /* frees out in any case */
void rs_io_out_discard(rs_io_out *out);
/* Removes "*.partial-<pid>" of processes that are gone, below `folder` (links are not followed). Of
 * use to a verb that owns the folder; what cannot be read or removed stays. */
void rs_io_out_sweep(rs_str folder);
void rs_io_out_sweep_flat(rs_str folder); /* not the folders inside of it */

/* A small file at once, under a partial name and then renamed; it is on disk for sure only after
 * rs_io_sync. For many small files, where syncing each would cost more than writing it. */
rsift_status rs_io_write_small(rs_str path, const void *bytes, size_t n, rsift_error *err);
/* Everything written so far to the file system that holds `path` is on disk. */
rsift_status rs_io_sync(rs_str path, rsift_error *err);

/* Creates a folder and its parents; existing is fine. */
rsift_status rs_io_make_dirs(rs_str path, rsift_error *err);
/* Removes a folder and all below it (never follows links); absent is fine. */
rsift_status rs_io_remove_tree(rs_str path, rsift_error *err);

#endif
