/* What box text is found as: styles, shapes, phrases and spans. The finding is boxtext.h. */
#ifndef RS_LANG_BOXTEXT_SPAN_H
#define RS_LANG_BOXTEXT_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How the text is written; one bit each. */
typedef enum rs_boxtext_style {
    RS_BOXTEXT_GEOCHAT = 1 << 0,   /* {<25><33><40><51>|<90>}  (GeoChat, VRSBench, SkyEyeGPT) */
    RS_BOXTEXT_BOX_LIST = 1 << 1,  /* <box>[[x1, y1, x2, y2],[..]]</box>  (InternVL, EarthDial) */
    RS_BOXTEXT_BOX_PAIRS = 1 << 2, /* <box>(x1,y1),(x2,y2)</box>  (Qwen-VL) */
    RS_BOXTEXT_QWEN2 = 1 << 3,   /* <|box_start|>(x1,y1),(x2,y2)<|box_end|>, also <|quad_start|> */
    RS_BOXTEXT_FALCON = 1 << 4,  /* <box><855><297><891><355></box>, <quad> + 8, <poly> + 2n */
    RS_BOXTEXT_BRACKET = 1 << 5, /* [x1, y1, x2, y2], [..;..], [[..]][[..]], [(x1,y1),(x2,y2)] */
    RS_BOXTEXT_LOC = 1 << 6,     /* label<loc_52> x 4 per box  (Florence-2) */
    RS_BOXTEXT_LOC_QUAD = 1
        << 7, /* the same tokens, 8 per box; not in ALL: a run of 8 is ambiguous */
    RS_BOXTEXT_PALIGEMMA = 1 << 8, /* <loc0332> x 4 label, y first */
    RS_BOXTEXT_JSON = 1 << 9,      /* {"bbox_2d": [..], "label": ".."}, or boxes in a document */
    RS_BOXTEXT_POINT = 1
        << 10, /* <point x="61.5" y="40.6" alt="..">..</point>, <points x1=..> (Molmo) */
    RS_BOXTEXT_PAREN = 1 << 11,  /* (x1, y1, x2, y2): exactly four numbers, else left alone */
    RS_BOXTEXT_KOSMOS = 1 << 12, /* <patch_index_0044>: named, never read; always UNPARSED */
    RS_BOXTEXT_SEG = 1 << 13,    /* <seg..> mask tokens: named, never read; always UNPARSED */
} rs_boxtext_style;
#define RS_BOXTEXT_ALL (((1u << 14) - 1) & ~(unsigned)RS_BOXTEXT_LOC_QUAD)

/* What the count of numbers says; the meaning of the numbers is the convention's. */
typedef enum rs_boxtext_shape {
    RS_BOXTEXT_UNPARSED = 0, /* resembles coordinates, cannot be read; no numbers */
    RS_BOXTEXT_XY = 2,       /* a point */
    RS_BOXTEXT_BOX = 4,
    RS_BOXTEXT_BOX_ANGLE = 5,
    RS_BOXTEXT_QUAD = 8,
    RS_BOXTEXT_POLYGON = 9, /* six numbers or more, an even count */
} rs_boxtext_shape;

typedef enum rs_boxtext_phrase {
    RS_BOXTEXT_NO_PHRASE,
    RS_BOXTEXT_PHRASE_P,      /* <p>..</p> right before */
    RS_BOXTEXT_PHRASE_REF,    /* <ref>..</ref> */
    RS_BOXTEXT_PHRASE_OBJECT, /* <|object_ref_start|>..<|object_ref_end|>, <phrase>..</phrase> */
    RS_BOXTEXT_PHRASE_LABEL,  /* JSON "label" (as written, escapes kept) or alt="" of a point */
    RS_BOXTEXT_PHRASE_RUN, /* bare text before <loc_..> (Florence) or behind <loc....> (PaliGemma)
                            */
} rs_boxtext_phrase;

typedef struct rs_boxtext_span {
    size_t begin, end; /* bytes of the text; the first and the last of an enclosure cover its ends,
                        * so [first.begin, last.end) of a group is what a rewriter replaces */
    rs_boxtext_style style;
    rs_boxtext_shape shape;
    uint32_t group; /* spans following each other with nothing, blanks, ',', ';', <delim>,
                     * <sep> or "}{" between them share a number; UNPARSED has one of its own */
    rs_boxtext_phrase phrase;
    size_t phrase_begin, phrase_end; /* the words, trimmed */
    size_t phrase_outer_begin;       /* with the opening tag; == phrase_begin for LABEL and RUN */
    const char *key;                 /* JSON: a static word for the key of the numbers; else NULL */
    bool in_place; /* one box of a JSON document: only its numbers may be replaced */
    size_t document_begin, document_end; /* of in_place: the whole JSON value */
    size_t n_numbers;
    const double *numbers; /* in the arena, order as written */
} rs_boxtext_span;

/* Is it a JSON key that names coordinates, as a span of it would be called? */
bool rs_lang_boxtext_is_key(rs_str spelling);

#endif
