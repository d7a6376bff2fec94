using System.Globalization;
using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>
/// Ranks what a line may be. Whatever the number of expectations, each question takes a few rows by an index: the same amount
/// nearest in days, a code that stands on the line, the counterparty's name or account.
/// </summary>
internal static partial class Candidates
{
    private const int ByAmount = 50, ByCode = 60, ByParty = 30, ByPartyAccount = 30, Near = 10, Close = 5, Most = 8, Tokens = 20;

    public static async Task<IReadOnlyList<BankCandidate>> Of(Work work, BankLine line, Amount left,
        IReadOnlyList<FundChoice> funds,
        LineSuggestion words, CancellationToken ct)
    {
        List<BankCandidate> all = await Expected(work, line, left, ct);
        all.AddRange(await Vouchers(work, line, left, ct));
        all = [.. all.OrderByDescending(candidate => candidate.Score).ThenBy(candidate => candidate.On).Take(Most)];
        foreach (BankRuleItem rule in await BankRuleList.Items(work, await BankRule.Fitting(work, line, ct), ct))
        {
            if (rule.Fund is null || funds.Any(fund => fund.FundId == rule.Fund))
            {
                int score = 40 + (rule.Party.Length > 0 ? 20 : 0) + (rule.Words.Length > 0 ? 15 : 0);
                all.Add(new BankCandidate(
                    CandidateSource.Rule, rule.Id, score, rule.FundName, left, null, "", Fits: true,
                        [new CandidateReason(Because.Rule, "")],
                    Proposal: new Proposal(rule.Kind, rule.Fund, rule.Target, rule.CashFlow, rule.Restriction,
                        rule.Narrative.Length > 0 ? rule.Narrative : words.Narrative, rule)));
            }
        }

        if (words.Proposed is { } proposed)
        {
            all.Add(new BankCandidate(
                CandidateSource.Words, 0, proposed.Fund is null ? 20 : 35,
                    funds.FirstOrDefault(fund => fund.FundId == proposed.Fund)?.Name ?? "",
                left, null, "", Fits: true, [new CandidateReason(Because.Words, words.Because)], Proposal: proposed));
        }

        return [.. all.OrderByDescending(candidate => candidate.Fits).ThenByDescending(candidate => candidate.Score).Take(Most)];
    }

    internal static async Task<List<BankCandidate>> Expected(Work work, BankLine line, Amount left, CancellationToken ct)
    {
        string told = $"{line.Remark} {line.Summary}", party = line.CounterpartyName.Trim();
        string[] tokens = [.. Token().Matches(told).SelectMany(match => new[] { match.Value, match.Value.ToUpperInvariant() })
            .Distinct().Take(Tokens)];
        DateOnly day = new(line.OccurredOn.Year, line.OccurredOn.Month, line.OccurredOn.Day);
        List<Found> found = await work.Db.Database.SqlQuery<Found>(
            $"""
            with mine as (select person_id from person where name = {party} and {party} <> '' order by person_id limit 5),
            near as materialized (
              (select expectation_id from expectation where book_id = {work.Book} and units = {left.Units}
                  and voucher_id is null and closed_at is null
                  and due_on >= {day} order by due_on limit 5)
              union (select expectation_id from expectation where book_id = {work.Book} and units = {left.Units}
                  and voucher_id is null
                  and closed_at is null and due_on < {day} order by due_on desc limit 5)
              union (select expectation_id from expectation where book_id = {work.Book} and code = any ({tokens}) and code <> ''
                  and voucher_id is null and closed_at is null limit 8)
              union (select expectation_id from mine cross join lateral (select expectation_id from expectation
                  where book_id = {work.Book}
                  and counterparty_id = mine.person_id and voucher_id is null and closed_at is null limit 20) own)
              union (select expectation_id from expectation where book_id = {work.Book}
                  and party_account = {line.CounterpartyAccount}
                  and party_account <> '' and voucher_id is null and closed_at is null limit 8))
            select e.expectation_id as "Id", e.units as "Units", e.kind as "Kind", e.narrative as "Narrative", e.code as "Code",
                e.due_on as "DueOn",
                   e.party_account as "PartyAccount", coalesce(p.name, '') as "Party"
              from near join expectation e on e.book_id = {work.Book} and e.expectation_id = near.expectation_id
              left join person p on p.person_id = e.counterparty_id
             where (e.bank_account_id is null or e.bank_account_id = {line.BankAccountId})
                 and sign(e.units) = {Math.Sign(left.Units)}
            """).ToListAsync(ct);
        return [.. found.Select(row => Ranked(row, line, left, tokens, party)).OrderByDescending(row => row.Score)];
    }

    private static BankCandidate Ranked(Found row, BankLine line, Amount left, string[] tokens, string party)
    {
        LocalDate due = LocalDate.FromDateOnly(row.DueOn);
        List<CandidateReason> reasons = [new(row.Units == left.Units ? Because.Amount : Because.OtherAmount,
            Amount.Fen(Math.Abs(row.Units)))];
        int score = row.Units == left.Units ? ByAmount : 0;
        if (row.Code.Length > 0 && tokens.Contains(row.Code))
        {
            reasons.Add(new(Because.Code, row.Code));
            score += ByCode;
        }

        if (party.Length > 0 && row.Party == party)
        {
            reasons.Add(new(Because.Party, party));
            score += ByParty;
        }

        if (row.PartyAccount.Length > 0 && row.PartyAccount == line.CounterpartyAccount)
        {
            reasons.Add(new(Because.PartyAccount, row.PartyAccount));
            score += ByPartyAccount;
        }

        reasons.Add(Day(due, line.OccurredOn, ref score));
        return new BankCandidate(CandidateSource.Expected, row.Id, score, row.Narrative, Amount.Fen(row.Units), due, row.Party,
            row.Units == left.Units, reasons, Codes.Parse<ExpectationKind>(row.Kind));
    }

    /// <summary>Vouchers near the day that move just this through the account, with no line matched to them.</summary>
    private static async Task<List<BankCandidate>> Vouchers(Work work, BankLine line, Amount left, CancellationToken ct)
    {
        BankAccount account = await work.Db.Set<BankAccount>().AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.BankAccountId == line.BankAccountId, ct);
        int[] ledger = [account.AccountId, account.AgencyAccountId ?? account.AccountId];
        LocalDate from = line.OccurredOn.PlusDays(-15), until = line.OccurredOn.PlusDays(15);
        int first = AccountingPeriod.Of(from), last = AccountingPeriod.Of(until);
        DateOnly start = new(from.Year, from.Month, from.Day), end = new(until.Year, until.Month, until.Day);
        List<Standing> standing = await work.Db.Database.SqlQuery<Standing>(
            $"""
            select v.voucher_id as "Id", v.occurred_on as "On", n.text as "Narrative", v.state = 'posted' as "IsPosted"
              from (select e.voucher_id
                      from (select p.entry_no from posting p
                             where p.book_id = {work.Book} and p.account_id = any ({ledger}) and p.period between {first}
                                 and {last}
                               and p.occurred_on between {start} and {end}
                             group by p.entry_no having sum(case p.side when 'D' then p.units else -p.units end) = {left.Units}) x
                      join journal_entry e on e.book_id = {work.Book} and e.entry_no = x.entry_no
                    union
                    select l.voucher_id from voucher w join voucher_line l on l.book_id = w.book_id
                        and l.voucher_id = w.voucher_id
                     where w.book_id = {work.Book} and w.state = 'prepared' and l.account_id = any ({ledger})
                         and w.occurred_on between {start} and {end}
                     group by l.voucher_id having sum(case l.side when 'D' then l.units else -l.units end) = {left.Units}) y
              join voucher v on v.book_id = {work.Book} and v.voucher_id = y.voucher_id
              join narrative n on n.book_id = v.book_id and n.narrative_id = v.narrative_id
             where v.reversed_by is null and v.kind not in ('opening', 'reversal')
               and not exists (select 1 from bank_match m join bank_line o on o.book_id = m.book_id
                   and o.bank_line_id = m.bank_line_id
                                where m.book_id = v.book_id and m.voucher_id = v.voucher_id and m.undone_at is null
                                  and o.bank_account_id = {line.BankAccountId})
             order by abs(v.occurred_on - {new DateOnly(line.OccurredOn.Year, line.OccurredOn.Month, line.OccurredOn.Day)}),
                 v.voucher_id limit 5
            """).ToListAsync(ct);
        return
        [
            .. standing.Select(row =>
            {
                int score = ByAmount + 5;
                LocalDate on = LocalDate.FromDateOnly(row.On);
                CandidateReason day = Day(on, line.OccurredOn, ref score);
                return new BankCandidate(CandidateSource.Voucher, row.Id, score, row.Narrative ?? "", left, on, "", Fits: true,
                    [new(Because.Amount, Amount.Fen(Math.Abs(left.Units))), day]);
            }),
        ];
    }

    private static CandidateReason Day(LocalDate expected, LocalDate happened, ref int score)
    {
        int apart = Math.Abs(Period.DaysBetween(expected, happened));
        score += apart <= 7 ? Near : apart <= 31 ? Close : 0;
        return new CandidateReason(apart <= 31 ? Because.NearDay : Because.OtherDay,
            apart.ToString(CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("[A-Za-z0-9][A-Za-z0-9-]{2,39}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Token();

    private sealed record Found(long Id, long Units, string Kind, string Narrative, string Code, DateOnly DueOn,
        string PartyAccount, string Party);

    private sealed record Standing(long Id, DateOnly On, string? Narrative, bool IsPosted);
}
