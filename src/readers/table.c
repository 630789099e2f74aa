/* The readers, in alphabetical order. */
#include "readers/table.h"

extern const rs_reader rs_reader_coco, rs_reader_cvat, rs_reader_dota, rs_reader_folder,
    rs_reader_geojson, rs_reader_karpathy, rs_reader_labelme, rs_reader_lines, rs_reader_llava,
    rs_reader_masks, rs_reader_pairs, rs_reader_panoptic, rs_reader_qalines, rs_reader_records,
    rs_reader_refer, rs_reader_rsvqa, rs_reader_runs, rs_reader_segs, rs_reader_soda, rs_reader_vhr,
    rs_reader_views, rs_reader_voc, rs_reader_voc_phrases, rs_reader_webdataset, rs_reader_yolo;

const rs_reader *const rs_readers[] = {
    &rs_reader_coco,        &rs_reader_cvat,
    &rs_reader_dota,        &rs_reader_folder,
    &rs_reader_geojson,     &rs_reader_karpathy,
    &rs_reader_labelme,     &rs_reader_lines,
    &rs_reader_llava,       &rs_reader_masks,
    &rs_reader_pairs,       &rs_reader_panoptic,
    &rs_reader_qalines,     &rs_reader_records,
    &rs_reader_refer,       &rs_reader_rsvqa,
    &rs_reader_runs,        &rs_reader_segs,
    &rs_reader_soda,        &rs_reader_vhr,
    &rs_reader_views,       &rs_reader_voc,
    &rs_reader_voc_phrases, &rs_reader_webdataset,
    &rs_reader_yolo,        NULL,
};

const rs_reader *rs_reader_find(rs_str name)
{
    for (const rs_reader *const *r = rs_readers; *r; r++)
        if (rs_str_eq(rs_str_of((*r)->name), name)) return *r;
    return NULL;
}
