using CommunityFund.Checks;

namespace CommunityFund.Tests.Checks;

/// <summary>PostgreSQL writes leaves, C# reads them again: whatever an entry carries, both mean the same bytes.</summary>
public sealed class LeafTests
{
    [Fact]
    public async Task Both_readings_agree_on_every_dimension_series_kind_and_instant()
    {
        await using TestBody body = await CheckedBody.New();

        // Sixty entries whose fields are now there, now missing, each with the leaf that SQL gives.
        await CheckedBody.Plant(body, """
            insert into narrative (book_id, salt, text, digest)
              select 1, decode(md5(i::text), 'hex'), t, sha256(decode(md5(i::text), 'hex') || convert_to(t, 'UTF8'))
                from (select i, repeat('摘要𠮷 é', 1 + i % 3) || i as t from generate_series(1, 60) i) x;
            insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, document_hashes, corrects_entry_no, maker_id,
                                 prepared_at, proved, state, decided_by, decided_at, entry_no)
              select 1, case when i % 5 = 0 then 'correction' when i % 7 = 0 then 'close' else 'ordinary' end, date '2026-01-01' + i, 202601 + i % 12,
                     (select max(narrative_id) from narrative) - 60 + i, 2, i, case i % 4 when 0 then array[]::bytea[] when 1 then array[sha256('a')]
                     else array[sha256('b'), sha256('a')] end, case when i % 5 = 0 then 1 end, 1, now(), true, 'posted', 2, now(), 5 + i
                from generate_series(1, 60) i;
            insert into voucher_line (book_id, voucher_id, line_no, account_id, fund_id, commodity, side, units, restriction, cash_flow, movement,
                                      project_class, project_id, counterparty_id, enterprise_id, document_id, narrative_id)
              select 1, v.voucher_id, l, 1 + (v.voucher_id + l) % 40, 1 + v.voucher_id % 4, case v.voucher_id % 3 when 0 then 'CNY' when 1 then 'HOUR' else 'POINT' end,
                     case l when 1 then 'D' else 'C' end, case v.voucher_id % 6 when 0 then -9223372036854775807 when 1 then 9223372036854775807 else v.entry_no end,
                     (array['', 'U', 'R'])[1 + v.voucher_id % 3], (array['', 'internal', 'grants-paid'])[1 + (v.voucher_id / 2) % 3],
                     (array['ordinary', 're-restrict'])[1 + v.voucher_id % 2], (array['', 'children'])[1 + v.voucher_id % 2],
                     nullif(v.voucher_id % 3, 0), nullif(v.voucher_id % 4, 0), nullif(v.voucher_id % 5, 0), nullif(v.voucher_id % 2, 0), v.narrative_id
                from voucher v cross join generate_series(1, 2) l where v.entry_no > 5;
            insert into posting select book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow,
                     movement, project_class, project_id, counterparty_id, enterprise_id, document_id, l.narrative_id,
                     occurred_on
                from voucher v join voucher_line l using (book_id, voucher_id) where v.entry_no > 5;
            insert into journal_entry
              select 1, v.entry_no, v.period, x.series, v.entry_no::int, v.occurred_on, v.kind, v.narrative_id, v.line_count, v.total, v.document_hashes,
                     v.corrects_entry_no, v.voucher_id, v.maker_id, x.reviewer, x.rule, x.at, sha256('x')
                from voucher v
               cross join lateral (select (array['记', '转', '备', '时', '分'])[1 + v.entry_no % 5] as series, case when v.entry_no % 2 = 0 then 2::bigint end as reviewer,
                                   case when v.entry_no % 2 = 1 then '月结 rule' end as rule, timestamptz '2026-03-20 02:00:00.000001Z' + v.entry_no * interval '1.000037 s' as at) x
               where v.entry_no > 5
            """ + CheckedBody.NewLeaves);
        CheckResult leaves = (await CheckedBody.Check(body)).Checks.Single(check => check.Key == "leaves");
        leaves.Examined.ShouldBe(65);
        leaves.Faults.ShouldBeEmpty();
    }
}
