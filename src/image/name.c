/* Extensions of pictures and videos. */
#include "image/name.h"

#define WORD(literal) {literal, sizeof(literal) - 1}

static bool ends_with_one_of(rs_str path, const rs_str *list)
{
    rs_str ext = rs_str_extension(path);
    if (ext.len < 2) return false;
    for (; list->len; list++)
        if (rs_str_eq_nocase(ext, *list)) return true;
    return false;
}

bool rs_image_is_video_name(rs_str path)
{
    static const rs_str list[] = {WORD(".mp4"), WORD(".m4v"),  WORD(".mov"), WORD(".avi"),
                                  WORD(".mkv"), WORD(".webm"), {0}};
    return ends_with_one_of(path, list);
}

bool rs_image_is_name(rs_str path)
{
    static const rs_str list[] = {WORD(".jpg"),
                                  WORD(".jpeg"),
                                  WORD(".jpe"),
                                  WORD(".png"),
                                  WORD(".tif"),
                                  WORD(".tiff"),
                                  WORD(".gif"),
                                  WORD(".bmp"),
                                  WORD(".webp"),
                                  WORD(".jp2"),
                                  WORD(".j2k"),
                                  WORD(".jpf"),
                                  WORD(".jpx"),
                                  WORD(".heic"),
                                  WORD(".avif"),
                                  WORD(".img_content"), /* RS5M's tars */
                                  {0}};
    return ends_with_one_of(path, list) || rs_str_ends_nocase(path, RS_STR(".input.image")) ||
           rs_image_is_video_name(path);
}
