/* What the numbers of a dataset mean, in sentences; see value_unit.h. A sentence comes from what
 * was counted only, and from enough of it. */
#include "decide/value_unit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { ENOUGH = 50 /* of what a share is made of */ };

static void put_note(rs_json_writer *json, const char *fmt, ...) RS_PRINTF(2, 3);
static void put_note(rs_json_writer *json, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    const int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    rs_json_write_str(json, rs_str_make(text, n < 0                     ? 0
                                              : (size_t)n < sizeof text ? (size_t)n
                                                                        : sizeof text - 1));
}

/* Whole per cent, rounded as the table does that stands above; 100 only of all. */
static int percent(double part, int64_t of)
{
    const int whole = of ? (int)(100 * part / (double)of + 0.5) : 0;
    return whole == 100 && part < (double)of ? 99 : whole;
}

static void note_answers(const rs_value_sums *s, rs_json_writer *json)
{
    enum { one_sided = 65, guessed = 60, most_gain = 10 };
    const int64_t n = s->yes + s->no;
    const bool yes = s->yes >= s->no;
    const int share = percent((double)(yes ? s->yes : s->no), n),
              blind = percent(s->blind, s->judged), common = percent(s->common, s->judged);
    if (n >= ENOUGH && share >= one_sided)
        put_note(json,
                 "%d %% of %" PRId64 " yes/no answers are %s: a model that always says %s scores "
                 "%d on them.",
                 share, n, yes ? "yes" : "no", yes ? "yes" : "no", share);
    if (s->judged >= ENOUGH && (blind >= guessed || blind - common >= most_gain))
        put_note(json,
                 "Without any picture %d %% of the short answers are guessed from the question "
                 "alone; the commonest answer alone scores %d.",
                 blind, common);
}

static void note_captions(const rs_value_unit *u, rs_json_writer *json)
{
    enum { collapsed = 20 };
    const int64_t n = u->fact[RS_VALUE_CAPTIONS], shared = u->fact[RS_VALUE_CAPTIONS_SHARED];
    if (n >= ENOUGH && percent((double)shared, n) >= collapsed)
        put_note(json,
                 "%d %% of the captions stand under several pictures in the same words; the "
                 "commonest under %" PRId64 ".",
                 percent((double)shared, n), u->fact[RS_VALUE_CAPTION_WIDEST]);
}

static void note_pictures(const rs_value_unit *u, rs_json_writer *json)
{
    enum { many = 5 };
    const int64_t looked = u->fact[RS_VALUE_LOOKED], near = u->fact[RS_VALUE_NEAR],
                  boxes = u->fact[RS_VALUE_BOXES], repeated = u->fact[RS_VALUE_BOXES_REPEATED];
    if (looked == RS_VALUE_UNKNOWN && u->fact[RS_VALUE_PICTURES] > 0)
        put_note(json, "Near-duplicates were not looked at: rsift hash, then rsift duplicates "
                       "--near.");
    if (looked >= ENOUGH && percent((double)near, looked) >= many)
        put_note(json, "%d %% of %" PRId64 " pictures repeat another one: rsift duplicates --near.",
                 percent((double)near, looked), looked);
    if (boxes >= ENOUGH && percent((double)repeated, boxes) >= many)
        put_note(json,
                 "%d %% of %" PRId64 " regions have the very same numbers in three or more "
                 "pictures: these may be no places.",
                 percent((double)repeated, boxes), boxes);
}

static void note_names(const rs_value_unit *u, rs_json_writer *json)
{
    enum { many = 10 };
    const int64_t names = u->fact[RS_VALUE_NAMES], missing = u->fact[RS_VALUE_NAMES_UNLISTED];
    if (names >= ENOUGH && percent((double)missing, names) >= many)
        put_note(json,
                 "%d %% of %" PRId64 " classes that captions name are not among the objects of "
                 "their picture: the captions or the lists are wrong.",
                 percent((double)missing, names), names);
}

void rs_value_put_notes(const rs_value_unit *u, rs_json_writer *json)
{
    if (u->fact[RS_VALUE_SAMPLES] == 0) {
        put_note(json, "No sample with a known answer: nothing to value.");
        return;
    }
    if (u->without_text)
        put_note(json,
                 "The texts of %" PRId64 " turns were not kept (index --no-text): what they ask "
                 "and answer was not looked at.",
                 u->without_text);
    note_answers(&u->sums, json);
    note_captions(u, json);
    note_pictures(u, json);
    note_names(u, json);
    if (u->fact[RS_VALUE_FAULTY] > 0)
        put_note(json, "%" PRId64 " samples have a serious finding: rsift audit %.*s.",
                 u->fact[RS_VALUE_FAULTY], RS_STR_ARG(u->dataset));
}
