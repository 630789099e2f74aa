/* Extensions of pictures and videos. */
#include "image/name.h"

static bool ends_with_one_of(rs_str path, const char *const *list)
{
    rs_str ext = rs_str_extension(path);
    if (ext.len < 2) return false;
    for (; *list; list++)
        if (rs_str_eq_nocase(ext, rs_str_of(*list))) return true;
    return false;
}

bool rs_image_is_video_name(rs_str path)
{
    static const char *const list[] = {".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", NULL};
    return ends_with_one_of(path, list);
}

bool rs_image_is_name(rs_str path)
{
    static const char *const
        list[] = {".jpg", ".jpeg", ".jpe",  ".png",         ".tif", ".tiff",
                  ".gif", ".bmp",  ".webp", ".jp2",         ".j2k", ".jpf",
                  ".jpx", ".heic", ".avif", ".img_content", /* RS5M's tars: the bytes tell which */
                  NULL};
    return ends_with_one_of(path, list) || rs_str_ends_nocase(path, RS_STR(".input.image")) ||
           rs_image_is_video_name(path);
}
