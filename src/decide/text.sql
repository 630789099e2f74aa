-- Texts of the pool: what pictures are described, and which samples have texts to compare.
-- In: protected_sample.
-- [units]
-- The first picture of each sample: texts are about that. A text is a reference caption, or an answer
-- with the question before it; which of the two parts is compared, text_pairs.c decides.
CREATE OR REPLACE TEMP TABLE text_picture AS
SELECT s.sample_id, s.dataset, coalesce(min(a.content_hash), min(sa.asset_id)) AS picture, p.sample_id IS NOT NULL AS held
FROM sample s JOIN sample_asset sa ON sa.sample_id = s.sample_id AND sa.i = 0 AND sa.asset_role <> 'mask'
LEFT JOIN asset a ON a.asset_id = sa.asset_id
LEFT JOIN (SELECT DISTINCT sample_id FROM protected_sample) p ON p.sample_id = s.sample_id
GROUP BY s.sample_id, s.dataset, p.sample_id;
-- [mark]
-- `mark`: what a comparison rests on, by which a later one knows that it would find the same. Sums, since
-- rows come in any order. The first number is that of the rules, here and in similar/rare_text.c: raise it
-- when other pairs or looks come out of the same texts.
CREATE OR REPLACE TEMP TABLE text_mark AS
WITH told AS (
  SELECT count(*) AS n, sum(CAST(hash(sample_id, i, role, text_hash, text IS NULL) AS HUGEINT)) AS h FROM turn WHERE role IN ('user', 'assistant', 'reference')),
shown AS (SELECT count(*) AS n, sum(CAST(hash(sample_id, dataset, picture, held) AS HUGEINT)) AS h FROM text_picture),
held AS (SELECT count(*) AS n, sum(CAST(hash(benchmark, sample_id) AS HUGEINT)) AS h FROM protected_sample)
SELECT concat_ws(':', 1, t.n, coalesce(t.h, 0), s.n, coalesce(s.h, 0), p.n, coalesce(p.h, 0)) AS mark FROM told t, shown s, held p;
-- [known]
SELECT CAST(count(*) > 0 AND coalesce(bool_and(coalesce(k.mark = m.mark, false)), false) AS BIGINT) FROM text_look k, text_mark m;
-- [captions]
SELECT p.dataset, p.picture, p.sample_id, p.held, '' AS question, t.text
FROM turn t JOIN text_picture p ON p.sample_id = t.sample_id
WHERE t.role = 'reference' AND t.text IS NOT NULL AND (p.held OR NOT getvariable('rsift_held'));
-- [answers]
-- A list of its own: a stream of both, one UNION ALL, never began with 5 million captions (DuckDB 1.4.4).
SELECT p.dataset, p.picture, p.sample_id, p.held, replace(q.text, '<image>', ' ') AS question, t.text
FROM turn t JOIN turn q ON q.sample_id = t.sample_id AND q.i = t.i - 1 AND q.role = 'user'
JOIN text_picture p ON p.sample_id = t.sample_id
WHERE t.role = 'assistant' AND t.text IS NOT NULL AND q.text IS NOT NULL AND (p.held OR NOT getvariable('rsift_held'));
-- [looks]
-- Pictures that could be told by their texts at all, by the rules of similar/rare_text.h: two texts that
-- at most 5 pictures of the dataset have, one of 8 words that no other has, or three questions with
-- short answers that few have. Where all pictures are called "many planes", nothing can be found.
-- A picture has each text once, by its key. Where bytes and characters are as many, the text is ASCII:
-- no other script is looked for (CASE: both sides of an AND are evaluated).
CREATE OR REPLACE TEMP TABLE text_telling AS
WITH said AS (
  SELECT p.dataset, p.picture, lower(trim(t.text)) AS text, false AS short
  FROM turn t JOIN text_picture p ON p.sample_id = t.sample_id WHERE t.role = 'reference' AND t.text IS NOT NULL
  UNION ALL
  SELECT dataset, picture, lower(trim(CASE WHEN short THEN concat(question, ' ', text) ELSE text END)), short FROM (
    SELECT p.dataset, p.picture, q.text AS question, t.text, len(string_split(trim(t.text), ' ')) < 5 AS short
    FROM turn t JOIN turn q ON q.sample_id = t.sample_id AND q.i = t.i - 1 AND q.role = 'user'
    JOIN text_picture p ON p.sample_id = t.sample_id
    WHERE t.role = 'assistant' AND t.text IS NOT NULL AND q.text IS NOT NULL)),
once AS (
  SELECT DISTINCT dataset, picture, md5_number(text) AS key, short, words FROM (
    SELECT dataset, picture, text, short,
           CASE WHEN CASE WHEN strlen(text) > length(text) THEN regexp_matches(text, '[\p{Han}\p{Hiragana}\p{Katakana}]') ELSE false END THEN length(text)
                ELSE len(string_split(text, ' ')) END AS words
    FROM said)
  WHERE words >= 3),
spread AS (SELECT dataset, key, count(DISTINCT picture) AS pictures FROM once GROUP BY dataset, key HAVING count(DISTINCT picture) <= 5)
SELECT s.dataset, s.picture
FROM once s JOIN spread w ON w.dataset = s.dataset AND w.key = s.key
GROUP BY s.dataset, s.picture
HAVING count(*) FILTER (NOT s.short) >= 2
    OR coalesce(bool_or(w.pictures = 1 AND s.words >= 8 AND NOT s.short), false)
    OR count(*) FILTER (s.words >= 5 AND s.short) >= 3;
-- What text_pair rests on. A sample was looked at when its picture can be told by its texts, of words in
-- a script that the other side has texts in.
CREATE OR REPLACE TEMP TABLE text_seen AS
WITH spoken AS (
  SELECT t.sample_id, bool_or(t.text IS NULL) AS gone, bool_or(t.role <> 'user') AS told,
         bool_or(coalesce(regexp_matches(t.text, '\p{Latin}(.*[^\p{Latin}]\p{Latin}){2}'), false)) AS latin,
         bool_or(CASE WHEN strlen(t.text) > length(t.text) THEN regexp_matches(t.text, '[\p{Han}\p{Hiragana}\p{Katakana}]{3}') ELSE false END) AS han,
         bool_or(CASE WHEN strlen(t.text) > length(t.text) THEN regexp_matches(t.text, '[^\P{L}\p{Latin}\p{Han}\p{Hiragana}\p{Katakana}]{2}') ELSE false END) AS other
  FROM turn t WHERE t.role IN ('user', 'assistant', 'reference') GROUP BY t.sample_id)
SELECT p.sample_id, p.dataset, p.held, coalesce(w.gone, false) AS gone, coalesce(w.told AND (w.latin OR w.han OR w.other), false) AND c.picture IS NOT NULL AS told,
       coalesce(w.told AND w.latin, false) AND c.picture IS NOT NULL AS latin, coalesce(w.told AND w.han, false) AND c.picture IS NOT NULL AS han,
       coalesce(w.told AND w.other, false) AND c.picture IS NOT NULL AS other
FROM text_picture p LEFT JOIN spoken w ON w.sample_id = p.sample_id
LEFT JOIN text_telling c ON c.dataset = p.dataset AND c.picture = p.picture;
CREATE OR REPLACE TEMP TABLE text_group AS
SELECT b.benchmark, s.dataset, gone, told, latin, han, other, count(*) AS n
FROM text_seen s JOIN protected_sample b ON b.sample_id = s.sample_id GROUP BY ALL
UNION ALL
SELECT '', s.dataset, gone, told, latin, han, other, count(*) FROM text_seen s WHERE NOT held GROUP BY ALL;
-- [store]
-- A pair is one of pictures: every sample of the other picture shows it, and every benchmark that has
-- the protected one is named by one of its samples.
CREATE OR REPLACE TEMP TABLE text_pair_found AS SELECT * FROM text_pair;
DELETE FROM text_pair;
INSERT INTO text_pair
WITH named AS (
  SELECT p.benchmark, x.dataset, x.picture, min(p.sample_id) AS sample_id
  FROM protected_sample p JOIN text_picture x ON x.sample_id = p.sample_id GROUP BY p.benchmark, x.dataset, x.picture)
SELECT DISTINCT n.sample_id AS a, o.sample_id AS b, f.method, f.level, f.score, f.evidence
FROM text_pair_found f
JOIN text_picture a ON a.sample_id = f.a JOIN named n ON n.dataset = a.dataset AND n.picture = a.picture
JOIN text_picture b ON b.sample_id = f.b JOIN text_picture o ON o.dataset = b.dataset AND o.picture = b.picture AND o.held = b.held
ORDER BY ALL;
DELETE FROM text_look;
INSERT INTO text_look
WITH scripts AS (
  SELECT benchmark, dataset, bool_or(latin) AS latin, bool_or(han) AS han, bool_or(other) AS other FROM text_group GROUP BY benchmark, dataset),
side AS (
  SELECT x.benchmark, x.dataset, y.dataset AS pool, CAST(sum(g.n) AS BIGINT) AS samples,
         CAST(coalesce(sum(g.n) FILTER (g.latin AND y.latin OR g.han AND y.han OR g.other AND y.other), 0) AS BIGINT) AS looked,
         bool_or(g.gone) AS gone, bool_or(NOT g.gone AND NOT g.told) AS silent
  FROM scripts x JOIN text_group g ON g.benchmark = x.benchmark AND g.dataset = x.dataset
  JOIN scripts y ON (x.benchmark = '') <> (y.benchmark = '')
  WHERE x.benchmark <> ''
  GROUP BY x.benchmark, x.dataset, y.dataset),
pool AS (
  SELECT x.benchmark, x.dataset, y.dataset AS pool, CAST(sum(g.n) AS BIGINT) AS samples,
         CAST(coalesce(sum(g.n) FILTER (g.latin AND x.latin OR g.han AND x.han OR g.other AND x.other), 0) AS BIGINT) AS looked,
         bool_or(g.gone) AS gone, bool_or(NOT g.gone AND NOT g.told) AS silent
  FROM scripts x JOIN scripts y ON x.benchmark <> '' AND y.benchmark = ''
  JOIN text_group g ON g.benchmark = '' AND g.dataset = y.dataset
  GROUP BY x.benchmark, x.dataset, y.dataset)
SELECT s.benchmark, s.dataset, s.pool, s.samples, s.looked, p.samples, p.looked,
       CASE WHEN s.looked = s.samples AND p.looked = p.samples THEN NULL
            WHEN s.gone OR p.gone THEN 'text not kept'
            WHEN s.silent OR p.silent THEN 'no text that few pictures share'
            ELSE 'no script in common' END,
       (SELECT mark FROM text_mark)
FROM side s JOIN pool p ON p.benchmark = s.benchmark AND p.dataset = s.dataset AND p.pool = s.pool
ORDER BY s.benchmark, s.dataset, s.pool;
