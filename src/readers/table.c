/* The readers, in alphabetical order. */
#include "readers/reader.h"

extern const rs_reader rs_reader_coco;
extern const rs_reader rs_reader_llava;
extern const rs_reader rs_reader_rsvqa;

const rs_reader *const rs_readers[] = {
    &rs_reader_coco,
    &rs_reader_llava,
    &rs_reader_rsvqa,
    NULL,
};
