/* The readers, in alphabetical order. */
#include "readers/reader.h"

extern const rs_reader rs_reader_llava;

const rs_reader *const rs_readers[] = {
    &rs_reader_llava,
    NULL,
};
