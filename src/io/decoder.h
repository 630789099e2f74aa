/* Text in another encoding, as UTF-8 while it is read. What cannot be decoded becomes U+FFFD, whose
 * samples a check keeps out of training. Encodings are those of the C library's iconv. */
#ifndef RS_IO_DECODER_H
#define RS_IO_DECODER_H

#include "base/byte_source.h"

typedef struct rs_io_decoder rs_io_decoder;

/* RSIFT_E_ARG when the library knows no encoding of that name. */
rsift_status rs_io_decoder_open(rs_str encoding, rs_io_decoder **out, rsift_error *err);
/* The next bytes of the decoded text; *got == 0 only at its end. `raw` gives the encoded bytes. */
rsift_status rs_io_decoder_read(rs_io_decoder *decoder, rs_byte_source raw, void *dst, size_t n,
                                size_t *got, rsift_error *err);
void rs_io_decoder_close(rs_io_decoder *decoder);

#endif
