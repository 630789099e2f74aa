-- What samples cost in tokens. In: recommend.sql's judged_sample.
-- [texts]
-- Every turn that a trainer sees; of several references the first. The order does not matter: sums are
-- whole numbers.
SELECT t.sample_id, t.text FROM turn t SEMI JOIN (SELECT sample_id FROM judged_sample WHERE usable) j ON j.sample_id = t.sample_id
WHERE t.role IN ('user', 'assistant', 'phrase') AND t.text IS NOT NULL
UNION ALL
SELECT t.sample_id, arg_min(t.text, t.i) FROM turn t SEMI JOIN (SELECT sample_id FROM judged_sample WHERE usable) j ON j.sample_id = t.sample_id
WHERE t.role = 'reference' AND t.text IS NOT NULL GROUP BY t.sample_id;
-- [made]
-- Samples whose question or answer a writer makes: labels, and boxes.
SELECT s.sample_id, coalesce(t.asked, 0) = 0 AS asks, coalesce(t.answered, 0) = 0 AS answers, s.n_regions, array_to_string(s.labels, ', ')
FROM sample s SEMI JOIN (SELECT sample_id FROM judged_sample WHERE usable) j ON j.sample_id = s.sample_id
LEFT JOIN (SELECT sample_id, count(*) FILTER (role = 'user') AS asked, count(*) FILTER (role IN ('assistant', 'reference')) AS answered
           FROM turn GROUP BY sample_id) t ON t.sample_id = s.sample_id
WHERE coalesce(t.asked, 0) = 0 OR coalesce(t.answered, 0) = 0;
-- [pictures]
SELECT sa.sample_id, coalesce(a.width, 0), coalesce(a.height, 0)
FROM sample_asset sa SEMI JOIN (SELECT sample_id FROM judged_sample WHERE usable) j ON j.sample_id = sa.sample_id
LEFT JOIN asset a ON a.asset_id = sa.asset_id WHERE sa.asset_role <> 'mask';
