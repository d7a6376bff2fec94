using System.Globalization;
using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>Ranks what a line may be, and says why.</summary>
internal static partial class Candidates
{
    private const int ByAmount = 50, ByCode = 60, ByParty = 30, ByPartyAccount = 30, Near = 10, Close = 5, Most = 8, Tokens = 20;

    public static async Task<IReadOnlyList<BankCandidate>> Of(
        Work work, BankLine line, Amount left, IReadOnlyList<FundChoice> funds, LineSuggestion words, CancellationToken ct)
    {
        string told = $"{line.Remark} {line.Summary}", party = line.CounterpartyName.Trim();
        string[] tokens = [.. Token().Matches(told).SelectMany(match => new[] { match.Value, match.Value.ToUpperInvariant() })
            .Distinct().Take(Tokens)];
        CandidateRows rows = await CandidateRows.Of(work, line, left, tokens, ct);
        List<BankCandidate> all =
        [
            .. rows.Expected.Select(row => Ranked(row, line, left, tokens, party)).OrderByDescending(row => row.Score),
            .. rows.Vouchers.Select(row => Standing(row, line, left)),
        ];
        all = [.. all.OrderByDescending(candidate => candidate.Score).ThenBy(candidate => candidate.On).Take(Most)];
        foreach (BankRuleItem rule in rows.Rules)
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
                CandidateSource.Words, 0, words.ByReference ? ByCode + Near : proposed.Fund is null ? 20 : 35,
                    funds.FirstOrDefault(fund => fund.FundId == proposed.Fund)?.Name ?? "",
                left, null, "", Fits: true, [new CandidateReason(Because.Words, words.Because)], Proposal: proposed));
        }

        return [.. all.OrderByDescending(candidate => candidate.Fits).ThenByDescending(candidate => candidate.Score).Take(Most)];
    }

    private static BankCandidate Ranked(CandidateRows.Awaited row, BankLine line, Amount left, string[] tokens, string party)
    {
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

        reasons.Add(Day(row.DueOn, line.OccurredOn, ref score));
        return new BankCandidate(CandidateSource.Expected, row.Id, score, row.Narrative, Amount.Fen(row.Units), row.DueOn, row.Party,
            row.Units == left.Units, reasons, row.Kind);
    }

    private static BankCandidate Standing(CandidateRows.Standing row, BankLine line, Amount left)
    {
        int score = ByAmount + 5;
        CandidateReason day = Day(row.On, line.OccurredOn, ref score);
        return new BankCandidate(CandidateSource.Voucher, row.Id, score, row.Narrative, left, row.On, "", Fits: true,
            [new(Because.Amount, Amount.Fen(Math.Abs(left.Units))), day]);
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
}
