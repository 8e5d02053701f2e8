-- What the report counts, asked of a database again: sqlite3 -readonly -header DATABASE <queries.sql
-- They count all that a database holds: for a report of a part of the time, of several databases or with waivers of its own, each gives its part.

-- The verdict: contacted is FAIL, unproven is UNPROVEN, for the policy of policy.ini
SELECT state, count(*) AS entries FROM v_deprecated GROUP BY state ORDER BY state;

-- Each entry of the list
SELECT listed, name, deprecated_at, state, clients_open, clients_draining, covered, legit_until, legit_basis FROM v_deprecated ORDER BY deprecated_at_us, listed, name;

-- Findings, by state and severity; waived ones beside
SELECT state, severity, count(*) AS findings, count(waived_until) AS waived FROM v_findings GROUP BY state, severity ORDER BY state, severity;

-- All findings, as in findings.csv
SELECT id, client, deprecated_ip, name, cause, confidence, state, connections, stale FROM v_findings ORDER BY deprecated_ip, name, client, port, id;

-- Clients, by the layer at fault
SELECT cause, count(DISTINCT client) AS clients, sum(stale) AS stale FROM v_findings WHERE kind = 'connection' AND stale > 0 GROUP BY cause ORDER BY cause;

-- Connections, counted from each of them
SELECT finding, count(*) AS connections, sum(draining_or_stale = 'stale') AS stale FROM v_flows WHERE draining_or_stale NOT NULL GROUP BY finding ORDER BY finding;

-- What was seen, and what was lost
SELECT sensor, link, started, ended, packets, lost, unread, dns_one_sided, dns_encrypted, reason FROM v_coverage ORDER BY sensor, started_us, link;

-- The packets that decide, as in packets.pcap
SELECT finding, seq, at, role, what, file, packet, byte_offset FROM v_evidence WHERE packet NOT NULL ORDER BY finding, seq;

-- Waivers
SELECT waiver, finding, address, client, name, reason, owner, approved_by, expires, matches FROM v_waivers ORDER BY waiver;

-- The captures; sha256 is of their first 64 KiB, uncompressed
SELECT sensor, file, sha256, packets, first_seen, last_seen, version, options, lists_sha256 FROM v_sources ORDER BY sensor, source;
