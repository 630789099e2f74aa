/* See recommendation.h. The parts of the page in the order in which they stand on it; every number
 * is the answer's, every text of others goes through rs_page_put_text. */
#include "page/recommendation.h"

#include "image/data_uri.h"
#include "page/page.h"

#include <inttypes.h>

/* ---- values of the answer -------------------------------------------------------------------- */

static int64_t number(const rs_json *object, const char *key)
{
    int64_t n = 0;
    rs_json_i64(rs_json_get(object, key), &n);
    return n;
}

static rs_str text_of(const rs_json *object, const char *key)
{
    const rs_str text = rs_json_str(rs_json_get(object, key));
    return text.ptr ? text : RS_STR("");
}

static void put_field(rs_buf *b, const rs_json *object, const char *key)
{
    rs_page_put_text(b, text_of(object, key));
}

/* 613 of 1000 as "61.3 %" */
static void put_permille(rs_buf *b, int64_t n)
{
    rs_buf_printf(b, "%" PRId64 ".%" PRId64 "&#8239;%%", n / 10, n % 10);
}

static void put_cell(rs_buf *b, int64_t n)
{
    rs_buf_cstr(b, "<td class=\"n\">");
    rs_page_put_count(b, n);
    rs_buf_cstr(b, "</td>");
}

/* A bar of up to three stretches against the longest one; SVG, because browsers print it. */
static void put_bar(rs_buf *b, const int64_t lengths[3], int64_t whole)
{
    static const char *const classes[3] = {"a", "b", "c"};
    double x = 0;
    rs_buf_cstr(b, "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" "
                   "aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"10\"/>");
    for (int i = 0; i < 3 && whole > 0; i++) {
        const double width = 100.0 * (double)lengths[i] / (double)whole;
        if (width <= 0) continue;
        rs_buf_printf(b, "<rect class=\"%s\" x=\"%.3f\" width=\"%.3f\" height=\"10\"/>", classes[i],
                      x, width);
        x += width;
    }
    rs_buf_cstr(b, "</svg>");
}

static void put_bar_cell(rs_buf *b, int64_t n, int64_t whole)
{
    rs_buf_cstr(b, "<td class=\"chart\">");
    put_bar(b, (const int64_t[]){n, 0, 0}, whole);
    rs_buf_cstr(b, "</td>");
}

static int64_t largest(const rs_json *rows, const char *key)
{
    int64_t most = 0;
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));)
        if (number(row, key) > most) most = number(row, key);
    return most;
}

/* ---- the top --------------------------------------------------------------------------------- */

static void begin_tile(rs_buf *b)
{
    rs_buf_cstr(b, "<li><b>");
}

static void end_tile(rs_buf *b, const char *what)
{
    rs_buf_printf(b, "</b> <span>%s</span></li>", what);
}

static void put_tiles(const rs_json *answer, rs_buf *b)
{
    const rs_json *covered = rs_json_path(answer, RS_STR("compare.covered_permille"));
    rs_buf_cstr(b, "<ul class=\"tiles\">");
    begin_tile(b), rs_page_put_count(b, number(answer, "allocated")), end_tile(b, "samples");
    if (number(answer, "different") < number(answer, "allocated")) {
        begin_tile(b), rs_page_put_count(b, number(answer, "different"));
        end_tile(b, "different ones: scarce kinds are repeated");
    }
    begin_tile(b), rs_page_put_count(b, number(answer, "aimed"));
    end_tile(b, "of them the goal&rsquo;s own kind");
    const int64_t filled = number(answer, "filled") + number(answer, "copies");
    if (filled) {
        begin_tile(b), rs_page_put_count(b, filled);
        end_tile(b, "not aimed: nothing of the goal was left");
    }
    if (number(answer, "general")) {
        begin_tile(b), rs_page_put_count(b, number(answer, "general"));
        end_tile(b, "general data, as asked");
    }
    begin_tile(b), put_permille(b, number(answer, "covered_permille"));
    end_tile(b, "of the goal covered");
    begin_tile(b), put_permille(b, number(covered, "random"));
    end_tile(b, "by a random draw of the same size");
    begin_tile(b), rs_page_put_count(b, (int64_t)rs_json_len(rs_json_get(answer, "rows")));
    end_tile(b, "datasets give something");
    rs_buf_cstr(b, "</ul>");
}

/* "63 samples, each up to 4 times" of a form of which there is less than its share. */
static void put_repeats(const rs_json *form, rs_buf *b)
{
    if (number(form, "repeats") <= 1) return;
    rs_buf_cstr(b, "<p class=\"note\">");
    rs_page_put_count(b, number(form, "different"));
    rs_buf_cstr(b, " different samples, repeated up to ");
    rs_page_put_count(b, number(form, "repeats"));
    rs_buf_cstr(b, " times: there are fewer than the share</p>");
}

/* One thing that is not served; false = it is. */
static bool put_if_unserved(const rs_json *object, rs_str what, bool first, rs_buf *b)
{
    const rs_str served = text_of(object, "served");
    if (!rs_str_eq(served, RS_STR("no")) && !rs_str_eq(served, RS_STR("few"))) return false;
    rs_buf_cstr(b, first ? "<section class=\"warn\" role=\"note\"><ul><li>" : "<li>");
    rs_buf_cstr(b, rs_str_eq(served, RS_STR("no")) ? "Nothing usable" : "Hardly anything");
    rs_buf_cstr(b, " serves &ldquo;");
    rs_page_put_text(b, what);
    rs_buf_cstr(b, "&rdquo;: ");
    rs_page_put_count(b, number(object, "pictures"));
    rs_buf_cstr(b, " pictures. ");
    put_field(b, object, "why");
    rs_buf_cstr(b, "</li>");
    return true;
}

/* Goals and forms that nothing, or hardly anything, serves: what a person must know first. */
static void put_unserved(const rs_json *answer, rs_buf *b)
{
    bool any = false;
    rs_json_iter it = rs_json_each(rs_json_get(answer, "goals"));
    for (const rs_json *goal; (goal = rs_json_next(&it, NULL));)
        any = put_if_unserved(goal, text_of(goal, "goal"), !any, b) || any;
    it = rs_json_each(rs_json_get(answer, "forms"));
    for (const rs_json *form; (form = rs_json_next(&it, NULL));)
        any = put_if_unserved(form, rs_json_str(rs_json_path(form, RS_STR("questions.0"))), !any,
                              b) ||
              any;
    if (any) rs_buf_cstr(b, "</ul></section>\n");
}

/* ---- forms ----------------------------------------------------------------------------------- */

static void put_answers(const rs_json *form, rs_buf *b)
{
    const rs_json *answers = rs_json_get(form, "answers");
    const int64_t most = largest(answers, "samples"),
                  more = number(form, "n_answers") - (int64_t)rs_json_len(answers);
    rs_buf_cstr(b, "<table class=\"answers\"><thead><tr><th>answer</th><th class=\"n\">examples"
                   "</th><th class=\"n\">supply</th><th class=\"n\">samples</th><th></th></tr>"
                   "</thead><tbody>");
    rs_json_iter it = rs_json_each(answers);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        rs_buf_cstr(b, "<tr><td class=\"text\">");
        put_field(b, row, "answer");
        rs_buf_cstr(b, "</td>");
        put_cell(b, number(row, "examples"));
        put_cell(b, number(row, "supply"));
        put_cell(b, number(row, "samples"));
        put_bar_cell(b, number(row, "samples"), most);
        rs_buf_cstr(b, "</tr>");
    }
    rs_buf_cstr(b, "</tbody></table>");
    if (more > 0) rs_buf_printf(b, "<p class=\"note\">and %" PRId64 " other answers</p>", more);
}

static void put_lacks(const rs_json *form, rs_buf *b)
{
    rs_json_iter it = rs_json_each(rs_json_get(form, "lacks"));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        rs_buf_cstr(b, "<p class=\"lack\">lacks ");
        rs_page_put_count(b, number(row, "lacks"));
        rs_buf_cstr(b, " with the answer &ldquo;");
        put_field(b, row, "answer");
        rs_buf_cstr(b, "&rdquo;: ");
        rs_page_put_count(b, number(row, "supply"));
        rs_buf_cstr(b, " here</p>");
    }
}

static const rs_page_picture *find_picture(const rs_page_recommendation *page, rs_str id)
{
    for (size_t i = 0; id.len && i < page->n_pictures; i++)
        if (rs_str_eq(page->pictures[i].id, id)) return &page->pictures[i];
    return NULL;
}

static void put_chosen(const rs_page_recommendation *page, const rs_json *form, rs_buf *b)
{
    rs_json_iter it = rs_json_each(rs_json_get(form, "chosen"));
    rs_buf_cstr(b, "<div class=\"chosen\">");
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        const rs_page_picture *picture = find_picture(page, text_of(row, "picture"));
        rs_buf_cstr(b, "<figure>");
        if (picture && picture->jpeg.len) {
            rs_buf_cstr(b, "<img alt=\"picture of a chosen sample\" src=\"");
            rs_image_put_jpeg_uri(b, picture->jpeg);
            rs_buf_cstr(b, "\">");
        }
        rs_buf_cstr(b, "<figcaption><span class=\"q\">");
        put_field(b, row, "question");
        rs_buf_cstr(b, "</span> <b>");
        put_field(b, row, "answer");
        rs_buf_cstr(b, "</b><span class=\"id\">");
        put_field(b, row, "dataset");
        rs_buf_cstr(b, "<br>");
        put_field(b, row, "sample_id");
        rs_buf_cstr(b, "</span></figcaption></figure>");
    }
    rs_buf_cstr(b, "</div>");
}

static void put_form_numbers(const rs_json *form, rs_buf *b)
{
    static const struct {
        const char *key, *name;
    } numbers[] = {{"wanted", "its share of the budget"}, {"samples", "samples chosen"},
                   {"supply", "there to choose from"},    {"pictures", "pictures"},
                   {"examples", "examples in the goal"},  {"random", "in a random draw"}};
    rs_buf_cstr(b, "<dl>");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        /* a goal in words has no examples */
        if (!rs_json_get(form, numbers[i].key)) continue;
        rs_buf_printf(b, "<div><dt>%s</dt><dd>", numbers[i].name);
        rs_page_put_count(b, number(form, numbers[i].key));
        rs_buf_cstr(b, "</dd></div>");
    }
    rs_buf_cstr(b, "</dl>");
}

static void put_form(const rs_page_recommendation *page, const rs_json *form, rs_buf *b)
{
    const rs_json *questions = rs_json_get(form, "questions");
    const int64_t covered = number(form, "covered_permille");
    rs_buf_printf(b, "<article class=\"form\" id=\"form-%" PRId64 "\"><h3>", number(form, "form"));
    rs_page_put_text(b, rs_json_str(rs_json_path(questions, RS_STR("0"))));
    rs_buf_cstr(b, "</h3><p class=\"note\">of the goal ");
    put_field(b, form, "goal");
    for (int i = 1; i < 3; i++) {
        const rs_str other =
            rs_json_str(rs_json_path(questions, i == 1 ? RS_STR("1") : RS_STR("2")));
        if (!other.ptr) break;
        rs_buf_cstr(b, i == 1 ? "; also: " : " &middot; ");
        rs_page_put_text(b, other);
    }
    rs_buf_cstr(b, "</p><div class=\"covered\">");
    put_bar(b, (const int64_t[]){covered, 0, 0}, 1000);
    rs_buf_cstr(b, "<b>");
    put_permille(b, covered);
    rs_buf_cstr(b, "</b> covered</div>");
    put_form_numbers(form, b);
    put_repeats(form, b);
    put_answers(form, b);
    put_lacks(form, b);
    put_chosen(page, form, b);
    rs_buf_cstr(b, "</article>\n");
}

static void put_forms(const rs_page_recommendation *page, rs_buf *b)
{
    rs_buf_cstr(b, "<section id=\"forms\"><h2>What the goal asks, and what serves it</h2><div "
                   "class=\"grid\">\n");
    rs_json_iter it = rs_json_each(rs_json_get(page->answer, "forms"));
    for (const rs_json *form; (form = rs_json_next(&it, NULL));) put_form(page, form, b);
    rs_buf_cstr(b, "</div></section>\n");
}

/* ---- datasets -------------------------------------------------------------------------------- */

/* "open" and the like as a chip; only what is known to be open looks so. */
static void put_licence(rs_str licence, rs_buf *b)
{
    const char *class = rs_str_eq(licence, RS_STR("open"))         ? "good"
                        : rs_str_eq(licence, RS_STR("restricted")) ? "bad"
                                                                   : "doubt";
    rs_buf_printf(b, "<td><span class=\"chip %s\">", class);
    rs_page_put_text(b, licence);
    rs_buf_cstr(b, "</span></td>");
}

static void put_leak_state(const rs_json *row, rs_buf *b)
{
    const rs_str may = text_of(row, "may_leak");
    rs_buf_cstr(b, "<td>");
    if (number(row, "leaks")) {
        rs_buf_cstr(b, "<span class=\"chip bad\">");
        rs_page_put_count(b, number(row, "leaks"));
        rs_buf_cstr(b, " kept out</span>");
    }
    if (may.len) {
        rs_buf_cstr(b, " <span class=\"chip doubt\">may share pictures with ");
        rs_page_put_text(b, may);
        rs_buf_cstr(b, "</span>");
    }
    if (!number(row, "leaks") && !may.len) rs_buf_cstr(b, "<span class=\"chip\">none known</span>");
    rs_buf_cstr(b, "</td>");
}

static void put_dataset(const rs_json *row, int64_t most, rs_buf *b)
{
    rs_buf_cstr(b, "<tr><th scope=\"row\">");
    put_field(b, row, "dataset");
    rs_buf_cstr(b, "</th><td class=\"chart\">");
    put_bar(b,
            (const int64_t[]){number(row, "aimed"), number(row, "filled"), number(row, "copies")},
            most);
    rs_buf_cstr(b, "</td>");
    put_cell(b, number(row, "samples"));
    put_cell(b, number(row, "usable"));
    rs_buf_cstr(b, "<td class=\"n\">");
    put_permille(b, number(row, "gain_permille"));
    rs_buf_cstr(b, "</td>");
    put_cell(b, number(row, "irreplaceable"));
    rs_buf_cstr(b, "<td class=\"n\">");
    put_permille(b, number(row, "value_permille"));
    rs_buf_cstr(b, "</td>");
    put_licence(text_of(row, "licence"), b);
    put_leak_state(row, b);
    rs_buf_cstr(b, "<td>");
    put_field(b, row, "origin");
    rs_buf_cstr(b, "</td></tr>\n");
}

static void put_datasets(const rs_json *answer, rs_buf *b)
{
    const rs_json *rows = rs_json_get(answer, "rows");
    const int64_t most = largest(rows, "samples");
    rs_buf_cstr(
        b,
        "<section id=\"datasets\"><h2>From which datasets</h2><p class=\"key\"><i class=\"a\"></i>"
        "the goal&rsquo;s kind <i class=\"b\"></i>others: general data, or nothing of the goal was "
        "left "
        "<i class=\"c\"></i>copies: ask the same of the same picture</p><div class=\"wide\">"
        "<table><thead><tr><th>dataset</th><th></th><th class=\"n\">samples</th><th "
        "class=\"n\">usable</th><th class=\"n\" title=\"coverage of the goal that is lost "
        "without it\">gain</th><th class=\"n\" title=\"aimed samples that nothing else could "
        "replace\">only here</th><th class=\"n\" title=\"how far its questions can&rsquo;t be "
        "answered without the picture\">value</th><th>licence</th><th>leaks</th><th>written "
        "by</th></tr></thead><tbody>\n");
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) put_dataset(row, most, b);
    rs_buf_cstr(b, "</tbody></table></div>");
    it = rs_json_each(rs_json_get(answer, "left_out"));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        rs_buf_cstr(b, "<p class=\"note\">left out: ");
        put_field(b, row, "dataset");
        rs_buf_cstr(b, " (");
        put_field(b, row, "reason");
        rs_buf_cstr(b, ")</p>");
    }
    rs_buf_cstr(b, "</section>\n");
}

/* ---- rules ----------------------------------------------------------------------------------- */

/* How far each rule covers the goal, as bars. */
static void put_covered(const rs_json *covered, rs_buf *b)
{
    rs_buf_cstr(b, "<table class=\"rules\"><tbody>");
    rs_json_iter it = rs_json_each(covered);
    rs_str rule;
    for (const rs_json *value; (value = rs_json_next(&it, &rule));) {
        int64_t n = 0;
        rs_json_i64(value, &n);
        rs_buf_cstr(b, "<tr><th scope=\"row\">");
        rs_page_put_text(b, rs_str_eq(rule, RS_STR("allocation")) ? RS_STR("this choice") : rule);
        rs_buf_cstr(b, "</th>");
        put_bar_cell(b, n, 1000);
        rs_buf_cstr(b, "<td class=\"n\">");
        put_permille(b, n);
        rs_buf_cstr(b, "</td></tr>");
    }
    rs_buf_cstr(b, "</tbody></table>");
}

/* A row for each of `rows`: its name, which `names[i].questions.0` or its own "dataset" tells, and
 * what each rule gives it. */
static void put_rule_table(const rs_json *compare, const char *key, const rs_json *names,
                           const rs_json *rules, rs_buf *b)
{
    rs_buf_printf(b, "<div class=\"wide\"><table><thead><tr><th>%s</th>",
                  names ? "asks like" : "dataset");
    rs_json_iter of = rs_json_each(rules);
    rs_str rule;
    while (rs_json_next(&of, &rule)) {
        rs_buf_cstr(b, "<th class=\"n\">");
        rs_page_put_text(b, rs_str_eq(rule, RS_STR("allocation")) ? RS_STR("this choice") : rule);
        rs_buf_cstr(b, "</th>");
    }
    rs_buf_cstr(b, "</tr></thead><tbody>\n");
    rs_json_iter it = rs_json_each(rs_json_get(compare, key)), named = rs_json_each(names);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        rs_buf_cstr(b, "<tr><th scope=\"row\">");
        if (names)
            rs_page_put_text(
                b, rs_json_str(rs_json_path(rs_json_next(&named, NULL), RS_STR("questions.0"))));
        else put_field(b, row, "dataset");
        rs_buf_cstr(b, "</th>");
        of = rs_json_each(rules);
        while (rs_json_next(&of, &rule)) {
            int64_t n = 0;
            rs_json_i64(rs_json_path(row, rule), &n);
            put_cell(b, n);
        }
        rs_buf_cstr(b, "</tr>\n");
    }
    rs_buf_cstr(b, "</tbody></table></div>");
}

static void put_rules(const rs_json *answer, rs_buf *b)
{
    const rs_json *compare = rs_json_get(answer, "compare"),
                  *covered = rs_json_get(compare, "covered_permille"),
                  *worth = rs_json_get(compare, "worth_percent"),
                  *rules = covered ? covered : worth;
    if (!rules) return;
    rs_buf_cstr(b, "<section id=\"rules\"><h2>The same budget by other rules</h2>");
    if (covered) {
        rs_buf_cstr(b, "<p>How far the goal would be covered:</p>");
        put_covered(covered, b);
        put_rule_table(compare, "forms", rs_json_get(answer, "forms"), rules, b);
    }
    put_rule_table(compare, "rows", NULL, rules, b);
    rs_buf_cstr(b,
                "<p class=\"note\">proportional: every sample alike. uniform, sqrt: every dataset "
                "alike, or by the root of its size. unimax: every dataset alike, each sample up to "
                "4 times. stratified: every task alike. random: a draw from everything.</p>"
                "</section>\n");
}

static void put_refused(const rs_json *answer, rs_buf *b)
{
    const rs_json *refused = rs_json_get(answer, "refused");
    const int64_t most = largest(refused, "samples");
    if (!rs_json_len(refused)) return;
    rs_buf_cstr(b, "<section id=\"refused\"><h2>What is not in it</h2><p>Of ");
    rs_page_put_count(b, number(answer, "considered"));
    rs_buf_cstr(b, " indexed samples, each under the first reason that applies:</p><table><tbody>");
    rs_json_iter it = rs_json_each(refused);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        rs_buf_cstr(b, "<tr><td>");
        put_field(b, row, "text");
        rs_buf_cstr(b, "</td>");
        put_cell(b, number(row, "samples"));
        put_bar_cell(b, number(row, "samples"), most);
        rs_buf_cstr(b, "</tr>");
    }
    rs_buf_cstr(b, "</tbody></table></section>\n");
}

/* ---- advice from the catalogue --------------------------------------------------------------- */

static void put_links(const rs_json *row, rs_buf *b)
{
    rs_json_iter it = rs_json_each(rs_json_get(row, "links"));
    for (const rs_json *link; (link = rs_json_next(&it, NULL));) {
        const rs_str url = rs_json_str(link);
        const bool is_web =
            rs_str_starts(url, RS_STR("https://")) || rs_str_starts(url, RS_STR("http://"));
        rs_buf_cstr(b, is_web ? "<br><a rel=\"noreferrer\" href=\"" : "<br>");
        rs_page_put_text(b, url);
        if (is_web) {
            rs_buf_cstr(b, "\">");
            rs_page_put_text(b, url);
            rs_buf_cstr(b, "</a>");
        }
    }
}

static void put_bytes(rs_buf *b, const rs_json *row)
{
    const int64_t bytes = number(row, "bytes");
    rs_buf_cstr(b, "<td class=\"n\">");
    if (bytes > 0) rs_buf_printf(b, "%.1f GB", (double)bytes / 1e9);
    rs_buf_cstr(b, "</td>");
}

static void put_allocation(const rs_json *answer, const char *key, const char *of, rs_buf *b)
{
    const rs_json *rows = rs_json_get(answer, key);
    const int64_t most = largest(rows, of);
    rs_buf_cstr(b, "<div class=\"wide\"><table><thead><tr><th>dataset</th><th></th><th "
                   "class=\"n\">samples</th><th class=\"n\">size</th><th>licence</th><th>why, and "
                   "where</th></tr></thead><tbody>\n");
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        rs_buf_cstr(b, "<tr><th scope=\"row\">");
        put_field(b, row, "dataset");
        rs_buf_cstr(b, "</th>");
        put_bar_cell(b, number(row, of), most);
        put_cell(b, number(row, of));
        put_bytes(b, row);
        put_licence(text_of(row, "licence"), b);
        rs_buf_cstr(b, "<td>");
        put_field(b, row, "why");
        put_links(row, b);
        rs_buf_cstr(b, "</td></tr>\n");
    }
    rs_buf_cstr(b, "</tbody></table></div>");
}

static void put_from_catalogue(const rs_json *answer, rs_buf *b)
{
    rs_buf_cstr(b, "<section id=\"datasets\"><h2>How much of which dataset</h2>");
    put_allocation(answer, "rows", "samples", b);
    rs_buf_cstr(b, "</section>\n");
    if (!rs_json_len(rs_json_get(answer, "download"))) return;
    rs_buf_cstr(b, "<section id=\"download\"><h2>Not here, but it would use these too</h2>");
    put_allocation(answer, "download", "would_take", b);
    rs_buf_cstr(b, "</section>\n");
}

/* ---- the page -------------------------------------------------------------------------------- */

static void put_header(const rs_json *answer, bool aimed, rs_buf *b)
{
    rs_buf_cstr(b, "<header><h1>");
    rs_buf_cstr(b, aimed ? "Which samples to train on" : "Which datasets to train on");
    rs_buf_cstr(b, "</h1><p>A budget of ");
    rs_page_put_count(b, number(answer, "budget"));
    rs_buf_cstr(b, " ");
    put_field(b, answer, "unit");
    if (aimed) {
        rs_buf_cstr(b, ", chosen one by one from ");
        rs_page_put_count(b, number(answer, "usable"));
        rs_buf_cstr(b, " usable ones by what they ask and answer.</p>");
        put_tiles(answer, b);
    } else {
        rs_buf_cstr(b, ", by what the catalogue knows of the datasets: nothing was read. It is an "
                       "allocation, not a measurement of training success.</p>");
    }
    rs_buf_cstr(b, "</header>\n<main>\n");
}

static void put_recipe(rs_str recipe, rs_buf *b)
{
    if (!recipe.len) return;
    rs_buf_cstr(b, "<section id=\"recipe\"><h2>The recipe</h2><p>For <code>rsift mix</code>. "
                   "<button type=\"button\" data-copy=\"recipe-text\" hidden>Copy</button></p><pre "
                   "id=\"recipe-text\">");
    rs_page_put_text(b, recipe);
    rs_buf_cstr(b, "</pre></section>\n");
}

rsift_status rs_page_put_recommendation(const rs_page_recommendation *page, rs_buf *out,
                                        rsift_error *err)
{
    const rs_json *answer = page->answer;
    const bool aimed = rs_str_eq(text_of(answer, "called"), RS_STR("aim"));
    rs_page_begin(
        out, &(rs_page_head){.title = "Recommendation", .style = "src/page/recommendation.css"});
    put_header(answer, aimed, out);
    if (aimed) {
        put_unserved(answer, out);
        put_forms(page, out);
        put_datasets(answer, out);
    } else {
        put_from_catalogue(answer, out);
    }
    put_rules(answer, out);
    put_refused(answer, out);
    if (page->model.len) rs_page_put_file(out, "src/page/recommendation.html");
    put_recipe(page->recipe, out);
    rs_buf_cstr(out, "</main>\n");
    if (page->model.len) {
        rs_page_put_data(out, "model", page->model);
        rs_page_put_data(out, "call", page->call);
    }
    rs_buf_cstr(out, "<script>");
    rs_page_put_file(out, "src/page/solve.js");
    rs_page_put_file(out, "src/page/recommendation.js");
    rs_buf_cstr(out, "</script></body></html>\n");
    return out->failed ? rs_err_nomem(err, "the page") : RSIFT_OK;
}
