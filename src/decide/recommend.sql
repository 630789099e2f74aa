-- What is indexed and usable for training, per dataset, task and skill. In: protect.sql's tables,
-- pool.sql's parted_list.
-- [supply]
WITH leaking AS (SELECT DISTINCT sample_id FROM sample_leak WHERE NOT own),
guarded AS (SELECT DISTINCT sample_id FROM protected_sample),
first_picture AS (
  SELECT sa.sample_id, sa.asset_id, coalesce(a.state = 'found', false) AS found
  FROM sample_asset sa LEFT JOIN asset a ON a.asset_id = sa.asset_id WHERE sa.i = 0)
SELECT s.dataset, s.task, coalesce(s.skill, '') AS skill,
       count(*) AS total,
       count(*) FILTER (s.role = 'eval' OR g.sample_id IS NOT NULL) AS eval,
       count(*) FILTER (s.role <> 'eval' AND g.sample_id IS NULL AND l.sample_id IS NOT NULL) AS leaks,
       count(*) FILTER (s.role <> 'eval' AND g.sample_id IS NULL AND (s.n_serious > 0 OR NOT s.truth OR NOT whole)) AS faulty,
       count(*) FILTER (s.role <> 'eval' AND g.sample_id IS NULL AND s.n_assets > 0 AND NOT coalesce(p.found, false)) AS unresolved,
       count(*) FILTER (s.role <> 'eval' AND g.sample_id IS NULL AND l.sample_id IS NULL AND s.n_serious = 0 AND whole AND s.truth
                        AND (s.n_assets = 0 OR coalesce(p.found, false))) AS usable,
       count(DISTINCT CASE WHEN s.role <> 'eval' AND g.sample_id IS NULL AND l.sample_id IS NULL AND s.n_serious = 0 AND whole AND s.truth
                           AND coalesce(p.found, false) THEN p.asset_id END) AS usable_pictures
FROM (SELECT *, coalesce(complete, true) AND sample_id NOT IN (SELECT sample_id FROM parted_list) AS whole FROM sample) s
LEFT JOIN leaking l ON l.sample_id = s.sample_id
LEFT JOIN guarded g ON g.sample_id = s.sample_id
LEFT JOIN first_picture p ON p.sample_id = s.sample_id
GROUP BY s.dataset, s.task, coalesce(s.skill, '')
ORDER BY s.dataset, s.task, coalesce(s.skill, '');
-- [releases]
SELECT dataset, min(coalesce(licence_class, 'unknown')) AS licence, min(coalesce(origin, 'unknown')) AS origin
FROM release WHERE dataset IN (SELECT dataset FROM sample) GROUP BY dataset ORDER BY dataset;
-- [warnings]
SELECT r.dataset, CAST(sum(f.n) AS BIGINT)
FROM finding f JOIN (SELECT DISTINCT release_id, dataset FROM release) r ON r.release_id = f.release_id
WHERE f.severity <> 'note' GROUP BY r.dataset ORDER BY r.dataset;
