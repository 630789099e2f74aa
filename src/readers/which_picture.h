/* On which of several pictures a box of a conversation lies: told by the words around it ("in the
 * second image", "Image 2: [..]"), by the name of the picture in the box's own object, or by the
 * order of `<image>` tags. What is not told is not guessed. */
#ifndef RS_READERS_WHICH_PICTURE_H
#define RS_READERS_WHICH_PICTURE_H

#include "model/sample.h"

/* The asset on which the box in bytes [begin, end) of a turn lies; -1 = it is not told. A sample of
 * one picture has it on that one. */
int32_t rs_box_picture(const rs_sample *sample, size_t turn, size_t begin, size_t end);

#endif
