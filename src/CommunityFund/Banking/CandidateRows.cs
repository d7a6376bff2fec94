using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>
/// What the database knows that a line may be. Whatever the number of expectations, each question takes a few rows by an
/// index: the same amount nearest in days, a code that stands on the line, the counterparty's name or account.
/// </summary>
internal sealed record CandidateRows(
    IReadOnlyList<CandidateRows.Awaited> Expected, IReadOnlyList<CandidateRows.Standing> Vouchers,
    IReadOnlyList<BankRuleItem> Rules)
{
    internal static async Task<CandidateRows> Of(Work work, BankLine line, Amount left, string[] tokens, CancellationToken ct)
    {
        OneTrip trip = new(work);
        IReadOnlyList<Awaited> expected = Await(trip, work, line, left, tokens);
        IReadOnlyList<Standing> vouchers = Stand(trip, work, line, left);
        IReadOnlyList<BankRuleItem> rules = BankRuleList.Ask(trip, work, line);
        await trip.Go(ct);
        return new CandidateRows(expected, vouchers, BankRuleList.Fitting(rules));
    }

    /// <summary>An empty account is asked for as null: most expectations have none, and statistics would have all of them
    /// read.</summary>
    private static IReadOnlyList<Awaited> Await(OneTrip trip, Work work, BankLine line, Amount left, string[] tokens)
    {
        string party = line.CounterpartyName.Trim();
        DateOnly day = line.OccurredOn.ToDateOnly();
        return trip.Ask(
            $"""
            with mine as (select person_id from person where name = nullif({party}, '') order by person_id limit 5),
            near as materialized (
              (select expectation_id from expectation where book_id = {work.Book} and units = {left.Units}
                  and voucher_id is null and closed_at is null and due_on >= {day} order by due_on limit 5)
              union (select expectation_id from expectation where book_id = {work.Book} and units = {left.Units}
                  and voucher_id is null and closed_at is null and due_on < {day} order by due_on desc limit 5)
              union (select expectation_id from expectation where book_id = {work.Book} and code = any ({tokens}) and code <> ''
                  and voucher_id is null and closed_at is null limit 8)
              union (select expectation_id from mine cross join lateral (select expectation_id from expectation
                  where book_id = {work.Book} and counterparty_id = mine.person_id and voucher_id is null
                  and closed_at is null limit 20) own)
              union (select expectation_id from expectation where book_id = {work.Book}
                  and party_account = nullif({line.CounterpartyAccount}, '') and party_account <> ''
                  and voucher_id is null and closed_at is null limit 8))
            select e.expectation_id, e.units, e.kind, e.narrative, e.code, e.due_on, e.party_account, coalesce(p.name, '')
              from near join expectation e on e.book_id = {work.Book} and e.expectation_id = near.expectation_id
              left join person p on p.person_id = e.counterparty_id
             where (e.bank_account_id is null or e.bank_account_id = {line.BankAccountId})
               and sign(e.units) = {Math.Sign(left.Units)}
            """,
            row => new Awaited(row.GetInt64(0), row.GetInt64(1), Codes.Parse<ExpectationKind>(row.GetString(2)), row.GetString(3),
                row.GetString(4), LocalDate.FromDateOnly(row.GetFieldValue<DateOnly>(5)), row.GetString(6), row.GetString(7)));
    }

    /// <summary>Vouchers near the day that move just this through the account, with no line matched to them.</summary>
    private static IReadOnlyList<Standing> Stand(OneTrip trip, Work work, BankLine line, Amount left)
    {
        LocalDate from = line.OccurredOn.PlusDays(-15), until = line.OccurredOn.PlusDays(15);
        int first = AccountingPeriod.Of(from), last = AccountingPeriod.Of(until);
        DateOnly start = from.ToDateOnly(), end = until.ToDateOnly(), day = line.OccurredOn.ToDateOnly();
        return trip.Ask(
            $"""
            with mirror as materialized (select array[a.account_id, a.agency_account_id] as accounts from bank_account a
                where a.book_id = {work.Book} and a.bank_account_id = {line.BankAccountId})
            select v.voucher_id, v.occurred_on, coalesce(n.text, '')
              from (select e.voucher_id
                      from (select p.entry_no from posting p
                             where p.book_id = {work.Book} and p.account_id = any ((select accounts from mirror)::integer[])
                               and p.period between {first} and {last} and p.occurred_on between {start} and {end}
                             group by p.entry_no having sum(case p.side when 'D' then p.units else -p.units end) = {left.Units}) x
                      join journal_entry e on e.book_id = {work.Book} and e.entry_no = x.entry_no
                    union
                    select l.voucher_id from voucher w
                      join voucher_line l on l.book_id = w.book_id and l.voucher_id = w.voucher_id
                     where w.book_id = {work.Book} and w.state = 'prepared' and w.occurred_on between {start} and {end}
                       and l.account_id = any ((select accounts from mirror)::integer[])
                     group by l.voucher_id having sum(case l.side when 'D' then l.units else -l.units end) = {left.Units}) y
              join voucher v on v.book_id = {work.Book} and v.voucher_id = y.voucher_id
              join narrative n on n.book_id = v.book_id and n.narrative_id = v.narrative_id
             where v.reversed_by is null and v.kind not in ('opening', 'reversal')
               and not exists (select 1 from bank_match m
                                 join bank_line o on o.book_id = m.book_id and o.bank_line_id = m.bank_line_id
                                where m.book_id = v.book_id and m.voucher_id = v.voucher_id and m.undone_at is null
                                  and o.bank_account_id = {line.BankAccountId})
             order by abs(v.occurred_on - {day}), v.voucher_id limit 5
            """,
            row => new Standing(row.GetInt64(0), LocalDate.FromDateOnly(row.GetFieldValue<DateOnly>(1)), row.GetString(2)));
    }

    /// <summary>Something that a feature expects.</summary>
    internal sealed record Awaited(
        long Id, long Units, ExpectationKind Kind, string Narrative, string Code, LocalDate DueOn, string PartyAccount,
        string Party);

    /// <summary>A voucher that no line is matched to.</summary>
    internal sealed record Standing(long Id, LocalDate On, string Narrative);
}
