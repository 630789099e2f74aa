-- An image-disjoint split. $1: dataset, $2: scheme.
-- [schemes]
SELECT DISTINCT p.scheme FROM split p JOIN sample s USING (sample_id) WHERE s.dataset = $1 ORDER BY 1;
-- [samples]
-- A row per sample and picture (masks are no pictures); samples without pictures have one of their own.
SELECT s.sample_id, coalesce(a.content_hash, sa.asset_id, s.sample_id), p.name, a.content_hash IS NOT NULL,
       h.content_hash IS NOT NULL AND h.failed IS NULL, sa.asset_id
FROM sample s
LEFT JOIN (SELECT * FROM sample_asset WHERE asset_role <> 'mask') sa ON sa.sample_id = s.sample_id
LEFT JOIN asset a ON a.asset_id = sa.asset_id
LEFT JOIN picture_hash h ON h.content_hash = a.content_hash
LEFT JOIN (SELECT sample_id, min(name) AS name FROM split WHERE scheme = $2 GROUP BY sample_id) p ON p.sample_id = s.sample_id
WHERE s.dataset = $1 ORDER BY s.sample_id, sa.i;
-- [pairs]
-- Also of other datasets' pictures, which may stand between two of this one; but not of pieces of a
-- scene of theirs, which may lie anywhere in it.
WITH mine AS (SELECT DISTINCT a.content_hash AS picture FROM sample s JOIN sample_asset sa ON sa.sample_id = s.sample_id
              JOIN asset a ON a.asset_id = sa.asset_id WHERE s.dataset = $1 AND a.content_hash IS NOT NULL)
SELECT p.a, p.b, CASE p.level WHEN 'crop' THEN 'crop' ELSE p.method END FROM picture_pair p
WHERE (p.level = 'image' OR (p.a IN (SELECT picture FROM mine) AND p.b IN (SELECT picture FROM mine))) AND $2 = $2
ORDER BY p.method <> 'pixels', p.method, p.a, p.b;
-- [lineage]
-- Names by which another dataset knows the pictures: the same, and with $2 = 'scene' crops of one.
SELECT DISTINCT md5(k.key)::UUID, coalesce(a.content_hash, sa.asset_id)
FROM sample s JOIN sample_asset sa ON sa.sample_id = s.sample_id AND sa.asset_role <> 'mask'
JOIN asset_source k ON k.asset_id = sa.asset_id LEFT JOIN asset a ON a.asset_id = sa.asset_id
WHERE s.dataset = $1 AND (k.relation = 'same' OR $2 = 'scene') ORDER BY 1, 2;
-- [names]
SELECT s.sample_id, coalesce(s.original_id, ''), coalesce(a.path, '')
FROM sample s LEFT JOIN (SELECT sample_id, asset_id FROM sample_asset WHERE i = 0) sa ON sa.sample_id = s.sample_id
LEFT JOIN asset a ON a.asset_id = sa.asset_id
WHERE s.dataset = $1 AND $2 = $2 ORDER BY s.sample_id;
