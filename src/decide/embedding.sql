-- Vectors that somebody brings: which pictures they are of, and the pairs that they make.
-- [known]
-- In: embedding_given(i, id). An id is the hash of a picture's bytes, a sample with one picture, a
-- picture's path, or its name where only one picture has it; one that fits several is not known.
CREATE OR REPLACE TEMP TABLE embedding_row AS
WITH given AS (SELECT DISTINCT trim(id) AS id FROM embedding_given),
picture AS (SELECT content_hash, path FROM asset WHERE content_hash IS NOT NULL AND state = 'found'),
named AS (
  SELECT CAST(content_hash AS VARCHAR) AS id, content_hash FROM picture
  UNION SELECT replace(CAST(content_hash AS VARCHAR), '-', ''), content_hash FROM picture
  UNION SELECT path, content_hash FROM picture
  UNION SELECT parse_filename(path), content_hash FROM picture
  UNION SELECT CAST(s.sample_id AS VARCHAR), a.content_hash FROM sample s JOIN sample_asset sa ON sa.sample_id = s.sample_id AND s.n_assets = 1
        JOIN asset a ON a.asset_id = sa.asset_id WHERE a.content_hash IS NOT NULL
  UNION SELECT replace(CAST(s.sample_id AS VARCHAR), '-', ''), a.content_hash FROM sample s JOIN sample_asset sa ON sa.sample_id = s.sample_id AND s.n_assets = 1
        JOIN asset a ON a.asset_id = sa.asset_id WHERE a.content_hash IS NOT NULL),
known AS (
  SELECT n.id, min(n.content_hash) AS content_hash FROM named n SEMI JOIN given g ON g.id = n.id
  GROUP BY n.id HAVING count(DISTINCT n.content_hash) = 1)
SELECT g.i, k.content_hash FROM embedding_given g LEFT JOIN known k ON k.id = trim(g.id);
-- [rows]
SELECT i, content_hash FROM embedding_row ORDER BY i;
-- [store]
DELETE FROM picture_pair WHERE method = 'embedding';
INSERT INTO picture_pair(a, b, method, level, score, evidence)
SELECT least(a, b), greatest(a, b), 'embedding', 'image', score, printf('cosine %.4f', score)
FROM read_csv('{tmp}/embedding_pairs.tsv', delim = '\t', quote = '', escape = '', header = false, auto_detect = false,
  columns = {'a': 'UUID', 'b': 'UUID', 'score': 'DOUBLE'}) ORDER BY 1, 2;
