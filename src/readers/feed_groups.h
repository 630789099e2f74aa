/* Raw records out of groups of files that share a key, as WebDataset's tars hold them: the members
 * "dir/000.jpg", "dir/000.txt" and "dir/000.json" follow each other and are one sample. The key is
 * the path up to the first dot of the file name, what follows is the extension ("input.caption").
 *   source  webdataset/webdataset, src/webdataset/tariterators.py: base_plus_ext, group_by_keys
 * Members are those of the tree, so that folders and other archives with such names serve as well.
 * Pictures are named and not read. */
#ifndef RS_READERS_FEED_GROUPS_H
#define RS_READERS_FEED_GROUPS_H

#include "base/map.h"
#include "readers/feed_files.h"
#include "readers/jump.h"

enum { RS_GROUP_UNREAD = 16 };

/* An extension that is neither a picture's nor one of the texts. */
typedef struct rs_group_unread {
    rs_str extension;
    int64_t n;
    rs_str chain; /* of the first */
} rs_group_unread;

/* {0} is closed. One thread. */
typedef struct rs_group_feed {
    const rs_source *source;
    const rs_source_files *files; /* the texts */
    uint32_t use;
    int pass;
    rs_str picture; /* extension of a picture that is not here */
    rs_file_feed *texts;
    rs_chunk read; /* files of `texts` that are ahead */
    size_t next_read;
    rs_map64 folders; /* hash of container and folder of every text */
    rs_str folder;    /* where the last member lies */
    bool in_folder;   /* one of `folders` */
    rs_map64 keys;    /* of the groups of `folder` so far */
    size_t member, text;
    int64_t ordinal;
    rs_group_unread unread[RS_GROUP_UNREAD];
    size_t n_unread;
    int64_t n_other; /* members of more extensions than `unread` holds */
    bool told;
    rs_arena arena, group; /* for as long as the feed; of one group's texts */
} rs_group_feed;

/* `picture`: the parameter's extension, ".jpg" when empty. */
rsift_status rs_group_feed_open(rs_group_feed *feed, const rs_source *source, const char *use,
                                rs_str picture, int pass, rsift_error *err);
/* Fills the chunk. content = the group's first text, extra = an object of the others by extension
 * (NULL when there are none), key = the picture's logical path or one of the words below. A picture
 * without text is set aside; a key that comes again behind another is a finding. */
#define RS_GROUP_VIDEO RS_STR("//video")     /* no path begins so */
#define RS_GROUP_SEVERAL RS_STR("//several") /* pictures */
rsift_status rs_group_feed_cut(rs_group_feed *feed, rs_chunk *chunk, rsift_error *err);
void rs_group_feed_close(rs_group_feed *feed);
/* The group at `ref`; see rs_reader.at. */
rsift_status rs_group_feed_at(rs_group_feed *feed, const rs_record_ref *ref, rs_chunk *chunk,
                              rsift_error *err);

/* "a/000.input.caption" -> "input.caption"; "" = none. */
rs_str rs_group_extension(rs_str path);

#endif
