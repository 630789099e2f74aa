-- Numbers that somebody brings: which samples their rows are of. In: brought_row(i, id, dataset, c0, ..).
-- [sample]
CREATE OR REPLACE TEMP TABLE brought_match AS
SELECT b.i, s.sample_id FROM brought_row b
JOIN sample s ON replace(CAST(s.sample_id AS VARCHAR), '-', '') = lower(replace(b.id, '-', ''));
-- [original]
-- An id that several samples have is nobody's: which of them is meant is not known.
CREATE OR REPLACE TEMP TABLE brought_match AS
SELECT b.i, s.sample_id FROM brought_row b
JOIN sample s ON s.original_id = b.id AND (b.dataset IS NULL OR b.dataset = s.dataset);
-- [picture]
-- As vectors name their pictures (embedding.sql); every sample with that one picture.
CREATE OR REPLACE TEMP VIEW embedding_given AS SELECT i, id FROM brought_row;
-- [pictured]
-- In: embedding.sql's embedding_row.
CREATE OR REPLACE TEMP TABLE brought_match AS
SELECT DISTINCT e.i, s.sample_id FROM embedding_row e
JOIN asset a ON a.content_hash = e.content_hash
JOIN sample_asset sa ON sa.asset_id = a.asset_id
JOIN sample s ON s.sample_id = sa.sample_id AND s.n_assets = 1;
-- [counts]
-- Rows of nobody, and of several samples of one id.
SELECT count(*) FILTER (m.i IS NULL), count(*) FILTER (m.n > 1)
FROM brought_row b LEFT JOIN (SELECT i, count(*) AS n FROM brought_match GROUP BY i) m ON m.i = b.i;
-- [single]
DELETE FROM brought_match WHERE i IN (SELECT i FROM brought_match GROUP BY i HAVING count(*) > 1);
