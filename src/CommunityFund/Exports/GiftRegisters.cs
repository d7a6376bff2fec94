using System.Globalization;
using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>What came in, as registers: gifts, official receipts with the numbers that are missing, social enterprises.</summary>
internal sealed class GiftRegisters(ExportSource source, Words words) : RegisterRows(source, words)
{
    public async Task<IReadOnlyList<Register>> All(CancellationToken ct) =>
        [
            await Donations(ct), await Receipts(ct),
            // Numbers are missing of a body's ranges, not of a fund's.
            .. IsWhole ? new[] { await ReceiptGaps(ct) } : [],
            await Enterprises(ct), await Declarations(ct),
        ];

    /// <summary>Gifts in the books; one whose voucher was reversed later says so. Who gave is a number and what may be said in public.</summary>
    private Task<Register> Donations(CancellationToken ct) => Counted("donations",
        [
            Whole("donation"), Day("received"), Whole("donor"), Now(Text("public-name", 18)), .. FundColumns(), Text("restriction", 10),
            Money("amount"), Money("back"), Money("left"), Text("clause", 30), Text("channel", 10), Text("agreement", 16),
            Now(Text("campaign", 18)), Text("order", 18), Text("wants-receipt", 10), Now(Text("receipt-numbers", 16)),
            Now(Text("state", 10)), Text("number", 14), Whole("position"),
        ],
        $"""
        select d.donation_id, d.received_on, d.donor_id,
               case when d.naming = 'hidden' or d.naming = 'as-donor' and n.naming = 'hidden' then null
                    when d.naming = 'alias' or d.naming = 'as-donor' and n.naming = 'alias' then nullif(n.alias, '') else p.name end,
               d.fund_id, d.restriction, d.units, coalesce(b.units, 0)::bigint, d.clause, d.channel, a.number, c.name, d.order_number,
               d.wants_receipt, o.numbers, d.state, j.period, j.series, j.number, j.entry_no
          from donation d
          join journal_entry j on j.book_id = d.book_id and j.voucher_id = d.voucher_id
          left join person p on p.person_id = d.donor_id
          left join (select distinct on (donor_id) donor_id, naming, alias from donor where book_id = {Book}
                      order by donor_id, version desc) n on n.donor_id = d.donor_id
          left join gift_agreement a on a.book_id = d.book_id and a.gift_agreement_id = d.gift_agreement_id
          left join campaign c on c.book_id = d.book_id and c.campaign_id = d.campaign_id
          left join (select donation_id, string_agg(number, ', ' order by number) as numbers from official_receipt
                      where book_id = {Book} and state = 'registered' and issued_on <= {Until} group by 1) o on o.donation_id = d.donation_id
          left join (select x.donation_id, sum(x.units) as units from (
                       select g.donation_id, r.units
                         from gift_refund r join gift_lot l on l.book_id = r.book_id and l.lot_id = r.lot_id
                         join journal_entry e on e.book_id = l.book_id and e.entry_no = l.entry_no
                         join donation g on g.book_id = e.book_id and g.voucher_id = e.voucher_id and g.line_no = l.line_no
                        where r.book_id = {Book} and r.state in ('owed', 'paid') and r.decided_on <= {Until}
                       union all
                       select g.donation_id, -m.units
                         from stock_paper s
                         join stock_move m on m.book_id = s.book_id and m.stock_paper_id = s.stock_paper_id and m.undoes_move_id is null
                         join stock_lot l on l.book_id = m.book_id and l.stock_lot_id = m.stock_lot_id
                         join stock_move i on i.book_id = l.book_id and i.stock_lot_id = l.stock_lot_id
                          and i.stock_paper_id = l.stock_paper_id and i.undoes_move_id is null
                         join donation g on g.book_id = i.book_id and g.voucher_id = i.voucher_id and g.fund_id = l.fund_id
                          and g.restriction = l.restriction
                        where s.book_id = {Book} and s.kind = 'return' and s.occurred_on <= {Until} and m.units < 0
                          and m.state not in ('dropped', 'waiting')
                          and not exists (select 1 from stock_move u where u.book_id = m.book_id and u.undoes_move_id = m.stock_move_id)) x
                      group by 1) b on b.donation_id = d.donation_id
         where d.book_id = {Book} and j.occurred_on <= {Until} and ({IsWhole} or d.fund_id = any ({Within}))
         order by d.donation_id
        """,
        row =>
        [
            row.GetInt64(0), row.GetFieldValue<DateOnly>(1), row.Whole(2), row.Text(3) ?? Words["export.value.unnamed"].Value, FundCode(row, 4),
            FundName(row, 4), Restricted(row.GetString(5)), row.GetInt64(6), row.GetInt64(7), row.GetInt64(6) - row.GetInt64(7),
            row.GetString(8), Called("GiftChannel", row.GetString(9)), row.Text(10), row.Text(11), row.GetString(12),
            YesOrNo(row.GetBoolean(13)), row.Text(14), Called("DonationState", row.GetString(15)), Number(row, 16), row.GetInt64(19),
        ], ct);

    private Task<Register> Receipts(CancellationToken ct) => Counted("receipts",
        [
            Text("receipt-code", 12), Text("receipt-number", 14), Day("issued"), Money("amount"), Whole("payer"), Now(Whole("donation")),
            .. FundColumns(), Text("state", 10), Day("voided"), Text("reason", 24), Text("red-number", 14), Text("replaces", 14),
            Whole("registered-by"), Text("registered", 20),
        ],
        $"""
        select o.code, o.number, o.issued_on, o.units, o.payer_id, o.donation_id, d.fund_id,
               case when o.voided_on > {Until} then 'registered' else o.state end, case when o.voided_on <= {Until} then o.voided_on end,
               case when o.voided_on > {Until} then '' else o.reason end, case when o.voided_on > {Until} then null else o.red_number end,
               x.number, o.registered_by, o.registered_at
          from official_receipt o
          left join donation d on d.book_id = o.book_id and d.donation_id = o.donation_id
          left join official_receipt x on x.book_id = o.book_id and x.official_receipt_id = o.replaces_id and ({IsWhole} or exists (
            select from donation e where e.book_id = x.book_id and e.donation_id = x.donation_id and e.fund_id = any ({Within})))
         where o.book_id = {Book} and o.issued_on <= {Until} and ({IsWhole} or d.fund_id = any ({Within}))
         order by o.code, o.number
        """,
        row =>
        [
            row.GetString(0), row.GetString(1), row.GetFieldValue<DateOnly>(2), row.GetInt64(3), row.Whole(4), row.Whole(5), FundCode(row, 6),
            FundName(row, 6), Called("ReceiptState", row.GetString(7)), DayOf(row, 8), row.GetString(9), row.Text(10), row.Text(11),
            row.GetInt64(12), Moment(row, 13),
        ], ct);

    /// <summary>Numbers below the highest used of a range that nobody used, and what was said of them.</summary>
    private Task<Register> ReceiptGaps(CancellationToken ct) => Counted("receipt-gaps",
        [
            Text("receipt-code", 12), Text("first-number", 14), Text("last-number", 14), Whole("count", 10), Text("finding", 24),
            Text("reason", 40), Whole("said-by"),
        ],
        $"""
        with said as (
          select * from receipt_gap where book_id = {Book} and (given_at at time zone {Zone})::date <= {Until}),
        used as (
          select o.code, n.number from official_receipt o cross join unnest(array[o.number, o.red_number]) n(number)
           where o.book_id = {Book} and o.issued_on <= {Until} and n.number is not null),
        seen as (
          select r.receipt_range_id, r.code, r.first_number, u.number, u.used
            from receipt_range r
            join (select code, number, true as used from used union all select code, number, false from said) u
              on u.code = r.code and u.number between r.first_number and r.last_number
           where r.book_id = {Book} and r.received_on <= {Until}),
        steps as (
          select s.*, max(s.number) filter (where s.used) over (partition by s.receipt_range_id) as highest,
                 coalesce(lag(s.number) over (partition by s.receipt_range_id order by s.number)::bigint, s.first_number::bigint - 1) as before
            from seen s)
        select s.code as code, lpad((s.before + 1)::text, 10, '0') as first, lpad((s.number::bigint - 1)::text, 10, '0') as last,
               s.number::bigint - s.before - 1 as numbers, null as reason, null::bigint as given_by
          from steps s where s.number <= s.highest and s.number::bigint > s.before + 1
        union all
        select g.code, min(g.number), max(g.number), count(*), g.reason, g.given_by
          from (select x.*, x.number::bigint - row_number() over (partition by code, reason, given_by, given_at order by number) as island
                  from said x where not exists (select 1 from used u where u.code = x.code and u.number = x.number)) g
         group by g.code, g.reason, g.given_by, g.given_at, g.island
         order by 1, 2
        """,
        row =>
        [
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3),
            Words[row.IsDBNull(5) ? "export.value.missing" : "export.value.explained"].Value, row.Text(4), row.Whole(5),
        ], ct);

    /// <summary>What was agreed with social enterprises, version by version.</summary>
    private Task<Register> Enterprises(CancellationToken ct) => Counted("enterprises",
        [
            Whole("enterprise"), Whole("person"), Day("in-force"), Text("community", 18), Text("stake", 10), Text("influence", 12),
            Text("share-of", 16), Text("rate", 10), Money("fixed"), Money("floor"), Money("cap"), .. FundColumns(), Text("restriction", 10),
            Text("agreement", 18), Text("related", 18), Whole("proposed-by"), Whole("confirmed-by"),
        ],
        $"""
        select t.enterprise_id, e.person_id, t.in_force_from, t.community, t.stake_ppm, t.influence, t.share, t.rate_ppm, t.fixed_units,
               t.floor_units, t.cap_units, t.fund_id, t.restriction, t.agreement, t.is_related, t.related_how, t.proposed_by, t.decided_by
          from enterprise_term t join enterprise e on e.book_id = t.book_id and e.enterprise_id = t.enterprise_id
         where t.book_id = {Book} and t.state = 'agreed' and (t.decided_at at time zone {Zone})::date <= {Until}
           and ({IsWhole} or t.fund_id = any ({Within}))
         order by t.enterprise_id, t.in_force_from, t.enterprise_term_id
        """,
        row =>
        [
            row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<DateOnly>(2), row.GetString(3), Percent(row.GetInt32(4)),
            Called("Influence", row.GetString(5)), Called("ShareKind", row.GetString(6)), Percent(row.GetInt32(7)), row.GetInt64(8),
            row.GetInt64(9), row.Whole(10), FundCode(row, 11), FundName(row, 11), Restricted(row.GetString(12)), row.GetString(13),
            row.GetBoolean(14) ? row.GetString(15) : YesOrNo(false), row.GetInt64(16), row.Whole(17),
        ], ct);

    /// <summary>What they declared, and what came of it.</summary>
    private Task<Register> Declarations(CancellationToken ct) => Counted("declarations",
        [
            Whole("declaration"), Whole("enterprise"), Day("from"), Day("until"), Text("nature", 12), Money("turnover"), Money("profit"),
            Money("due"), Day("due-on"), Now(Text("state", 18)), Whole("declared-by"), Now(Whole("verified-by")), Now(Text("number", 14)),
            Now(Text("resolution", 16)),
        ],
        $"""
        select d.enterprise_declaration_id, d.enterprise_id, d.from_day, d.until_day, d.nature, d.turnover, d.profit, d.due_units, d.due_on,
               d.state, d.declared_by, d.verified_by, j.period, j.series, j.number, d.waiver_number
          from enterprise_declaration d
          left join journal_entry j on j.book_id = d.book_id and j.voucher_id = d.voucher_id and j.occurred_on <= {Until}
         where d.book_id = {Book} and (d.declared_at at time zone {Zone})::date <= {Until} and ({IsWhole} or exists (
                 select from enterprise_term t where t.book_id = d.book_id and t.enterprise_term_id = d.enterprise_term_id
                    and t.fund_id = any ({Within})))
         order by d.enterprise_declaration_id
        """,
        row =>
        [
            row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<DateOnly>(2), row.GetFieldValue<DateOnly>(3),
            Called("IncomeNature", row.GetString(4)), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetFieldValue<DateOnly>(8),
            Called("DeclarationState", row.GetString(9)), row.GetInt64(10), row.Whole(11), Number(row, 12), row.GetString(15),
        ], ct);

    private static string Percent(int millionths) => (millionths / 10_000m).ToString("0.####", CultureInfo.InvariantCulture) + "%";
}
